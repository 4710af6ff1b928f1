"""What the settings come to, in the few words in which older systems ask for it."""

from dataclasses import dataclass

from services.configuration.configuration import Configuration


@dataclass(frozen=True, slots=True)
class Features:
    """What is switched on. The GraphQL API always is."""

    plugins: bool
    pages: bool
    playground: bool
    graphql: bool = True


@dataclass(frozen=True, slots=True)
class Overview:
    """What matters most of the settings. Sizes in bytes; 0 is no limit, or never."""

    download_dir: str
    at_once: int
    auto_delete_minutes: int
    max_split_size: int
    features: Features
    is_fetching: bool


def overview(configuration: Configuration, *, is_paused: bool) -> Overview:
    """Return it; `is_paused` is whether the queue of the server is."""

    def is_on(name: str) -> bool:
        return configuration.value(name) is True

    def number(name: str) -> int:
        value = configuration.value(name)
        return value if isinstance(value, int) else 0

    return Overview(
        download_dir=str(configuration.value("download_dir")),
        at_once=number("max_concurrent_downloads"),
        auto_delete_minutes=number("auto_delete_minutes"),
        max_split_size=number("max_split_size"),
        features=Features(
            plugins=is_on("features_plugins"),
            pages=is_on("features_pages"),
            playground=is_on("features_pages") and is_on("features_playground"),
        ),
        is_fetching=not is_paused,
    )
