"""The FTP engine: plain, or with TLS from the first byte on or from before the login on."""

import ssl
from contextlib import AbstractAsyncContextManager

from yarl import URL

from services.engines.engine import Job
from services.engines.session import Session
from services.engines.single import SingleEngine
from services.engines.watch import silence


class FtpEngine(SingleEngine):
    """Fetches files over ftp, ftps (TLS from the start) and ftpes (TLS that is asked for).

    Where there is TLS, the certificate is always checked, and nothing goes without it.
    """

    name = "ftp"
    schemes = frozenset({"ftp", "ftps", "ftpes"})

    def _session(self, job: Job, url: URL) -> AbstractAsyncContextManager[Session]:
        # aioftp is imported by the first that needs it, not by everybody who starts the server.
        from services.engines.ftp.client import logged_in
        from services.engines.ftp.wire import path_of

        return logged_in(
            line=self._line(job, url),
            path=path_of(url),
            tls=None if url.scheme == "ftp" else ssl.create_default_context(),
            asks_for_tls=url.scheme == "ftpes",
            username=job.secrets.username,
            password=job.secrets.password,
            seconds=silence(job.options.patience),
        )
