"""The page `/login` in a browser: the first start, signing in, a second factor, signing out."""

from collections.abc import AsyncIterator
from pathlib import Path

import pyotp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page
from yarl import URL

from argosy.http.playground import PAGE
from services.access.people.users import User
from tests.end_to_end.browser import Visit, chromium, visiting
from tests.integration.http.running import Running, serving
from tests.needs import needs_built

pytestmark = pytest.mark.asyncio(loop_scope="module")

PASSWORD = "correct horse battery"
SETUP = "#setup:not([hidden])"
LOGIN = "#login:not([hidden])"
FACTOR = "#second-factor:not([hidden])"
REFUSED = "Failed to load resource: the server responded with a status of 4"
FOCUSED = "() => document.activeElement.id || document.activeElement.textContent.trim()"

WISHES = [
    ("/graphql?x=1", "/graphql?x=1"),
    ("//evil.example/", "/"),
    ("/\\evil.example", "/"),
    ("/.//evil.example/x", "//evil.example/x"),
    ("/..//evil.example/x", "//evil.example/x"),
    ("https://evil.example", "/"),
    ("javascript:alert(1)", "/"),
    ("/login", "/"),
    ("/login?next=/login", "/"),
    ("/%09/evil.example", "/"),
    ("graphql", "/"),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as started:
        yield started


@pytest_asyncio.fixture(loop_scope="module")
async def argosy(tmp_path: Path) -> AsyncIterator[Running]:
    async with serving(tmp_path) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def visit(browser: Browser) -> AsyncIterator[Visit]:
    async with visiting(browser) as visit:
        yield visit
        # Whatever was done, nothing went elsewhere, and the policy forbade nothing.
        assert len({host.partition("://")[2] for host in visit.hosts}) == 1
        assert [c for c in visit.complaints if not c.startswith(REFUSED)] == []


@pytest.fixture
def page(visit: Visit) -> Page:
    return visit.page


async def alice(argosy: Running) -> User:
    """Make a user with a password."""
    user, _ = await argosy.user("alice")
    kept = await argosy.container.access.passwords.hash(PASSWORD)
    return await argosy.container.access.users.set_password(user.id, kept)


async def setup_link(argosy: Running) -> str:
    return f"{argosy.url}/login#setup={await argosy.container.access.setup.another_token()}"


async def sign_in(page: Page, password: str = PASSWORD) -> None:
    await page.fill("#name", "alice")
    await page.fill("#password", password)
    await page.click("#login [type=submit]")


async def problem(page: Page, form: str) -> str:
    """Return what a form says is wrong, once it does."""
    told = page.locator(f"#{form}-problem:not(:empty)")
    await told.wait_for()
    assert await told.get_attribute("role") == "alert"
    return await told.inner_text()


async def test_setup_link_leads_in(argosy: Running, page: Page) -> None:
    await page.goto(await setup_link(argosy))
    await page.wait_for_selector(SETUP)
    address, name = page.url, await page.input_value("#setup-name")
    await page.fill("#new-password", PASSWORD)
    await page.click("#setup [type=submit]")
    await page.wait_for_url(f"{argosy.url}/")

    assert (address, name) == (f"{argosy.url}/login", "admin")  # the token is in no history
    assert await page.inner_text(".who strong") == "admin"
    assert not await argosy.container.access.setup.is_awaited()


async def test_short_password_is_refused_before_it_is_sent(
    argosy: Running, visit: Visit, page: Page
) -> None:
    await page.goto(await setup_link(argosy))
    await page.wait_for_selector(SETUP)
    before = len(visit.posts)
    await page.fill("#new-password", "short")
    await page.keyboard.press("Enter")

    assert await problem(page, "setup") == "Take 10 letters or more."
    assert await page.evaluate(FOCUSED) == "new-password"
    assert await page.get_attribute("#new-password", "aria-invalid") == "true"
    assert len(visit.posts) == before


async def test_password_that_the_server_refuses_can_be_put_right(
    argosy: Running, page: Page
) -> None:
    await page.goto(await setup_link(argosy))
    await page.wait_for_selector(SETUP)
    await page.fill("#new-password", "aaaaaaaaaaaa")
    await page.keyboard.press("Enter")
    said = await problem(page, "setup")
    await page.fill("#new-password", PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"{argosy.url}/")

    assert said.startswith("This password is guessed at once.")


async def test_used_setup_link_says_so(argosy: Running, page: Page) -> None:
    link = await setup_link(argosy)
    await argosy.container.access.setup.complete(link.partition("=")[2], PASSWORD)
    await page.goto(link)

    assert await problem(page, "login") == ("This was used before, or it has expired. Begin again.")
    assert await page.is_visible(LOGIN)


async def test_setup_link_works_where_the_page_is_open_already(argosy: Running, page: Page) -> None:
    await page.goto(f"{argosy.url}/login")
    await page.wait_for_selector(LOGIN)
    await page.goto(await setup_link(argosy))  # the same page, and so no new one

    await page.wait_for_selector(SETUP)


async def test_setup_link_works_where_somebody_is_signed_in(argosy: Running, page: Page) -> None:
    user = await alice(argosy)
    await page.goto(f"{argosy.url}/login")
    await sign_in(page)
    await page.wait_for_url(f"{argosy.url}/")
    link = await setup_link(argosy)
    await page.goto(link)
    await page.wait_for_selector(SETUP)
    address, name = page.url, await page.input_value("#setup-name")
    await page.fill("#new-password", PASSWORD)
    await page.click("#setup [type=submit]")
    await page.wait_for_url(f"{argosy.url}/")

    assert (address, name) == (f"{argosy.url}/login", "admin")
    assert await page.inner_text(".who strong") == "admin"
    assert await argosy.container.access.sessions.count(user.id) == 0
    await page.go_back()
    assert page.url == f"{argosy.url}/"  # where alice was: the token is in no history


async def test_wrong_password_is_told_and_can_be_put_right(argosy: Running, page: Page) -> None:
    await alice(argosy)
    await page.goto(f"{argosy.url}/login")
    await sign_in(page, "wrong password")
    said = await problem(page, "login")
    focused = await page.evaluate(FOCUSED)
    await sign_in(page)
    await page.wait_for_url(f"{argosy.url}/")

    assert (said, focused) == ("The name or the password is wrong.", "password")


async def test_too_many_wrong_passwords_are_told(argosy: Running, page: Page) -> None:
    await alice(argosy)
    await page.goto(f"{argosy.url}/login")
    for _ in range(5):
        await sign_in(page, "wrong password")
        await page.wait_for_selector("#login [aria-disabled=false]")
    await sign_in(page)
    await page.wait_for_selector("#login-problem:has-text('too many wrong logins')")

    assert await page.is_visible(LOGIN)


async def test_empty_form_is_not_sent(argosy: Running, visit: Visit, page: Page) -> None:
    await page.goto(f"{argosy.url}/login")
    await page.click("#login [type=submit]")

    assert await problem(page, "login") == "Please fill this in."
    assert await page.evaluate(FOCUSED) == "name"
    assert visit.posts == []


async def test_second_factor_comes_next(argosy: Running, page: Page) -> None:
    user = await alice(argosy)
    proposal = await argosy.container.access.second_factor.propose(user)
    code = pyotp.TOTP(proposal.secret).now()
    recovery = await argosy.container.access.second_factor.confirm(user, code)
    await page.goto(f"{argosy.url}/login")
    await sign_in(page)
    await page.wait_for_selector(FACTOR)
    focused, title = await page.evaluate(FOCUSED), await page.title()
    await page.fill("#code", code)  # was used before
    await page.keyboard.press("Enter")
    said = await problem(page, "second-factor")
    await page.fill("#code", recovery[0])
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"{argosy.url}/")

    assert (focused, title) == ("code", "Second factor · Argosy")
    assert said.startswith("This code is wrong")
    assert await page.inner_text(".who strong") == "alice"


async def test_all_can_be_done_with_the_keyboard(argosy: Running, page: Page) -> None:
    await alice(argosy)
    await page.goto(f"{argosy.url}/login")
    await page.wait_for_selector(LOGIN)
    keyboard, order = page.keyboard, []
    await keyboard.type("alice")
    await keyboard.press("Tab")
    await keyboard.type(PASSWORD)
    for _ in range(2):
        await keyboard.press("Tab")
        order.append(await page.evaluate(FOCUSED))
    await keyboard.press("Shift+Tab")
    await keyboard.press("Space")
    shown = await page.get_attribute("#password", "type")
    await keyboard.press("Tab")
    await keyboard.press("Enter")
    await page.wait_for_url(f"{argosy.url}/")
    await page.focus("#sign-out")
    await keyboard.press("Enter")
    await page.wait_for_url(f"{argosy.url}/login")

    assert (order, shown) == (["Show", "Sign in"], "text")


async def test_sign_out_ends_the_session(argosy: Running, page: Page) -> None:
    user = await alice(argosy)
    await page.goto(f"{argosy.url}/login")
    await sign_in(page)
    await page.click("#sign-out")
    await page.wait_for_url(f"{argosy.url}/login")
    cookies = await page.context.cookies()
    await page.goto(argosy.url)

    assert page.url == f"{argosy.url}/login"
    assert cookies == []
    assert await argosy.container.access.sessions.count(user.id) == 0


@pytest.mark.parametrize(("wish", "place"), WISHES)
async def test_login_leads_on_within_this_server(
    argosy: Running, page: Page, wish: str, place: str
) -> None:
    await alice(argosy)
    await page.goto(f"{argosy.url}/login?next={wish}")
    await sign_in(page)

    await page.wait_for_url(f"{argosy.url}{place}")


@pytest.mark.parametrize(("wish", "place"), WISHES)
async def test_who_is_signed_in_goes_on_within_this_server(
    argosy: Running, page: Page, wish: str, place: str
) -> None:
    await alice(argosy)
    await page.goto(f"{argosy.url}/login")
    await sign_in(page)
    await page.wait_for_url(f"{argosy.url}/")
    await page.goto("about:blank")
    # The page may lead on before it is there to the end.
    await page.goto(f"{argosy.url}/login?next={wish}", wait_until="commit")

    await page.wait_for_url(f"{argosy.url}{place}")


async def test_password_managers_find_their_fields(argosy: Running, page: Page) -> None:
    await page.goto(f"{argosy.url}/login")
    fields = await page.locator("input").all()

    assert [await field.get_attribute("autocomplete") for field in fields] == [
        *("username", "current-password"),
        "one-time-code",
        *("username", "new-password"),
    ]
    for field in fields:
        assert await field.evaluate("(e) => e.labels.length") == 1


async def test_cookie_is_hidden_from_scripts(argosy: Running, page: Page) -> None:
    await alice(argosy)
    await page.goto(f"{argosy.url}/login")
    await sign_in(page)
    await page.wait_for_url(f"{argosy.url}/")
    (cookie,) = await page.context.cookies()

    assert await page.evaluate("document.cookie") == ""
    assert cookie["name"] == f"argosy_{URL(argosy.url).port}"
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")


@pytest.mark.parametrize("width", [320, 1280])
async def test_nothing_stands_beyond_the_edge(argosy: Running, page: Page, width: int) -> None:
    await page.set_viewport_size({"width": width, "height": 700})
    await page.goto(f"{argosy.url}/login")
    await page.wait_for_selector(LOGIN)

    assert await page.evaluate("document.documentElement.scrollWidth") == width


async def test_link_on_another_site_leads_in_who_is_signed_in(argosy: Running, page: Page) -> None:
    needs_built(PAGE)
    await alice(argosy)
    await page.goto(f"{argosy.url}/login")
    await sign_in(page)
    await page.wait_for_url(f"{argosy.url}/")
    await page.goto("about:blank")
    await page.set_content(f'<a href="{argosy.url}/graphql">Argosy</a>')
    await page.click("a")
    await page.wait_for_url(f"{argosy.url}/graphql")

    await page.wait_for_selector("#access-status[data-state=connected]")


async def test_playground_uses_the_login(argosy: Running, page: Page) -> None:
    needs_built(PAGE)
    await alice(argosy)
    await page.goto(f"{argosy.url}/graphql")
    assert page.url == f"{argosy.url}/login?next=%2Fgraphql"
    await sign_in(page)
    await page.wait_for_url(f"{argosy.url}/graphql")
    status = page.locator("#access-status[data-state=connected]")
    await status.wait_for()
    said = await status.inner_text()
    await page.click("#sign-out")
    await page.wait_for_url(f"{argosy.url}/login")

    assert said == "signed in as alice"


@pytest.mark.parametrize("tab", ["Status", "Progress"])
async def test_playground_notices_that_the_session_has_ended(
    argosy: Running, page: Page, tab: str
) -> None:
    needs_built(PAGE)
    user = await alice(argosy)
    await page.goto(f"{argosy.url}/login?next=/graphql")
    await sign_in(page)
    await page.wait_for_selector("#sign-out")
    await page.get_by_role("tab", name=tab).click()
    kept = await argosy.container.access.passwords.hash("another long password")
    await argosy.container.access.users.set_password(user.id, kept)  # ends all logins
    await page.click(".graphiql-execute-button")
    await page.click("#sign-in")

    await page.wait_for_url(f"{argosy.url}/login?next=%2Fgraphql")
