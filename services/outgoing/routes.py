"""Through what connections go out."""

from dataclasses import dataclass, field

SYSTEM_PROXY = "system"  # what the operator has configured, in place of a proxy's URL


@dataclass(frozen=True, slots=True)
class Route:
    """Through what the connections of a task go. All of it may be secret.

    `proxy` is a URL that `parse_proxy` takes, or `SYSTEM_PROXY`; None is straight to the host.
    `certificate` and `private_key` are what the client shows of itself in TLS, PEM.
    """

    proxy: str | None = field(default=None, repr=False)
    certificate: str | None = field(default=None, repr=False)
    private_key: str | None = field(default=None, repr=False)


DIRECT = Route()
