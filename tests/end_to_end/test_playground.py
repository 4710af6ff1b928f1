"""The playground in a browser, without any network but the way to the server."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from argosy.version import VERSION
from tests.end_to_end.browser import Visit, chromium, sign_in, visiting
from tests.end_to_end.program import KEY, Program
from tests.fakes.origin import Origin, Resource, content

pytestmark = pytest.mark.asyncio(loop_scope="module")

ADD = """mutation Add {
  addDownloads(input: { urls: ["URL"] }) { tasks { id name } errors { code } }
}
"""
SET_TEXT = """([name, text]) => __MONACO.editor.getEditors()
    .find((editor) => editor.getModel().uri.path.endsWith(name)).setValue(text)"""
HAS_TAKEN = """(text) => JSON.parse(localStorage.getItem('graphiql:tabState')).tabs
    .some((tab) => [tab.query, tab.variables].some((part) => part?.includes(text)))"""
RESPONSE = """() => __MONACO.editor.getModels()
    .find((model) => model.uri.path.endsWith('response.json')).getValue()"""
ANSWERED = ", ".join(
    f"#access-status[data-state={state}]" for state in ("connected", "refused", "failed")
)
SUGGESTION = ".suggest-widget.visible .monaco-list-row"
FILE = content(1_500_000)


class Playground:
    """The page, used as a person uses it."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def open(self, program: Program, path: str = "/graphql?with=key") -> None:
        """Load the page, and wait until it can be used."""
        await self.page.goto(f"{program.url}{path}")
        await self.page.wait_for_selector(".graphiql-query-editor .monaco-editor")

    async def enter_key(self, key: str) -> str:
        """Enter a key, and return what the page says of it."""
        await self.page.fill("#access-key", key)
        await self.page.click("#access-button")
        status = self.page.locator(ANSWERED)
        await status.wait_for()
        return await status.inner_text()

    async def choose(self, tab: str) -> None:
        """Go to another tab."""
        await self.page.get_by_role("tab", name=tab).click()

    async def write(self, name: str, text: str) -> None:
        """Put `text` into the editor `name`, and wait until the page has taken it."""
        await self.page.evaluate(SET_TEXT, [name, text])
        await self.page.wait_for_function(HAS_TAKEN, arg=text)

    async def run(self) -> None:
        """Run what is in the editor."""
        await self.page.click(".graphiql-execute-button")

    async def response(self, until: str) -> dict[str, Any]:
        """Return what is shown as the response once that has the word `until` in it."""
        await self.page.wait_for_function(
            f"(word) => ({RESPONSE})().includes(word)", arg=f'"{until}"'
        )
        response: dict[str, Any] = await self.page.evaluate(f"() => JSON.parse(({RESPONSE})())")
        return response

    async def wait_for_connection(self, state: str) -> None:
        """Wait until the page says this of the subscription's connection."""
        indicator = f"#access-connection[data-connection={state}]"
        await self.page.wait_for_selector(indicator, state="attached")

    async def suggestions(self, typed: str) -> list[str]:
        """Type into an empty query; return what the editor suggests."""
        await self.write("operation.graphql", "{\n  \n}")
        await self.page.click(".graphiql-query-editor .view-lines")
        for key in ("Control+Home", "ArrowDown", "End"):
            await self.page.keyboard.press(key)
        await self.page.keyboard.type(typed)
        await self.page.wait_for_selector(SUGGESTION)
        rows = await self.page.locator(SUGGESTION).all()
        return [await row.get_attribute("aria-label") or "" for row in rows]


@dataclass
class Seen:
    """What a whole visit showed."""

    visit: Visit
    access: str = ""
    status: dict[str, Any] = field(default_factory=dict)
    added: dict[str, Any] = field(default_factory=dict)
    progress: dict[str, Any] = field(default_factory=dict)
    suggestions: list[str] = field(default_factory=list)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as started:
        yield started


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def seen(
    browser: Browser, shared_program: Program, shared_origin: Origin
) -> AsyncIterator[Seen]:
    """Use the page for everything that it is there for."""
    hold = Event()
    url = shared_origin.put("/films/trailer.mkv", Resource(FILE, hold=hold))
    async with visiting(browser) as visit:
        seen, playground = Seen(visit), Playground(visit.page)
        await playground.open(shared_program)
        seen.access = await playground.enter_key(KEY)
        await playground.run()
        seen.status = await playground.response(until="activeTasks")

        await playground.choose("Add")
        await playground.write("operation.graphql", ADD.replace("URL", url))
        await playground.run()
        seen.added = await playground.response(until="tasks")
        task_id = seen.added["data"]["addDownloads"]["tasks"][0]["id"]

        await playground.choose("Progress")
        await playground.write("variables.json", f'{{"taskId": "{task_id}"}}')
        await playground.run()
        await playground.wait_for_connection("open")
        hold.set()
        seen.progress = await playground.response(until="completed")
        await playground.wait_for_connection("none")

        await playground.choose("Status")
        seen.suggestions = await playground.suggestions("down")
        yield seen


async def test_page_says_whose_key_it_has(seen: Seen) -> None:
    assert seen.access == "connected as admin"


async def test_query_is_answered(seen: Seen) -> None:
    status = seen.status["data"]["status"]

    assert (status["version"], status["activeTasks"]) == (VERSION, 0)


async def test_mutation_adds_a_download(seen: Seen, shared_program: Program) -> None:
    added = seen.added["data"]["addDownloads"]

    assert ([task["name"] for task in added["tasks"]], added["errors"]) == (["trailer.mkv"], [])
    file = shared_program.downloads / "admin" / "trailer.mkv"
    assert file.read_bytes() == FILE


async def test_subscription_runs_to_its_end(seen: Seen) -> None:
    progress = seen.progress["data"]["taskProgress"]

    assert (progress["status"], progress["progress"]) == ("completed", 100)


async def test_editor_suggests_what_the_schema_has(seen: Seen) -> None:
    assert seen.suggestions[0].startswith("downloadStats")


async def test_workers_run_from_the_servers_own_files(seen: Seen, shared_program: Program) -> None:
    names = {
        url.removeprefix(f"{shared_program.url}/assets/").split("-")[0]
        for url in seen.visit.workers
    }

    assert names == {"editor.worker", "json.worker", "graphql.worker"}


async def test_nothing_goes_to_another_host(seen: Seen, shared_program: Program) -> None:
    websocket = shared_program.url.replace("http://", "ws://")

    assert seen.visit.hosts == {shared_program.url, websocket}
    assert seen.visit.sockets == [f"{websocket}/graphql"]


async def test_all_requests_are_answered_with_200(seen: Seen) -> None:
    assert len(seen.visit.responses) > 10
    assert {response.status for response in seen.visit.responses} == {200}


async def test_mistake_is_underlined(browser: Browser, shared_program: Program) -> None:
    async with visiting(browser) as visit:
        playground = Playground(visit.page)
        await playground.open(shared_program)
        await playground.enter_key(KEY)
        await playground.suggestions("ta")  # the schema has come
        await playground.write("operation.graphql", "{ nothing( }")
        line = visit.page.locator(".squiggly-error").first
        await line.wait_for(state="attached")

        image = await line.evaluate("(e) => getComputedStyle(e).backgroundImage")
        assert image.startswith('url("data:image/svg+xml,')
        assert visit.complaints == []


async def test_browser_has_nothing_to_complain_of(seen: Seen) -> None:
    assert seen.visit.complaints == []


async def test_nothing_is_sent_before_a_key_is_given(
    browser: Browser, shared_program: Program
) -> None:
    async with visiting(browser) as visit:
        playground = Playground(visit.page)
        await playground.open(shared_program)
        await playground.run()
        answer = await playground.response(until="UNAUTHORIZED")

        assert await visit.page.get_attribute("#access-status", "data-state") == "none"
        assert answer["errors"][0]["message"].startswith("This server wants an access key")
        assert (visit.posts, visit.sockets) == ([], [])


async def test_login_of_the_browser_is_all_it_needs(
    browser: Browser, tmp_path: Path, shared_origin: Origin
) -> None:
    program, hold = Program(tmp_path), Event()
    url = shared_origin.put("/films/other.mkv", Resource(FILE, hold=hold))
    async with visiting(browser) as visit:
        try:
            program.start()
            (task_id,) = program.add(url)
            await sign_in(visit.page, program)
            playground = Playground(visit.page)
            await playground.open(program, "/graphql")
            said = await visit.page.locator(ANSWERED).inner_text()
            await playground.choose("Progress")
            await playground.write("variables.json", f'{{"taskId": "{task_id}"}}')
            await playground.run()
            await playground.wait_for_connection("open")
            hold.set()
            progress = await playground.response(until="completed")
        finally:
            program.close()

        assert said == "signed in as admin"
        assert progress["data"]["taskProgress"]["progress"] == 100
        authorized = [r for r in visit.requests if "authorization" in r.headers]
        assert (authorized, visit.complaints) == ([], [])


async def test_wrong_key_is_shown_as_refused(browser: Browser, shared_program: Program) -> None:
    async with visiting(browser) as visit:
        playground = Playground(visit.page)
        await playground.open(shared_program)
        access = await playground.enter_key("a-wrong-key")

        assert access == "key refused"
        assert await visit.page.get_attribute("#access-status", "data-state") == "refused"
        assert await visit.page.get_attribute("#access-key", "aria-invalid") == "true"
        assert visit.posts == [f"{shared_program.url}/graphql"]
