"""Text from elsewhere, made harmless for a terminal."""

from typing import Any


def plain(text: str) -> str:
    """Return `text` without what a terminal would obey: controls, marks that turn the text."""
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
