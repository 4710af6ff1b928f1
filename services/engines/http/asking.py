"""Who a task is to the servers that it asks."""

from services.engines.engine import Job
from services.engines.proxies import proxy_for
from services.outgoing.routes import Route
from services.outgoing.urls import parse_url
from services.outgoing.visitor import Visitor


def visitor_of(job: Job) -> Visitor:
    """Return what the options and secrets of `job` say of it."""
    options, secrets = job.options, job.secrets
    return Visitor(
        origin=parse_url(job.url),
        route=Route(
            proxy=proxy_for(job),
            certificate=secrets.certificate,
            private_key=secrets.private_key,
        ),
        user_agent=options.user_agent,
        referer=options.referer,
        headers=secrets.headers,
        cookies=secrets.cookies,
        username=secrets.username,
        password=secrets.password,
        token=secrets.token,
    )
