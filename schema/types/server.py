"""The server, the machine, and who is asking."""

from datetime import datetime

import strawberry

from schema.types.context import ContextInfo
from schema.types.enums import Role
from schema.types.quota import Quota
from schema.types.scalars import BigInt
from schema.types.user import Account
from services import display
from services.access.identity import Identity, scopes_of
from services.statistics.totals import Downloader, Totals
from services.system import SystemSample


async def _account(info: ContextInfo) -> Account:
    return Account.of(await info.context.services.account.look(info.context.identity))


async def _quota(info: ContextInfo) -> Quota:
    return Quota.of(await info.context.services.quotas.of(info.context.identity))


@strawberry.type(description="Who is asking.")
class Viewer:
    id: int = strawberry.field(description="The user's number.")
    name: str = strawberry.field(description="The user's name, and that of their folder.")
    role: Role = strawberry.field(description="Administrators see what everybody has.")
    scopes: list[str] = strawberry.field(
        description="What your key, or your login, may be used for."
    )
    tier: str = strawberry.field(description="The quotas that hold for you.")
    credential: str = strawberry.field(
        description="With what you have proved who you are: `key argosy_Ab3dEf`, `session`."
    )
    credential_expires_at: datetime | None = strawberry.field(
        description="Until when that is good. Null: until it is taken away."
    )
    account: Account = strawberry.field(resolver=_account, description="How you can log in.")
    quota: Quota = strawberry.field(
        resolver=_quota, description="What their tier allows, and what they have used of it."
    )

    @classmethod
    def of(cls, identity: Identity) -> "Viewer":
        return cls(
            id=identity.user_id,
            name=identity.user_name,
            role=identity.role,
            scopes=sorted(scope.value for scope in identity.scopes & scopes_of(identity.role)),
            tier=identity.tier,
            credential=str(identity.credential),
            credential_expires_at=identity.credential.expires_at,
        )


@strawberry.type(
    description=(
        "How the server is doing. Administrators see the sums over all users, others their own."
    )
)
class Status:
    version: str = strawberry.field(description="The version that runs.")
    uptime: str = strawberry.field(description="For people: `5 days, 3 hours`.")
    uptime_seconds: int = strawberry.field(description="The same in seconds.")
    active_tasks: int = strawberry.field(description="Tasks that are not finished.")
    total_downloads: int = strawberry.field(description="Downloads finished, ever.")
    total_uploads: int = strawberry.field(description="Uploads finished, ever.")
    memory_usage: str = strawberry.field(description="Of the machine's memory: `45%`.")
    memory_percent: float = strawberry.field(description="The same as a number.")
    cpu_usage: str = strawberry.field(description="Of the machine's processors: `23%`.")
    cpu_percent: float = strawberry.field(description="The same as a number.")
    timestamp: str = strawberry.field(
        description="The server's time in UTC, without a zone: `2026-02-06T10:30:00`."
    )
    time: datetime = strawberry.field(description="The server's time, with its zone.")

    @classmethod
    def of(
        cls, *, version: str, uptime_seconds: int, uptime: str, active: int, totals: Totals,
        sample: SystemSample,
    ) -> "Status":  # fmt: skip
        return cls(
            version=version,
            uptime=uptime,
            uptime_seconds=uptime_seconds,
            active_tasks=active,
            total_downloads=totals.downloads,
            total_uploads=0,
            memory_usage=display.percent(sample.memory),
            memory_percent=sample.memory,
            cpu_usage=display.percent(sample.cpu),
            cpu_percent=sample.cpu,
            timestamp=sample.at.strftime("%Y-%m-%dT%H:%M:%S"),
            time=sample.at,
        )


@strawberry.type(description="The machine at one moment.")
class SystemMetrics:
    timestamp: datetime = strawberry.field(description="When it was measured.")
    cpu_usage: float = strawberry.field(description="Of the processors, in percent.")
    memory_usage: float = strawberry.field(description="Of the memory, in percent.")
    disk_usage: float = strawberry.field(description="Of the download folder's disk, in percent.")
    network_in: float = strawberry.field(description="Bytes a second that come in.")
    network_out: float = strawberry.field(description="Bytes a second that go out.")

    @classmethod
    def of(cls, sample: SystemSample) -> "SystemMetrics":
        return cls(
            timestamp=sample.at,
            cpu_usage=sample.cpu,
            memory_usage=sample.memory,
            disk_usage=sample.disk,
            network_in=sample.network_in,
            network_out=sample.network_out,
        )


@strawberry.type(description="How much one user has downloaded.")
class TopDownloader:
    user_id: int = strawberry.field(description="The user's number.")
    username: str = strawberry.field(description="The user's name.")
    download_count: int = strawberry.field(description="Downloads finished.")
    total_size: str = strawberry.field(description="For people: `125.5 GB`.")
    total_size_bytes: BigInt = strawberry.field(description="The same in bytes.")

    @classmethod
    def of(cls, record: Downloader) -> "TopDownloader":
        return cls(
            user_id=record.user_id,
            username=record.user_name,
            download_count=record.downloads,
            total_size=display.size(record.bytes),
            total_size_bytes=BigInt(record.bytes),
        )


@strawberry.type(
    description="What was fetched. Administrators see everybody's sums, others their own."
)
class DownloadStats:
    today_downloads: int = strawberry.field(description="Finished since midnight UTC.")
    today_uploads: int = strawberry.field(description="Uploads since midnight UTC.")
    total_bandwidth: str = strawberry.field(description="All finished files: `125.5 GB`.")
    total_bandwidth_bytes: BigInt = strawberry.field(description="The same in bytes.")
    average_speed: str = strawberry.field(description="While transferring: `5.2 MB/s`.")
    average_speed_bytes: BigInt = strawberry.field(description="The same in bytes a second.")
    top_downloaders: list[TopDownloader] = strawberry.field(
        description="Up to ten, the one with most downloads first. For administrators: else empty."
    )

    @classmethod
    def of(cls, totals: Totals, top: list[Downloader]) -> "DownloadStats":
        return cls(
            today_downloads=totals.today,
            today_uploads=0,
            total_bandwidth=display.size(totals.bytes),
            total_bandwidth_bytes=BigInt(totals.bytes),
            average_speed=display.speed(totals.average_speed),
            average_speed_bytes=BigInt(totals.average_speed),
            top_downloaders=[TopDownloader.of(record) for record in top],
        )
