"""The table of what hostile connections cost."""

from typing import TypedDict

MOST = 20.0  # MiB


class Result(TypedDict):
    """MiB more than before, how many connections it took, bytes sent, and how the server is."""

    added: float
    connections: int
    sent: int
    healthy: bool


def page(results: dict[str, Result]) -> str:
    """Return the table."""
    lines = [
        "| one client | MiB more | at most | connections | MB sent |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for name, result in results.items():
        missed = " (missed)" if result["added"] > MOST else ""
        lines.append(
            f"| {name} | {result['added']:.1f}{missed} | {MOST:g} | {result['connections']:,} | "
            f"{result['sent'] / 1e6:,.1f} |"
        )
    return "\n".join(lines)
