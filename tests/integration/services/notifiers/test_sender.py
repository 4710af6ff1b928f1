"""Messages are sent by a process that can do nothing else."""

from collections.abc import AsyncIterator

import pytest

from services.alerts.issues import Level
from services.errors import ErrorCode, FetchFailed, InvalidInput, Unavailable
from services.notifiers.records import Message
from services.notifiers.sender import LONGEST_URL, Address, Sender
from services.outgoing.addresses import AddressPolicy, AllowedNetwork
from services.outgoing.guard.proxy import GuardedProxy
from tests.fakes.canary import Canary
from tests.fakes.receiver import Mailbox, Receiver, taking_mail

MESSAGE = Message(Level.CRITICAL, "A title", "First line.\nSecond “line”.")


@pytest.fixture
async def mailbox() -> AsyncIterator[Mailbox]:
    async with taking_mail() as mailbox:
        yield mailbox


async def test_message_arrives(sender: Sender, receiver: Receiver) -> None:
    await sender.send(receiver.url, MESSAGE)

    (message,) = receiver.taken
    assert message["title"] == "A title"
    assert message["message"] == "First line.\nSecond “line”."
    assert message["type"] == "failure"


async def test_name_is_looked_up_by_the_server(sender: Sender, receiver: Receiver) -> None:
    await sender.send(receiver.url.replace("127.0.0.1", "localhost"), MESSAGE)

    assert len(receiver.taken) == 1


async def test_mail_arrives(mailbox: Mailbox) -> None:
    policy = AddressPolicy([AllowedNetwork.parse(f"127.0.0.1:{mailbox.port}")])
    proxy = GuardedProxy(policy=policy)
    await proxy.open()
    try:
        url = (
            f"mailto://me:word@127.0.0.1:{mailbox.port}?smtp=127.0.0.1"
            "&from=me@a.example&to=you@b.example"
        )
        await Sender(proxy=proxy).send(url, MESSAGE)
    finally:
        await proxy.close()

    (mail,) = mailbox.mails
    assert "Subject: A title" in mail
    assert len(mailbox.logins) == 1


@pytest.mark.parametrize("schema", ["json", "xml", "form", "ntfy", "gotify", "mailto", "irc"])
async def test_address_that_is_not_public_is_not_reached(sender: Sender, schema: str) -> None:
    rest = "/token" if schema in {"ntfy", "gotify", "irc"} else "?from=a@b.example&to=c@d.example"
    async with Canary() as canary:
        with pytest.raises(FetchFailed) as failure:
            await sender.send(f"{schema}://me:word@127.0.0.1:{canary.port}{rest}", MESSAGE)

        assert failure.value.code is ErrorCode.FORBIDDEN_ADDRESS
        assert await canary.visitors() == 0


async def test_redirect_to_an_address_that_is_not_public_is_not_followed(
    sender: Sender, receiver: Receiver
) -> None:
    async with Canary() as canary:
        receiver.location = f"http://127.0.0.1:{canary.port}/"
        receiver.status = 307

        with pytest.raises(FetchFailed) as failure:
            await sender.send(receiver.url, MESSAGE)

        assert failure.value.code is ErrorCode.FORBIDDEN_ADDRESS
        assert await canary.visitors() == 0


@pytest.mark.parametrize(
    "url",
    [
        "discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js?template=/etc/passwd",
        "fcm://project/device?keyfile=/etc/passwd",
        "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/?template=/etc/passwd",
    ],
)
async def test_file_of_the_server_is_not_read(sender: Sender, url: str) -> None:
    with pytest.raises(FetchFailed) as failure:
        await sender.send(url, MESSAGE)

    assert "passwd" not in failure.value.message


async def test_service_that_does_not_answer_is_given_up(
    proxy: GuardedProxy, receiver: Receiver
) -> None:
    receiver.gate.clear()

    with pytest.raises(FetchFailed) as failure:
        await Sender(proxy=proxy, seconds=2).send(receiver.url, MESSAGE)

    assert failure.value.code is ErrorCode.TIMED_OUT


async def test_what_the_service_says_repeats_no_secret(sender: Sender, receiver: Receiver) -> None:
    receiver.status = 404

    with pytest.raises(FetchFailed) as failure:
        await sender.send(f"{receiver.url}/secret-path?x=secret-value", MESSAGE)

    assert "secret" not in failure.value.message
    assert "404" in failure.value.message


async def test_url_is_checked_without_going_there(sender: Sender, receiver: Receiver) -> None:
    assert await sender.check(receiver.url) == Address(
        "JSON", f"json://127.0.0.1:{receiver.port}/…"
    )
    assert receiver.paths == []


@pytest.mark.parametrize(
    ("url", "seen"),
    [
        ("json://me:word@hook.example:8080/secret/path?a=secret", "json://hook.example:8080/…"),
        ("ntfys://token@ntfy.example/topic", "ntfys://ntfy.example/…"),
        ("mailto://me:word@mail.example?to=you@b.example", "mailto://mail.example:25/…"),
        ("discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js", "discord://…"),
        ("tgram://123456789:abcdefg_hijklmnop/12315544/", "tgram://…"),
        (
            "https://discord.com/api/webhooks/4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js",
            "discord://…",
        ),
    ],
)
async def test_secret_is_not_shown(sender: Sender, url: str, seen: str) -> None:
    assert (await sender.check(url)).shown == seen


@pytest.mark.parametrize(
    "url",
    [
        "",
        "x" * (LONGEST_URL + 1),
        "json://a.example\n",
        "http://a.example/",
        "file:///etc/passwd",
        "syslog://",
        "rsyslog://a.example",
        "json://a.example, json://b.example",
    ],
)
async def test_url_that_is_none_is_refused(sender: Sender, url: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        await sender.check(url)

    assert (refusal.value.code, refusal.value.field) == (ErrorCode.INVALID_URL, "url")


async def test_nothing_is_sent_while_the_way_out_is_closed(receiver: Receiver) -> None:
    with pytest.raises(Unavailable):
        await Sender(proxy=GuardedProxy(policy=AddressPolicy())).send(receiver.url, MESSAGE)
