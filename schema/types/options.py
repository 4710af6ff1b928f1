"""What was asked of a task beside its URL, as far as it may be shown."""

from datetime import datetime

import strawberry

from schema.types.enums import ChecksumAlgorithm, Conflict, FileKind, ProxyKind
from schema.types.scalars import URL, BigInt
from services.engines.options import Options


def _bytes(number: int | None) -> BigInt | None:
    return None if number is None else BigInt(number)


@strawberry.type(description="What a file must come to.")
class Checksum:
    algorithm: ChecksumAlgorithm = strawberry.field(description="How it is made.")
    digest: str = strawberry.field(description="In small hexadecimal letters.")


@strawberry.type(
    description=(
        "What was asked of a task. Null is as the server is set up. Headers, cookies, names, "
        "passwords and keys are never shown."
    )
)
class TaskOptions:
    name: str | None = strawberry.field(description="The name that the file was to have.")
    mirrors: list[URL] = strawberry.field(description="Other URLs of the same file.")
    checksums: list[Checksum] = strawberry.field(description="All of them must hold.")
    conflict: Conflict = strawberry.field(description="Where there is a file of that name.")
    connections: int | None = strawberry.field(description="At most so many at once.")
    speed_limit: BigInt | None = strawberry.field(description="Bytes a second.")
    min_size: BigInt | None = strawberry.field(description="Bytes; what is smaller is skipped.")
    max_size: BigInt | None = strawberry.field(description="Bytes; what is larger is skipped.")
    excluded_extensions: list[str] = strawberry.field(description="Such files are skipped.")
    excluded_kinds: list[FileKind] = strawberry.field(description="Such files are skipped.")
    modified_from: datetime | None = strawberry.field(description="What is older is skipped.")
    modified_to: datetime | None = strawberry.field(description="What is newer is skipped.")
    connect_timeout: float | None = strawberry.field(
        description="Seconds until a connection stands."
    )
    read_timeout: float | None = strawberry.field(description="Seconds between two bytes.")
    total_timeout: float | None = strawberry.field(description="Seconds for one attempt.")
    lowest_speed: BigInt | None = strawberry.field(description="Bytes a second, over a minute.")
    retries: int | None = strawberry.field(description="Retries without progress.")
    retry_interval: float | None = strawberry.field(description="Seconds before the first retry.")
    user_agent: str | None = strawberry.field(description="What the download calls itself.")
    referer: str | None = strawberry.field(description="The page that the link stands on.")
    proxy: ProxyKind = strawberry.field(description="Through what it goes out.")

    @classmethod
    def of(cls, record: Options) -> "TaskOptions":
        filters, patience = record.filters, record.patience
        return cls(
            name=record.name,
            mirrors=[URL(url) for url in record.mirrors],
            checksums=[Checksum(algorithm=c.algorithm, digest=c.digest) for c in record.checksums],
            conflict=record.conflict,
            connections=record.connections,
            speed_limit=_bytes(record.speed_limit),
            min_size=_bytes(filters.min_size or None),
            max_size=_bytes(filters.max_size),
            excluded_extensions=sorted(filters.excluded_extensions),
            excluded_kinds=sorted(filters.excluded_kinds),
            modified_from=filters.modified_from,
            modified_to=filters.modified_to,
            connect_timeout=patience.connect,
            read_timeout=patience.silence,
            total_timeout=patience.total,
            lowest_speed=_bytes(patience.lowest_speed or None),
            retries=patience.retries,
            retry_interval=patience.retry_interval,
            user_agent=record.user_agent,
            referer=record.referer,
            proxy=record.proxy,
        )
