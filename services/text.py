"""Text from outside, made fit to be stored and shown."""

LONGEST = 300


def printable(text: str, *, most: int = LONGEST) -> str:
    """Return `text` with a mark for each sign that cannot be shown, cut to `most` letters.

    Such are control characters, which terminals obey, marks that turn the direction of text,
    and the halves of letters that bytes in no known encoding become.
    """
    text = text if len(text) <= most else f"{text[: most - 1]}…"
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in text)
