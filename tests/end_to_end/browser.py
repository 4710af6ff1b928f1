"""A page in Chromium, and all that it asks for and complains about."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Response,
    WebError,
    WebSocket,
    Worker,
    async_playwright,
)

from tests.end_to_end.program import Program
from tests.needs import needs

PASSWORD = "correct horse battery"

# No name but the server's address is looked up: there is no way out.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
TELL_OF_VIOLATIONS = """
    addEventListener('securitypolicyviolation', (event) => {
      console.error(`${event.effectiveDirective} forbids ${event.blockedURI}`);
    });
"""


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Start Chromium, and end it."""
    (path,) = needs("chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=FLAGS)
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def visiting(browser: Browser) -> AsyncIterator["Visit"]:
    """Open an empty page that remembers nothing of others."""
    context = await browser.new_context()
    await context.add_init_script(TELL_OF_VIOLATIONS)
    try:
        yield Visit(context, await context.new_page())
    finally:
        await context.close()


async def sign_in(page: Page, program: Program) -> None:
    """Choose the administrator's password with a setup link, and be signed in."""
    await page.goto(program.run("setup-link").stdout.strip())
    await page.fill("#new-password", PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"{program.url}/")


class Visit:
    """What one page did since it was opened."""

    def __init__(self, context: BrowserContext, page: Page) -> None:
        self.page = page
        self.requests: list[Request] = []
        self.responses: list[Response] = []
        self.sockets: list[str] = []
        self.workers: set[str] = set()
        self.complaints: list[str] = []
        context.on("request", self._see_request)
        context.on("response", self._see_response)
        context.on("requestfailed", self._see_failure)
        context.on("console", self._hear)
        context.on("weberror", self._hear_error)
        page.on("websocket", self._see_socket)
        page.on("worker", self._see_worker)

    @property
    def posts(self) -> list[str]:
        """Return where requests with the method POST went."""
        return [request.url for request in self.requests if request.method == "POST"]

    @property
    def hosts(self) -> set[str]:
        """Return the schemes, hosts and ports that anything went to."""
        urls = [urlsplit(url) for url in (*(r.url for r in self.requests), *self.sockets)]
        return {f"{url.scheme}://{url.netloc}" for url in urls}

    def _see_request(self, request: Request) -> None:
        self.requests.append(request)

    def _see_response(self, response: Response) -> None:
        self.responses.append(response)

    def _see_failure(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # the page itself wanted it no more
            self.complaints.append(f"{request.url}: {request.failure}")

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)

    def _hear_error(self, error: WebError) -> None:
        self.complaints.append(str(error.error))

    def _see_socket(self, socket: WebSocket) -> None:
        self.sockets.append(socket.url)

    def _see_worker(self, worker: Worker) -> None:
        self.workers.add(worker.url)
