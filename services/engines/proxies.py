"""Which proxy a task goes through."""

from services.engines.engine import Job
from services.engines.options import ProxyKind
from services.errors import ErrorCode, FetchFailed
from services.outgoing.routes import SYSTEM_PROXY


def proxy_for(job: Job) -> str | None:
    """Return the proxy that `job` asks for. Raises `FetchFailed` where it is no longer known."""
    if job.options.proxy is ProxyKind.CUSTOM and job.secrets.proxy_url is None:
        message = "The address of the proxy is no longer kept. Add the download anew."
        raise FetchFailed(message, code=ErrorCode.PROXY_FAILED, temporary=False)
    if job.options.proxy is ProxyKind.SYSTEM:
        return SYSTEM_PROXY
    return job.secrets.proxy_url if job.options.proxy is ProxyKind.CUSTOM else None
