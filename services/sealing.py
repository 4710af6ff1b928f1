"""Sealing what nobody should read in the database: AES-256-GCM with a key that lies beside it.

The sealed text is `v1.KEY_ID.NONCE_AND_CIPHERTEXT`, both in URL-safe base64. What it belongs to
is bound to it: a sealed text that was moved to another row does not open.
"""

import base64
import hashlib
import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from services.errors import Unavailable

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VERSION = "v1"
KEY_SIZE = 32  # bytes
NONCE_SIZE = 12  # bytes, by chance: a key seals far fewer than the 2^32 texts that are safe


class Sealer:
    """Seals and opens with the key in one file, made at its first use.

    Both may block for a moment: call them in a thread, or on a loop that may wait.
    """

    def __init__(self, key_file: Path) -> None:
        self._key_file = key_file
        self._key: tuple[str, AESGCM] | None = None

    def seal(self, content: bytes, belongs_to: str) -> str:
        """Return `content` sealed for `belongs_to`. Raises `Unavailable` without a usable key."""
        key_id, cipher = self._cipher(make=True)
        nonce = secrets.token_bytes(NONCE_SIZE)
        sealed = nonce + cipher.encrypt(nonce, content, belongs_to.encode())
        return f"{VERSION}.{key_id}.{base64.urlsafe_b64encode(sealed).decode()}"

    def open(self, text: str, belongs_to: str) -> bytes:
        """Return what was sealed for `belongs_to`. Raises `Unavailable` where that cannot be."""
        from cryptography.exceptions import InvalidTag

        version, _, rest = text.partition(".")
        sealed_with, _, content = rest.partition(".")
        key_id, cipher = self._cipher(make=False)
        if version != VERSION or sealed_with != key_id:
            message = (
                f"This was sealed with the key {sealed_with[:16]}, and {self._key_file.name} holds "
                f"{key_id}. Put the right key back, or add the download again."
            )
            raise Unavailable(message)
        try:
            sealed = base64.urlsafe_b64decode(content)
            return cipher.decrypt(sealed[:NONCE_SIZE], sealed[NONCE_SIZE:], belongs_to.encode())
        except (ValueError, InvalidTag) as error:
            message = "What was sealed with this task has been changed. Add the download again."
            raise Unavailable(message) from error

    def _cipher(self, *, make: bool) -> "tuple[str, AESGCM]":
        if self._key is None:
            from cryptography.hazmat.primitives.ciphers.aead import AESGCM

            key = self._read() or (self._make() if make else None)
            if key is None:
                message = (
                    f"The key file {self._key_file.name} is gone, and this was sealed with its "
                    "key. Put it back, or add the download again."
                )
                raise Unavailable(message)
            self._key = hashlib.sha256(key).hexdigest()[:8], AESGCM(key)
        return self._key

    def _read(self) -> bytes | None:
        try:
            text = self._key_file.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            message = f"{self._key_file} cannot be read: {error.strerror}."
            raise Unavailable(message) from error
        try:
            key = base64.b64decode(text.strip(), validate=True)
        except ValueError:
            key = b""
        if len(key) != KEY_SIZE:
            message = f"The key file holds no key: {KEY_SIZE} bytes in base64 are expected."
            raise Unavailable(message)
        return key

    def _make(self) -> bytes:
        """Make a key, whole or not at all; return the one in the file, whoever made it."""
        draft = self._key_file.with_name(f"{self._key_file.name}.{secrets.token_hex(4)}")
        try:
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(base64.b64encode(secrets.token_bytes(KEY_SIZE)) + b"\n")
                file.flush()
                os.fsync(file.fileno())
            _link(draft, self._key_file)
        except OSError as error:
            message = f"No key can be kept in {self._key_file}: {error.strerror}."
            raise Unavailable(message) from error
        finally:
            draft.unlink(missing_ok=True)
        made = self._read()
        if made is None:
            message = f"{self._key_file} is gone again. Look at who removes it."
            raise Unavailable(message)
        return made


def _link(draft: Path, key_file: Path) -> None:
    """Give the draft its name, unless there is one of that name."""
    try:
        os.link(draft, key_file)
    except FileExistsError:
        return
    except PermissionError:  # a file system without hard links
        draft.rename(key_file)
    folder = os.open(key_file.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
