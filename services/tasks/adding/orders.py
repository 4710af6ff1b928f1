"""What is asked for, made into orders: one for each task, checked, or all that is wrong."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from yarl import URL

from services.engines.claiming import PLUGIN, Claiming, Unclaimed
from services.engines.options import Options, Secrets
from services.errors import ArgosyError, ErrorCode, InvalidInput
from services.files.names import safe_name
from services.files.places import parse_folder
from services.outgoing.addresses import AddressPolicy, ForbiddenAddress
from services.outgoing.proxies import parse_proxy
from services.outgoing.urls import FETCHABLE, check_host, check_target, parse_url
from services.repetition import check_key
from services.store.rows import write_json
from services.tasks.options import NO_SECRETS, USUAL, write_options, write_secrets
from services.tasks.priorities import Priority

if TYPE_CHECKING:
    from services.engines.metalink import MetalinkFile

MOST_URLS = 1000  # and as many tasks, whatever they come from
MOST_METALINKS = 10
MOST_MIRRORS = 100
ENGINES = {
    "http": "http",
    "https": "http",
    "ftp": "ftp",
    "ftpes": "ftp",
    "ftps": "ftp",
    "sftp": "sftp",
}


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody asks for; `metalinks` are documents. It starts at `start_at`, or at once.

    `key` is their client's: what is asked twice with it is done once. With `force`, what was
    fetched already is fetched again. With `group`, its name, all URLs are one task. `callback` is a
    URL that is told how they go.
    """

    urls: Sequence[str]
    folder: str = ""
    options: Options = USUAL
    secrets: Secrets = field(default=NO_SECRETS, repr=False)
    metalinks: tuple[str, ...] = ()
    priority: Priority = Priority.NORMAL
    start_at: datetime | None = None
    key: str | None = None
    force: bool = False
    group: str | None = None
    callback: str | None = field(default=None, repr=False)

    def content(self) -> bytes:
        """Return all that is asked but the key, as bytes that are the same for the same."""
        asked = (self.urls, self.folder, self.metalinks, self.priority, self.start_at)
        how = (write_options(self.options), write_secrets(self.secrets).decode())
        told = [] if self.callback is None else [self.callback]
        return write_json([*asked, self.force, self.group, *how, *told]).encode()


@dataclass(frozen=True, slots=True)
class Order:
    """One task to be made. A group has a name, and `parts`; the first of these is `url`."""

    url: URL
    engine: str
    options: Options
    group: str | None = None
    parts: tuple[URL, ...] = ()

    def fingerprint(self, folder: str) -> str:
        """Return what is the same for the same download into `folder`, and for no other."""
        urls = "\n".join(map(str, self.parts)) or str(self.url)
        return fingerprint(self.engine, urls, folder, self.options)


def fingerprint(engine: str, url: str, folder: str, options: Options) -> str:
    """Return what is the same for the same download, and for no other.

    How fast it may go makes no difference. All of the same URL into the same folder begin alike:
    they are `fingerprints_of_url`.
    """
    how = write_options(replace(options, speed_limit=None))
    return _print(engine, url, folder) + _print(write_json(how))


def fingerprints_of_url(engine: str, url: str, folder: str) -> tuple[str, str]:
    """Return the first and the last of the fingerprints that downloads of a URL can have."""
    start = _print(engine, url, folder)
    return start + "0" * len(start), start + "f" * len(start)


def _print(*words: str) -> str:
    """Return 16 letters that stand for these words."""
    return sha256("\0".join(words).encode()).hexdigest()[:16]


class Orders:
    """Reads requests, by the engines that there are and the addresses that may be reached."""

    def __init__(
        self, *, policy: AddressPolicy, engines: Collection[str], claiming: Claiming | None = None
    ) -> None:
        self._policy = policy
        self._claiming = claiming or Unclaimed()
        self._schemes = frozenset(s for s in FETCHABLE if ENGINES[s] in engines)

    def read(self, request: Request) -> tuple[list[Order], list[ArgosyError]]:
        """Return an order for each URL and each file of a metalink, and what is wrong."""
        errors: list[ArgosyError] = []
        orders = self._of_urls(request, errors)
        for position, document in enumerate(request.metalinks[:MOST_METALINKS]):
            orders += self._of_metalink(request, f"metalinks.{position}", document, errors)
        if len(request.metalinks) > MOST_METALINKS:
            message = f"Give up to {MOST_METALINKS} metalinks."
            errors.append(InvalidInput(message, field="metalinks"))
        elif len(orders) > MOST_URLS:
            message = f"There are {len(orders)} files; {MOST_URLS} at most are added at once."
            errors.append(InvalidInput(message, field="metalinks"))
        try:
            parse_folder(request.folder, field="folder")
        except ArgosyError as error:
            errors.append(error)
        try:
            check_key(request.key)
        except InvalidInput as error:
            errors.append(error)
        errors += _about_one_file(request)
        errors += _about_group(request)
        errors += self.about_proxy(request.secrets)
        return orders, errors

    def _of_urls(self, request: Request, errors: list[ArgosyError]) -> list[Order]:
        least = 0 if request.metalinks else 1
        if not least <= len(request.urls) <= MOST_URLS:
            errors.append(InvalidInput(f"Give 1 to {MOST_URLS} URLs.", field="urls"))
        options = self.with_mirrors(request.options, errors)
        fields = [f"urls.{position}" for position in range(len(request.urls))]
        # In a group, each file is fetched as its scheme says.
        more = frozenset() if request.group is not None else self._claiming.schemes
        urls = self._checked(request.urls[:MOST_URLS], fields, errors, more)
        if request.group is not None:
            return [Order(u, engine_of(u), options, request.group, tuple(urls)) for u in urls[:1]]
        return [Order(url, self._engine_of(url), options) for url in urls]

    def with_mirrors(self, options: Options, errors: list[ArgosyError]) -> Options:
        """Return the options with their mirrors checked; what is wrong is added to `errors`."""
        if len(options.mirrors) > MOST_MIRRORS:
            message = f"Give up to {MOST_MIRRORS} mirrors."
            errors.append(InvalidInput(message, field="options.mirrors"))
        fields = [f"options.mirrors.{n}" for n in range(len(options.mirrors))]
        mirrors = self._checked(options.mirrors[:MOST_MIRRORS], fields, errors)
        return replace(options, mirrors=tuple(map(str, mirrors)))

    def _of_metalink(
        self, request: Request, name: str, document: str, errors: list[ArgosyError]
    ) -> list[Order]:
        from services.engines.metalink import parse_metalink  # slow to import, and seldom needed

        try:
            files = parse_metalink(document)
        except InvalidInput as error:
            error.field = name
            errors.append(error)
            return []
        return [order for file in files if (order := self._of_file(request, name, file, errors))]

    def _of_file(
        self, request: Request, name: str, file: "MetalinkFile", errors: list[ArgosyError]
    ) -> Order | None:
        """Return the order for a file: what cannot be fetched from is left out, if not all is."""
        wrong: list[ArgosyError] = []
        urls = self._checked(file.urls, [name] * len(file.urls), wrong)
        if not urls:
            errors += wrong[:1]
            return None
        first, *others = urls
        options = replace(
            request.options,
            name=safe_name(file.name),
            size=file.size,
            mirrors=tuple(map(str, others)),
            checksums=file.checksums,
            pieces=file.pieces,
        )
        return Order(first, engine_of(first), options)

    def about_proxy(self, secrets: Secrets) -> list[ArgosyError]:
        """Return what is wrong with the address of a user's proxy, as it stands in its URL."""
        if secrets.proxy_url is None:
            return []
        name = "options.proxy.url"
        try:
            proxy = parse_proxy(secrets.proxy_url, field=name)
            check_host(proxy.host, proxy.port, self._policy, field=name)
        except InvalidInput:
            return []  # told where the options are read
        except ForbiddenAddress as error:
            return [error]
        return []

    def _engine_of(self, url: URL) -> str:
        return PLUGIN if self._claiming.holds(url) else engine_of(url)

    def _checked(
        self,
        texts: Sequence[str],
        fields: Sequence[str],
        errors: list[ArgosyError],
        more: frozenset[str] = frozenset(),
    ) -> list[URL]:
        urls: list[URL] = []
        for text, name in zip(texts, fields, strict=False):
            try:
                url = parse_url(text, field=name, schemes=self._schemes | more)
                check_target(url, self._policy, field=name)
            except ArgosyError as error:
                errors.append(error)
            else:
                urls.append(url)
        return urls


def engine_of(url: URL) -> str:
    """Return the name of the engine that fetches a URL."""
    return ENGINES[url.scheme]


def _about_group(request: Request) -> list[ArgosyError]:
    """Return what is wrong with the name of a group, and with what goes with it."""
    if request.group is None:
        return []
    errors: list[ArgosyError] = []
    if not request.group or request.group != safe_name(request.group):
        message = "A group has a name of 1 to 255 letters, as a file may have."
        errors.append(InvalidInput(message, field="groupName"))
    if request.metalinks:
        message = "A metalink's files have checksums of their own: add it without a group."
        errors.append(InvalidInput(message, field="metalinks"))
    return errors


def _about_one_file(request: Request) -> list[ArgosyError]:
    """Return what is wrong because it makes sense for one file only."""
    options = request.options
    errors: list[ArgosyError] = []
    if len(request.urls) == 1 and not request.metalinks:
        return errors
    given = {
        "name": options.name,
        "mirrors": options.mirrors,
        "checksums": options.checksums,
        "pieces": options.pieces,
    }
    for name, value in given.items():
        if value:
            message = f"What is given as {name} is of one file: give one URL, and no metalink."
            errors.append(
                InvalidInput(message, code=ErrorCode.INVALID_INPUT, field=f"options.{name}")
            )
    return errors
