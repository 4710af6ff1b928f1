"""How to download: everything that can be asked of a fetch beside its URL."""

from datetime import datetime

import strawberry

from schema.types.enums import ChecksumAlgorithm, Conflict, FileKind, ProxyKind
from schema.types.scalars import BigInt
from services.tasks.adding.asking import Asked, AskedCookie


@strawberry.input(description="What a file must come to.")
class ChecksumInput:
    algorithm: ChecksumAlgorithm = strawberry.field(description="How it is made.")
    digest: str = strawberry.field(description="Hexadecimal.")


@strawberry.input(description="A header of HTTP requests.")
class HeaderInput:
    name: str = strawberry.field(description="Such as `X-Token`.")
    value: str = strawberry.field(description="Up to 8,000 letters.")


@strawberry.input(description="A cookie. It goes to its domain and nowhere else.")
class CookieInput:
    name: str = strawberry.field(description="Its name.")
    value: str = strawberry.field(description="Its value, without semicolons.")
    domain: str = strawberry.field(
        description="Such as `example.com`; with a dot in front for the domains below it too."
    )
    path: str | None = strawberry.field(default=None, description="`/` if not given.")
    is_secure: bool = strawberry.field(default=False, description="Whether it is for https only.")


@strawberry.input(description="Through what the download goes out.")
class ProxyInput:
    type: ProxyKind = strawberry.field(description="Which kind.")
    url: str | None = strawberry.field(
        default=None,
        description=(
            "For `CUSTOM`: `http://`, `https://`, `socks5://` or `socks5h://`, with a login if "
            "need be."
        ),
    )


@strawberry.input(
    description=(
        "How to download. Null and absent are the same: as the server is set up. `name`, `mirrors` "
        "and `checksums` are for one URL only. Headers, cookies, names, passwords and keys are "
        "sealed where they are stored, and go to the origin of the URL only."
    )
)
class DownloadOptionsInput:
    name: str | None = strawberry.field(default=None, description="The name of the file.")
    mirrors: list[str] | None = strawberry.field(
        default=None, description="Up to 100 other URLs of the same file, the best first."
    )
    checksums: list[ChecksumInput] | None = strawberry.field(
        default=None, description="Up to 10; all must hold."
    )
    conflict: Conflict | None = strawberry.field(
        default=None, description="What to do where there is a file of that name: `RENAME`."
    )
    connections: int | None = strawberry.field(
        default=None, description="At most so many at once for the file, 1 to 64."
    )
    speed_limit: BigInt | None = strawberry.field(default=None, description="Bytes a second.")
    min_size: BigInt | None = strawberry.field(
        default=None, description="Bytes; a smaller file is skipped."
    )
    max_size: BigInt | None = strawberry.field(
        default=None, description="Bytes; a larger file is skipped."
    )
    excluded_extensions: list[str] | None = strawberry.field(
        default=None, description="Up to 100, such as `exe`; such a file is skipped."
    )
    excluded_kinds: list[FileKind] | None = strawberry.field(
        default=None, description="Up to 4; a file of such a kind is skipped."
    )
    modified_from: datetime | None = strawberry.field(
        default=None, description="A file that was changed earlier is skipped."
    )
    modified_to: datetime | None = strawberry.field(
        default=None, description="A file that was changed later is skipped."
    )
    connect_timeout: float | None = strawberry.field(
        default=None, description="Seconds until a connection stands."
    )
    read_timeout: float | None = strawberry.field(
        default=None, description="Seconds between two bytes."
    )
    total_timeout: float | None = strawberry.field(
        default=None, description="Seconds for one attempt at the whole file."
    )
    lowest_speed: BigInt | None = strawberry.field(
        default=None, description="Bytes a second; what is slower for a minute is begun anew."
    )
    retries: int | None = strawberry.field(
        default=None,
        description="How often to try again without progress, 0 to 100; 0 is never.",
    )
    retry_interval: float | None = strawberry.field(
        default=None, description="Seconds before the first retry; the wait doubles from there."
    )
    user_agent: str | None = strawberry.field(
        default=None, description="What the download calls itself."
    )
    referer: str | None = strawberry.field(
        default=None, description="The page that the link stands on."
    )
    headers: list[HeaderInput] | None = strawberry.field(
        default=None, description="Up to 50 more headers."
    )
    cookies: list[CookieInput] | None = strawberry.field(
        default=None, description="Up to 1,000 cookies."
    )
    cookies_txt: str | None = strawberry.field(
        default=None, description="A file of cookies as browsers and curl write it, 256 KiB."
    )
    username: str | None = strawberry.field(
        default=None, description="For Basic authentication, FTP and SFTP."
    )
    password: str | None = strawberry.field(default=None, description="The password to that name.")
    token: str | None = strawberry.field(
        default=None, description="A bearer token, in place of a name."
    )
    certificate: str | None = strawberry.field(
        default=None, description="A client certificate, PEM."
    )
    private_key: str | None = strawberry.field(
        default=None, description="The key of the certificate, or for SFTP. Without a password."
    )
    proxy: ProxyInput | None = strawberry.field(default=None, description="None if not given.")
    host_key: str | None = strawberry.field(
        default=None, description="Of an SFTP server: `SHA256:…`, as OpenSSH shows it."
    )

    def asked(self) -> Asked:
        """Return the same in the words of the services."""
        proxy = self.proxy
        return Asked(
            name=self.name,
            mirrors=self.mirrors or (),
            checksums=[(c.algorithm, c.digest) for c in self.checksums or ()],
            conflict=self.conflict,
            connections=self.connections,
            speed_limit=self.speed_limit,
            min_size=self.min_size,
            max_size=self.max_size,
            excluded_extensions=self.excluded_extensions or (),
            excluded_kinds=self.excluded_kinds or (),
            modified_from=self.modified_from,
            modified_to=self.modified_to,
            connect_timeout=self.connect_timeout,
            read_timeout=self.read_timeout,
            total_timeout=self.total_timeout,
            lowest_speed=self.lowest_speed,
            retries=self.retries,
            retry_interval=self.retry_interval,
            user_agent=self.user_agent,
            referer=self.referer,
            headers=[(h.name, h.value) for h in self.headers or ()],
            cookies=[
                AskedCookie(c.name, c.value, c.domain, c.path, c.is_secure)
                for c in self.cookies or ()
            ],
            cookies_txt=self.cookies_txt,
            username=self.username,
            password=self.password,
            token=self.token,
            certificate=self.certificate,
            private_key=self.private_key,
            proxy_kind=proxy.type if proxy else None,
            proxy_url=proxy.url if proxy else None,
            host_key=self.host_key,
        )
