"""Text from elsewhere, made fit to be stored and shown."""

from typing import Any


def plain(text: str, *, most: int | None = None) -> str:
    """Return `text` without the signs that cannot be shown, cut to `most` letters.

    Such are controls, which terminals obey, marks that turn the direction of text, and the
    halves of letters that bytes in no known encoding become.
    """
    text = text if most is None or len(text) <= most else f"{text[: most - 1]}…"
    return "".join(
        sign if sign.isprintable() else " " if sign.isspace() else ""
        for sign in text.replace("\r\n", "\n")
    )


def plain_content(content: Any) -> Any:
    """Return what JSON gave, with every text in it plain."""
    if isinstance(content, str):
        return plain(content)
    if isinstance(content, list):
        return [plain_content(item) for item in content]
    if isinstance(content, dict):
        return {plain(key): plain_content(value) for key, value in content.items()}
    return content
