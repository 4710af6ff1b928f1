"""Every way in: what is secret is told right and wrong, where it belongs and where it does not."""

from collections.abc import Mapping

import orjson
import pyotp
from aiohttp import web

from tests.end_to_end.program import KEY
from tests.end_to_end.secrets.documents import (
    ADD,
    HOOK,
    LOGIN,
    NOTIFY,
    REFRESH,
    ROTATE,
    SET_UP,
    TOLD,
)
from tests.end_to_end.secrets.telling import Teller
from tests.fakes.authority import Authority
from tests.fakes.origin import Origin, Resource, content
from tests.fakes.proxy import ConnectProxy, SocksProxy


async def tell_in_headers_and_addresses(teller: Teller) -> None:
    """Tell secrets in the heads of requests."""
    make = teller.secrets.make
    for name, value in {
        "Authorization": f"Bearer {make('wrong key')}",
        "Proxy-Authorization": f"Basic {make('proxy header')}",
        "Cookie": f"argosy_80={make('cookie')}; __Host-argosy={make('host cookie')}",
        "X-Api-Key": make("api key header"),
        "Referer": f"https://u:{make('referer login')}@a.example/?t={make('referer query')}",
        "X-Forwarded-For": make("forwarded"),
        "Origin": f"https://{make('origin')}.example",
        "Last-Event-ID": make("last event"),
    }.items():
        for path in ("/graphql", "/", "/api/ws-ticket", "/nowhere", "/metrics"):
            await teller.tell("GET", path, **{name: value})
            await teller.tell("POST", path, {"query": "{ viewer { name } }"}, **{name: value})
    for query in ("token", "ticket", "query", "access_token", "password"):
        for path in ("/graphql", "/nowhere", "/metrics", "/api/login", "/login"):
            await teller.tell("GET", f"{path}?{query}={make(f'{query} at {path}')}")
    # What stands before the host in a target names no file of ours.
    await teller.tell("GET", f"//u:{make('target login')}@127.0.0.1/x")


async def tell_in_documents(teller: Teller) -> None:
    """Tell secrets in documents and variables, most of which are wrong."""
    make = teller.secrets.make
    for number, document in enumerate(
        (
            'mutation {{ login(input: {{ name: "a", password: "{}" }}) {{ errors {{ code }} ',
            'mutation {{ login(input: {{ name: "a", password: "{}" }}) {{ nothing }} }}',
            'mutation {{ login(input: {{ name: "a", passwort: "{}" }}) {{ errors {{ code }} }} }}',
            'mutation {{ login(input: "{}") {{ errors {{ code }} }} }}',
            'query($a: Int = "{}") {{ viewer {{ name }} }}',
            '{{ tasks(after: "{}") {{ totalCount }} }}',
            'mutation {{ createApiKey(input: {{ name: "x", scopes: ["{}"] }}) {{ value }} }}',
            'mutation {{ "{}" }}',
            'query($a: LoginInput = {{ name: "x", password: 1, x: "{}" }}) {{ viewer {{ name }} }}',
            'mutation {{ createUser(input: {{ name: "x", role: "{}" }}) {{ errors {{ code }} }} }}',
        )
    ):
        told = make(f"document {number}")
        await teller.tell_graphql(document.format(told))
        await teller.tell("POST", "/graphql", {"query": document.format(told)})
    for number, document in enumerate(
        ('{{ task(id: "{}") {{ id }} }}', '{{ nodes(ids: ["{}"]) {{ id }} }}')
    ):
        await teller.tell_graphql(document.format(make(f"id {number}")))
    for number, given in enumerate(
        (
            {"input": make("variable 0")},
            {"input": [make("variable 1")]},
            {"input": {"name": "a", "password": [make("variable 2")]}},
            {"input": {"name": "a", "password": {"x": make("variable 3")}}},
            {"input": {"name": "a", "passwort": make("variable 4")}},
        )
    ):
        await teller.tell_graphql(LOGIN, **given)
        await teller.tell("POST", "/graphql", {"query": LOGIN, "variables": given, "x": number})
    for body in (
        f'{{"query": "{make("broken json")}'.encode(),
        f'"{make("json text")}"'.encode(),
        orjson.dumps({"query": "{ viewer { name } }", "variables": make("variables as text")}),
        orjson.dumps({"query": {"password": make("query as object")}}),
        orjson.dumps({"password": make("field of a body")}),
        b"\xff" + make("no utf-8").encode(),
    ):
        for path in ("/graphql", "/api/login", "/api/setup", "/api/logout"):
            await teller.tell("POST", path, body, Authorization=f"Bearer {KEY}")


async def tell_over_websockets(teller: Teller) -> None:
    """Tell secrets to sockets."""
    make = teller.secrets.make
    init = "connection_init"
    good = {"type": init, "payload": {"Authorization": f"Bearer {KEY}"}}
    await teller.converse({"type": init, "payload": {"Authorization": make("init key")}})
    await teller.converse(
        {"type": init, "payload": {"Authorization": f"Bearer {make('init bearer')}"}}
    )
    await teller.converse({"type": init, "payload": {"ticket": make("init ticket")}})
    await teller.converse({"type": init, "payload": make("init as text")})
    await teller.converse(
        {"type": init, "payload": {}}, path=f"/graphql?ticket={make('ticket of a socket')}"
    )
    await teller.converse(make("no json"))
    await teller.converse({"type": make("type of a message")})
    await teller.converse(good, {"type": "subscribe", "id": make("id of an operation")})
    for number, query in enumerate(
        ('{{ x(a: "{}") }}', '{{ tasks(after: "{}") {{ totalCount }} }}', '{{ "{}')
    ):
        payload = {"query": query.format(make(f"operation {number}"))}
        await teller.converse(good, {"type": "subscribe", "id": "1", "payload": payload})
    variables = {"input": {"name": "a", "password": make("password over a socket")}}
    payload = {"query": LOGIN, "variables": variables}
    await teller.converse(good, {"type": "subscribe", "id": "1", "payload": payload})


async def log_in(teller: Teller) -> None:
    """Set up, log in in every way, and get everything that a login gives."""
    secrets = teller.secrets
    link = teller.program.run("setup-link").stdout.strip()
    token = secrets.keep("setup token", link.partition("#setup=")[2])
    password = secrets.make("password")
    await teller.tell("POST", "/api/setup", {"token": secrets.make("wrong setup token")})
    await teller.tell("POST", "/api/setup", {"token": token, "password": password[:3]})
    headers, _ = await teller.send("POST", "/api/setup", {"token": token, "password": password})
    secrets.keep("session of the setup", _cookie(headers))
    await teller.tell("POST", "/api/setup", {"token": token, "password": password})

    for name in ("admin", "nobody", secrets.make("password as a name")):
        wrong = secrets.make(f"wrong password of {name[:6]}")
        await teller.tell("POST", "/api/login", {"name": name, "password": wrong})
        await teller.tell_graphql(LOGIN, input={"name": name, "password": wrong})
    headers, _ = await teller.send("POST", "/api/login", {"name": "admin", "password": password})
    cookie = secrets.keep("session", _cookie(headers))
    name = headers["Set-Cookie"].partition("=")[0]
    await teller.tell("GET", "/graphql?query={viewer{name}}", Cookie=f"{name}={cookie}")
    _, text = await teller.send("POST", "/api/ws-ticket", b"", Authorization=f"Bearer {KEY}")
    ticket = secrets.keep("ticket", orjson.loads(text)["ticket"])
    for _ in range(2):
        await teller.converse({"type": "connection_init"}, path=f"/graphql?ticket={ticket}")

    given = {"name": "admin", "password": password}
    tokens = (await teller.ask(LOGIN, key=None, input=given))["login"]["tokens"]
    access = secrets.keep("access token", tokens["accessToken"])
    refresh = secrets.keep("refresh token", tokens["refreshToken"])
    await teller.tell_graphql("{ viewer { name } }", access)
    await teller.tell_graphql("{ viewer { name } }", f"{access[:-4]}AAAA")
    renewed = (await teller.ask(REFRESH, key=None, token=refresh))["refreshLogin"]["tokens"]
    secrets.keep("second refresh token", renewed["refreshToken"])
    access = secrets.keep("second access token", renewed["accessToken"])

    await _take_a_second_factor(teller, access, password)
    await teller.tell_graphql(REFRESH, token=refresh)  # the second time: it ends the session
    await teller.tell_graphql(REFRESH, token=secrets.make("wrong refresh token"))


async def _take_a_second_factor(teller: Teller, access: str, password: str) -> None:
    secrets = teller.secrets
    begin = "mutation($p: String!) { beginSecondFactor(input: { password: $p }) { secret } }"
    confirm = "mutation($c: String!) { confirmSecondFactor(input: { code: $c }) { recoveryCodes } }"
    begun = await teller.ask(begin, key=access, p=password)
    seed = secrets.keep("seed of the second factor", begun["beginSecondFactor"]["secret"])
    codes = (await teller.ask(confirm, key=access, c=pyotp.TOTP(seed).now()))[
        "confirmSecondFactor"
    ]["recoveryCodes"]
    for number, code in enumerate(codes):
        secrets.keep(f"recovery code {number}", code)
    name = {"name": "admin", "password": password}
    await teller.tell_graphql(LOGIN, input={**name, "code": secrets.make("wrong code")})
    _, text = await teller.send("POST", "/api/login", name)
    challenge = secrets.keep("challenge", orjson.loads(text)["challenge"])
    wrong = {"challenge": challenge, "code": secrets.make("second wrong code")}
    await teller.tell("POST", "/api/login/second-factor", wrong)
    headers, _ = await teller.send(
        "POST", "/api/login/second-factor", {"challenge": challenge, "code": codes[0]}
    )
    secrets.keep("session after the second factor", _cookie(headers))
    other = secrets.make("other password")
    change = (
        "mutation($o: String!, $n: String!) { changePassword(input: { oldPassword: $o, "
        "newPassword: $n }) { errors { code message } } }"
    )
    await teller.tell_graphql(change, access, o=secrets.make("wrong old password"), n=other)
    await teller.tell_graphql(change, access, o=password, n=other)


async def manage(teller: Teller) -> None:
    """Make users and keys, over the API and on the command line."""
    secrets = teller.secrets
    made = await teller.ask(
        'mutation { createApiKey(input: { name: "x" }) { value errors { code } } }'
    )
    key = secrets.keep("key", made["createApiKey"]["value"])
    await teller.tell_graphql("{ viewer { name } }", key)
    user = {"name": "bob", "role": "USER", "password": secrets.make("password of bob")}
    await teller.tell_graphql(
        "mutation($i: CreateUserInput!) { createUser(input: $i) { user { id } "
        "errors { code message } } }",
        input=user,
        i=user,
    )
    done = teller.program.run("key", "create", "--user", "bob")
    assert done.returncode == 0, done.stderr
    secrets.keep("key of the command line", done.stdout.strip())
    done = teller.program.run("key", "revoke", done.stdout.strip())
    teller.said += [done.stdout, done.stderr]
    secret = secrets.make("password on the command line")
    done = teller.program.run("user", "password", "bob", input=f"{secret}\n{secret}\n")
    teller.said += [done.stdout, done.stderr]
    done = teller.program.run("secrets", "rotate")
    teller.said += [done.stdout, done.stderr]


async def be_notified(teller: Teller) -> None:
    """Give addresses of services, right and wrong, and have them tried."""
    make = teller.secrets.make
    ids: list[str] = []
    for number, url in enumerate(
        (
            "json://{0}:{1}@127.0.0.1:1/{2}?x={3}&+X-Key={4}",  # which may not be reached
            "mailto://me:{0}@127.0.0.1:1?smtp=127.0.0.1&from=a@b.example&to=c@d.example",
            "tgram://123456789:{0}/12315544",
            "https://discord.com/api/webhooks/4174216298/{0}",
            "nothing://{0}/{1}",
            "syslog://{0}",
            "{0}",
            "json://{0}\n",
        )
    ):
        told = [make(f"address {number} {part}") for part in range(5)]
        given = {"name": "phone", "url": url.format(*told)}
        data = await teller.ask(NOTIFY, input=given)
        teller.said.append(f"{data}")
        made = data["createNotifier"]["notifier"]
        ids += [made["id"]] if made else []
    assert len(ids) == 4
    await teller.tell_graphql(
        "mutation($id: ID!, $url: String!) { updateNotifier(input: { id: $id, url: $url }) "
        "{ notifier { service shownUrl } errors { code message } } }",
        id=ids[1],
        url=f"ntfys://{make('token of a service')}@127.0.0.1:1/{make('topic of a service')}",
    )
    for each in ids:
        await teller.tell_graphql(
            "mutation($id: ID!) { testNotifier(input: { id: $id }) { errors { code message } } }",
            id=each,
        )
    await teller.tell_graphql(
        "{ notifiers { nodes { name service shownUrl lastError failures } } }"
    )


async def set_plugins_up(teller: Teller) -> None:
    """Give a plugin its secrets, right and wrong, and switch it on."""
    make = teller.secrets.make
    for settings in (
        {"url": f"http://127.0.0.1:1/{make('url of a plugin')}", "token": make("its token")},
        {"url": make("wrong url of a plugin")},
        {"token": [make("its token in a list")]},
    ):
        await teller.tell_graphql(SET_UP, settings=settings)
    await teller.tell_graphql(
        'mutation { togglePlugin(pluginName: "custom_notifier", enabled: true) { success } }'
    )
    await teller.tell_graphql("{ installedPlugins { nodes { name settings lastError } } }")


async def be_told(teller: Teller, origin: Origin) -> None:
    """Make webhooks, right and wrong, and have them and callbacks told."""
    secrets, make = teller.secrets, teller.secrets.make

    async def echo(request: web.Request) -> web.Response:
        said = f"{request.path_qs} {dict(request.headers)}"
        return web.Response(status=500, text=said, headers={"X-Echo": request.headers["X-Key"]})

    origin.put("/echo", Resource(b"", handler=echo))
    for at in (f"{origin.url}/echo", "http://127.0.0.1:1/", "http://10.0.0.1/", "nothing://"):
        where = at.partition("//")[2]
        given = {
            "url": f"{at}?token={make(f'query of a webhook at {where}')}",
            "events": ["task.*"],
            "headers": [{"name": "X-Key", "value": make(f"header of a webhook at {where}")}],
            "secret": make(f"secret of a webhook at {where}"),
        }
        data = (await teller.ask(HOOK, input=given))["createWebhook"]
        teller.said.append(f"{data['webhook']} {data['errors']}")
        if data["webhook"]:
            each = data["webhook"]["id"]
            await teller.tell_graphql(
                "mutation($id: ID!) { testWebhook(input: { id: $id }) { errors { message } } }",
                id=each,
            )
            rotated = await teller.ask(ROTATE, id=each, secret=None)
            secrets.keep(f"new secret at {where}", rotated["rotateWebhookSecret"]["secret"])
            await teller.tell_graphql(ROTATE, id=each, secret=make(f"bad\n secret at {where}"))
    await teller.tell_graphql(HOOK, input={**given, "secret": make("short")[:9], "events": ["x"]})
    for at in ("http://127.0.0.1:1/", "http://10.0.0.1/"):
        url = f"{at}?k={make(f'callback to {at}')}"
        added = {"urls": ["http://127.0.0.1:1/x"], "force": True, "callbackUrl": url}
        await teller.tell_graphql(ADD, input={**added, "options": {"retries": 0}})
    shown = await teller.ask("{ callbackSecret { secret } }")
    secrets.keep("secret of callbacks", shown["callbackSecret"]["secret"])
    while True:
        told = await teller.ask(TOLD)
        nodes = told["webhookDeliveries"]["nodes"]
        if all(e["tries"] for e in nodes if e["event"] in {"webhook.test", "job.failed"}):
            break  # what else there is may wait for what failed
    await teller.tell_graphql(TOLD)
    await teller.tell_graphql("{ webhooks { nodes { name url hasHeaders disabledBecause } } }")


async def download(teller: Teller, origin: Origin) -> list[str]:
    """Ask for downloads with everything that they can have; return their tasks."""
    secrets, make = teller.secrets, teller.secrets.make
    _, private = Authority().issue("client")
    secrets.keep("private key", private.splitlines()[1])
    good = origin.put("/a.bin", Resource(content(1000)))
    cookies = f"127.0.0.1\tFALSE\t/\tFALSE\t0\tc\t{make('cookies.txt')}"
    tasks: list[str] = []

    async def add(*urls: str, **options: object) -> None:
        given = {"urls": urls, "force": True, "options": {"retries": 0, **options}}
        _, text = await teller.send(
            *("POST", "/graphql"),
            {"query": ADD, "variables": {"input": given}},
            Authorization=f"Bearer {KEY}",
        )
        teller.said.append(text)
        if payload := (orjson.loads(text).get("data") or {}).get("addDownloads"):
            tasks.extend(task["id"] for task in payload["tasks"])

    async def refuse(_request: web.Request) -> web.Response:
        return web.Response(status=401, headers={"WWW-Authenticate": 'Basic realm="x"'})

    there = f"http://127.0.0.1:1/x?sig={make('query of a redirect')}#a"

    async def lead_on(_request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": there})

    origin.put("/locked.bin", Resource(b"", handler=refuse))
    origin.put("/moved.bin", Resource(b"", handler=lead_on))
    host = good.removeprefix("http://")
    closed = "127.0.0.1:1"
    others = [host.replace("/a.bin", f"/{name}.bin") for name in ("gone", "locked", "moved")]
    for at in (host, *others, closed):
        where = "the origin" if at == host else at.rpartition("/")[2]
        await add(
            f"http://{at}",
            headers=[{"name": "X-Token", "value": make(f"header to {where}")}],
            cookies=[{"name": "c", "value": make(f"cookie to {where}"), "domain": "127.0.0.1"}],
            username="alice",
            password=make(f"password to {where}"),
        )
        await add(f"http://{at}", cookiesTxt=cookies, token=make(f"token to {where}"))
        await add(f"http://bob:{make(f'login of a URL to {where}')}@{at}")
        await add(f"http://{at}?sig={make(f'asked of {where}')}")
    certificate, other = Authority().issue("other")
    secrets.keep("other private key", other.splitlines()[1])
    await add(good, certificate=certificate, privateKey=private)  # they belong not together
    await add(good, certificate=certificate, privateKey=make("broken private key"))
    await add(good, certificate=make("broken certificate"))
    await add(good, cookiesTxt=make("broken cookies.txt"))
    await add(good, headers=[{"name": "X:Y", "value": make("value of a broken header")}])
    await add(good, headers=[{"name": "X", "value": f"{make('broken value')}\n"}])
    await add(good, username="a:b", password=make("password of a broken name"))
    for wrong in ("ftp", "sftp", "http"):
        await add(f"{wrong}://u:{make(f'login of {wrong}')}@{closed}/x")
    await add(f"http://u:{make('login of a bad URL')}@[::1/x")
    await add(f"http://u:{make('login before a space')} @127.0.0.1/x")
    for url in (f"http://u:{make('bad proxy')}@127.0.0.1:99999", make("no proxy at all")):
        await add(good, proxy={"type": "CUSTOM", "url": url})
    async with ConnectProxy(login="Basic right") as http, SocksProxy(login="a:b") as socks:
        for kind in (http, socks):
            login = f"alice:{make(f'login of {kind.scheme} proxy')}"
            at = kind.url.replace("://", f"://{login}@")
            await add(good, proxy={"type": "CUSTOM", "url": at})
        await finished(teller, tasks)
    return tasks


async def finished(teller: Teller, tasks: list[str]) -> None:
    """Wait until nothing more will happen to any of the tasks."""
    for task in tasks:
        await teller.program.follow(task)


def _cookie(headers: Mapping[str, str]) -> str:
    return headers["Set-Cookie"].partition("=")[2].partition(";")[0]
