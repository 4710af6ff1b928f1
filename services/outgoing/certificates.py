"""What a client shows of itself in TLS. The server is verified as ever."""

import os
import ssl

from services.errors import InvalidInput

LONGEST_PEM = 64 << 10  # letters


def client_tls(
    certificate: str, private_key: str | None, *, field: str | None = None
) -> ssl.SSLContext:
    """Return the client's side of TLS, which shows `certificate` to servers that ask for one.

    Both are PEM; the key may stand in `certificate` too. Raises `InvalidInput` about the
    argument `field` where they are not, or do not belong together.
    """
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    content = f"{certificate}\n{private_key or ''}\n"
    if len(content) > LONGEST_PEM or not content.isascii():
        message = "That is no certificate in PEM, or too long a chain of them."
        raise InvalidInput(message, field=field)
    try:
        _load(context, content.encode())
    except (OSError, ValueError) as error:  # what OpenSSL says is an OSError
        message = (
            "The certificate and its key cannot be used. Give both in PEM, the key without a "
            "password, and see that they belong together."
        )
        raise InvalidInput(message, field=field) from error
    return context


def _load(context: ssl.SSLContext, content: bytes) -> None:
    """Load from a file that is in memory alone, for OpenSSL takes them from files."""
    file = os.memfd_create("certificate", os.MFD_CLOEXEC)
    try:
        with open(file, "wb", closefd=False) as writing:
            writing.write(content)
        context.load_cert_chain(f"/proc/self/fd/{file}", password=_no_password)
    finally:
        os.close(file)


def _no_password() -> str:
    """Keep OpenSSL from asking for it on the terminal."""
    message = "the key has a password"
    raise ValueError(message)
