"""A real server, OpenSSH, which starts for each connection and lets the one client key in."""

import getpass
import os
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import asyncssh

from services.engines.options import Secrets
from tests.fakes.inetd import Inetd
from tests.fakes.origin import content
from tests.needs import needs

BODY = content(2_000_000)
OTHER_BODY = content(2_000_000, seed=2)
MODIFIED = datetime(2026, 11, 20, 10, 11, 12, tzinfo=UTC)
USER = getpass.getuser()
PRIVILEGES = Path("/run/sshd")  # a folder that sshd wants to see when root starts it


def new_key(kind: str = "ssh-ed25519") -> asyncssh.SSHKey:
    return asyncssh.generate_private_key(kind)


@dataclass
class Served:
    """A folder for the server: its keys, its configuration, and the file `a.bin`."""

    folder: Path
    client_key: asyncssh.SSHKey = field(default_factory=new_key)
    host_key: asyncssh.SSHKey = field(default_factory=new_key)

    def __post_init__(self) -> None:
        self.folder.mkdir()
        self.put(BODY, MODIFIED)

    @property
    def file(self) -> Path:
        return self.folder / "a.bin"

    @property
    def fingerprint(self) -> str:
        return self.host_key.get_fingerprint()

    @property
    def secrets(self) -> Secrets:
        return Secrets(username=USER, private_key=pem(self.client_key))

    def put(self, body: bytes, modified: datetime) -> None:
        self.file.write_bytes(body)
        os.utime(self.file, (modified.timestamp(), modified.timestamp()))

    def sshd(self, *, cuts: list[int] | None = None) -> Inetd:
        """Return the server, with the keys as they are now."""
        (program,) = needs("sshd")
        if os.geteuid() == 0:
            PRIVILEGES.mkdir(mode=0o755, exist_ok=True)
        _write_private(self.folder / "host_key", pem(self.host_key))
        authorized = self.folder / "authorized_keys"
        authorized.write_bytes(self.client_key.export_public_key())
        configuration = self.folder / "sshd_config"
        configuration.write_text(
            f"HostKey {self.folder / 'host_key'}\n"
            f"AuthorizedKeysFile {authorized}\n"
            "StrictModes no\nUsePAM no\nPasswordAuthentication yes\nPermitRootLogin yes\n"
            "PidFile none\nSubsystem sftp internal-sftp\n"
        )
        return Inetd(program, "-i", "-e", "-f", str(configuration), cuts=cuts)

    def url(self, server: Inetd) -> str:
        return f"sftp://127.0.0.1:{server.port}{self.file}"


def pem(key: asyncssh.SSHKey) -> str:
    return key.export_private_key().decode()


def _write_private(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o600)
