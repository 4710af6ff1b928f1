"""Sealing what nobody should read in the database: AES-256-GCM with a key that lies beside it.

The sealed text is `v1.KEY_ID.NONCE_AND_CIPHERTEXT`, both in URL-safe base64. What it belongs to
is bound to it: a sealed text that was moved to another row does not open.

The first line of the file is the key that seals; those below it were before it, and only open.
"""

import base64
import hashlib
import hmac
import os
import secrets
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from services.errors import Unavailable

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VERSION = "v1"
KEY_SIZE = 32  # bytes
LONGEST = 1024  # bytes of the file
MOST_KEYS = 10  # that were before the one that seals
TOO_OPEN = stat.S_IRWXO | stat.S_IWGRP  # a group that may read was given the file on purpose
NONCE_SIZE = 12  # bytes, by chance: a key seals far fewer than the 2^32 texts that are safe

log = structlog.get_logger(__name__)


class KeyAway(Unavailable):
    """The key cannot be had now. When it is back, everything goes on."""


class Sealer:
    """Seals and opens with the key in one file.

    What is sealed is sealed with the key that lies in the file at that moment. What was sealed
    opens with every key that was seen since the start, though the file be away.

    All of it may block for a moment: call it in a thread, or on a loop that may wait.
    """

    def __init__(self, key_file: Path) -> None:
        self._key_file = key_file
        self._ciphers: dict[str, AESGCM] = {}  # by the id of the key
        self._may_make = True  # until there is one

    @property
    def has_file(self) -> bool:
        """Whether there is a file for the key, whatever is in it."""
        return self._key_file.exists()

    def prepare(self, *, is_awaited: bool) -> None:
        """See that there is a key that can be used, and make the first one.

        Where a key `is_awaited`, because something was sealed with it, none is made: a new one
        would open nothing. Raises `Unavailable` where the file cannot be used.
        """
        self._may_make = False  # whoever removes it later wants none in its place
        try:
            if self._read() is not None:
                return
            if is_awaited:
                log.error("key.gone", file=str(self._key_file))
            else:
                self._make()
        except Unavailable as error:
            message = f"{error.message} The file is {self._key_file} (ARGOSY_SECRET_KEY_FILE)."
            raise Unavailable(message) from error

    def check(self) -> None:
        """Raise `KeyAway` where nothing can be sealed, or will open after a restart."""
        if self._read() is None:
            raise self._gone()

    def seal(self, content: bytes, belongs_to: str) -> str:
        """Return `content` sealed for `belongs_to`. Raises `Unavailable` without a usable key."""
        keys = self._read()
        if keys is None and self._may_make:
            keys = self._make()
        if keys is None:
            raise self._gone()
        key_id, cipher = self._remember(keys)
        nonce = secrets.token_bytes(NONCE_SIZE)
        sealed = nonce + cipher.encrypt(nonce, content, belongs_to.encode())
        return f"{VERSION}.{key_id}.{base64.urlsafe_b64encode(sealed).decode()}"

    def open(self, text: str, belongs_to: str) -> bytes:
        """Return what was sealed for `belongs_to`.

        Raises `KeyAway` while there is no usable key, and `Unavailable` where this key will
        never open it.
        """
        from cryptography.exceptions import InvalidTag

        version, _, rest = text.partition(".")
        sealed_with, _, content = rest.partition(".")
        cipher = self._opener(sealed_with)
        if version != VERSION or cipher is None:
            message = (
                f"This was sealed with another key ({sealed_with[:16]}) than the one in "
                f"{self._key_file.name}. Put the right key there and add the download again."
            )
            raise Unavailable(message)
        try:
            sealed = base64.urlsafe_b64decode(content)
            return cipher.decrypt(sealed[:NONCE_SIZE], sealed[NONCE_SIZE:], belongs_to.encode())
        except (ValueError, InvalidTag) as error:
            message = "What was sealed with this task has been changed. Add the download again."
            raise Unavailable(message) from error

    def prints_of(self, content: bytes) -> list[str]:
        """Return 64 letters that are the same for the same `content`, and say nothing of it.

        There are such of each key, the newest first. Who has none of them cannot guess at the
        content either.
        """
        keys = self._read()
        if keys is None and self._may_make:
            keys = self._make()
        if keys is None:
            raise self._gone()
        said = b"fingerprint:" + content
        return [hmac.new(key, said, hashlib.sha256).hexdigest() for key in keys]

    def derive(self, purpose: str) -> list[tuple[str, bytes]]:
        """Return a key for another `purpose` from each in the file, with the id of that.

        The first is of the one that seals. Raises `Unavailable` where the file cannot be used.
        """
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF

        keys = self._read()
        if keys is None and self._may_make:
            keys = self._make()
        if keys is None:
            raise self._gone()
        info = b"argosy: " + purpose.encode()
        return [(_id_of(key), HKDF(SHA256(), KEY_SIZE, None, info).derive(key)) for key in keys]

    def _opener(self, key_id: str) -> "AESGCM | None":
        """Return what opens texts that were sealed with this key; None if we have another."""
        if key_id not in self._ciphers:
            keys = self._read()
            if keys is None:
                raise self._gone()
            self._remember(keys)
        return self._ciphers.get(key_id)

    def key_ids(self) -> frozenset[str]:
        """Return the ids of the keys in the file; none where there is none that can be used."""
        try:
            keys = self._read()
        except KeyAway:
            keys = None
        return frozenset(_id_of(key) for key in keys or ())

    def adopt(self, content: bytes) -> int:
        """Put the keys of another file behind those that there are; return how many were new.

        Where there is no file, they are the file. Raises `Unavailable` where `content` holds no
        keys, or they cannot be kept.
        """
        others = _keys_in(content)
        if others is None:
            message = "These are no keys. Take the file that the key was kept in."
            raise Unavailable(message)
        there = self._read()
        if there is None:
            with self._draft(others) as draft:
                _link(draft, self._key_file)
            return len(others)
        new = [key for key in others if key not in there]
        if new:
            self._write([*there, *new][: 1 + MOST_KEYS])
        return len(new)

    def renew(self) -> None:
        """Put a new key before the one that there is, which still opens.

        Raises `Unavailable` where the file cannot be read, or another put in its place.
        """
        keys = self._read()
        if keys is None:
            raise self._gone()
        self._write([secrets.token_bytes(KEY_SIZE), *keys[:MOST_KEYS]])

    def drop(self, *, kept: int) -> None:
        """Forget all keys in the file but the one that seals and `kept` of those before it."""
        keys = self._read()
        if keys is not None and len(keys) > 1 + kept:
            self._write(keys[: 1 + kept])

    def _remember(self, keys: Sequence[bytes]) -> "tuple[str, AESGCM]":
        """Keep these keys for opening; return the first, and its id."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        self._may_make = False
        for key in keys:
            self._ciphers.setdefault(_id_of(key), AESGCM(key))
        newest = _id_of(keys[0])
        return newest, self._ciphers[newest]

    def _gone(self) -> KeyAway:
        return KeyAway(
            f"The key file {self._key_file.name} is gone, and downloads with secrets wait for "
            "its key. Put it back; they go on by themselves. If it is lost, cancel them, restart "
            "the server, and add them again."
        )

    def _read(self) -> list[bytes] | None:
        """Return the keys in the file, the newest first; None where there is no file."""
        try:
            file = os.open(self._key_file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
            try:
                mode, text = os.fstat(file).st_mode, os.read(file, LONGEST)
            finally:
                os.close(file)
        except FileNotFoundError:
            return None
        except OSError as error:
            message = (
                f"The key file {self._key_file.name} cannot be read: {error.strerror}. Let this "
                "user read it."
            )
            raise KeyAway(message) from error
        if mode & TOO_OPEN:
            message = (
                f"Others on this machine can read or change the key file {self._key_file.name}. "
                "Take that from them: chmod 600."
            )
            raise KeyAway(message)
        keys = _keys_in(text)
        if keys is None:
            message = (
                f"The key file {self._key_file.name} holds no key: {KEY_SIZE} bytes in base64 are "
                "expected. Put back the one that was there; only if nothing was ever sealed, "
                "remove it, and a new one is made."
            )
            raise KeyAway(message)
        return keys

    def _make(self) -> list[bytes]:
        """Make a key, whole or not at all; return what is in the file, whoever made it."""
        with self._draft([secrets.token_bytes(KEY_SIZE)]) as draft:
            _link(draft, self._key_file)
        made = self._read()
        if made is None:
            message = f"{self._key_file.name} is gone again. Look at who removes it."
            raise Unavailable(message)
        return made

    def _write(self, keys: Sequence[bytes]) -> None:
        """Put these keys in the place of those that are there, for the same user and group."""
        with self._draft(keys) as draft:
            there = self._key_file.resolve()
            found = there.stat()
            os.chown(draft, found.st_uid, found.st_gid)
            draft.chmod(stat.S_IMODE(found.st_mode))
            draft.replace(there)
            _sync(there.parent)

    @contextmanager
    def _draft(self, keys: Sequence[bytes]) -> Iterator[Path]:
        """Give a file with these keys, beside the one that it is to be."""
        there = self._key_file.resolve()
        draft = there.with_name(f"{there.name}.{secrets.token_hex(4)}")
        try:
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.writelines(base64.b64encode(key) + b"\n" for key in keys)
                file.flush()
                os.fsync(file.fileno())
            yield draft
        except OSError as error:
            message = (
                f"No key can be kept in {self._key_file.name}: {error.strerror}. Let this user "
                "write to its folder."
            )
            raise Unavailable(message) from error
        finally:
            with suppress(OSError):  # such as a folder that is none
                draft.unlink()


def _keys_in(text: bytes) -> list[bytes] | None:
    """Return the keys in the content of a file; None if it holds something else."""
    try:
        keys = [base64.b64decode(line, validate=True) for line in text.split()]
    except ValueError:
        return None
    return keys if keys and all(len(key) == KEY_SIZE for key in keys) else None


def _id_of(key: bytes) -> str:
    return hashlib.sha256(key).hexdigest()[:8]


def _link(draft: Path, key_file: Path) -> None:
    """Give the draft its name, unless there is one of that name."""
    try:
        os.link(draft, key_file)
    except FileExistsError:
        return
    except PermissionError:  # a file system without hard links
        draft.rename(key_file)
    _sync(key_file.parent)


def _sync(path: Path) -> None:
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
