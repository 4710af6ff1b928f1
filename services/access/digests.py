"""What is kept of a secret that is drawn by chance."""

import hashlib


def digest(secret: str) -> str:
    """Return the SHA-256 of a secret, in hex.

    The secret is 256 random bits: nothing slower than a plain hash is needed.
    """
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()
