"""The page at the server's address, in a browser."""

from argosy.version import VERSION
from tests.end_to_end.browser import chromium, sign_in, visiting
from tests.end_to_end.program import Program


async def test_home_page_leads_to_everything_else(shared_program: Program) -> None:
    async with chromium() as browser, visiting(browser) as visit:
        await sign_in(visit.page, shared_program)
        await visit.page.goto(shared_program.url, wait_until="networkidle")
        links = await visit.page.locator("nav a").all()

        assert await visit.page.title() == "Argosy"
        assert await visit.page.get_by_role("heading", level=1).inner_text() == "Argosy"
        assert [await link.get_attribute("href") for link in links] == [
            "/graphql",
            "/docs",
            "/health",
        ]
        assert await visit.page.get_by_text(f"Version {VERSION}").is_visible()
        picture = visit.page.locator("main img")
        assert await picture.evaluate("(img) => img.naturalWidth > 0")
        assert (
            await visit.page.locator("nav").evaluate("(e) => getComputedStyle(e).display") == "grid"
        )
        assert visit.hosts == {shared_program.url}
        assert {response.status for response in visit.responses} == {200}
        assert visit.complaints == []
