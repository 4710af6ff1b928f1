"""What a server can do to whoever fetches from it, and all that may come of that.

Of each case there are the outcome, what lies in the place, and what is kept for another attempt.
"""

from dataclasses import dataclass
from pathlib import Path

import pytest

from services.engines.engine import Fetched
from services.engines.ftp.engine import FtpEngine
from services.engines.options import Filters, Options, Patience, Secrets
from services.errors import ArgosyError, ErrorCode, FetchFailed, InvalidInput, Skipped
from services.outgoing.addresses import AddressPolicy, AllowedNetwork, ForbiddenAddress
from tests.fakes.canary import Canary
from tests.fakes.ftp import FtpServer, Script
from tests.integration.services.engines.ftp.fetching import (
    BODY,
    HALF,
    SIZE,
    TASK_ID,
    a_job,
    cut_off,
    fetched,
    finished_files,
)

PATIENT = Options()
HASTY = Options(patience=Patience(connect=0.5, silence=0.2))
NOBODY = Secrets()
LOGIN = Secrets(username="alice", password="wonderland")
PASV: dict[str, str | None] = {"EPSV": "502 What?"}
NO_SIZE: dict[str, str | None] = {"SIZE": "502 What?"}
MUCH = "x" * 200_000
FINAL, AGAIN = False, True


@dataclass(frozen=True)
class Case:
    """One thing that a server does wrong. It ends with the file, or with `code`.

    `message` begins the sentence; `kept` are the bytes that lie there for another attempt, and
    `sent` is how many of the file the server may have sent at the most. With `resumes`, half of
    the file is there before.
    """

    name: str
    script: Script
    code: ErrorCode | None = None
    temporary: bool = AGAIN
    message: str = ""
    kept: int = 0
    sent: int = SIZE
    resumes: bool = False
    options: Options | None = None  # hasty where the time runs out
    secrets: Secrets = NOBODY

    def __str__(self) -> str:
        return self.name


BAD, BROKEN = ErrorCode.BAD_RESPONSE, ErrorCode.CONNECTION_FAILED
LATE, SHORT = ErrorCode.TIMED_OUT, ErrorCode.INCOMPLETE
NO_FTP = "127.0.0.1 does not answer as FTP should."
NO_ANSWER = "127.0.0.1 did not answer in time."
NO_LINE = "No connection to 127.0.0.1, or it broke."
SILENT = "Nothing came for 0.2 seconds."


def said(verb: str, reply: str | None, **more: str | None) -> Script:
    """Return the file, with these replies."""
    return Script(BODY, replies={verb: reply, **more})


def talk(*cases: Case) -> list[Case]:
    """Return cases in which not a byte of the file may be asked for."""
    return [Case(**{**vars(case), "sent": 0}) for case in cases]


GREETINGS = talk(
    Case("silent at the start", said("", ""), LATE, message=NO_ANSWER),
    Case("gone at the start", said("", None), BROKEN, message=NO_LINE),
    Case("endless welcome", said("", "220-Hi.\r\n" * 5000), BAD, message=NO_FTP),
    Case("endless waiting", said("", "120 Soon.\r\n" * 5000), BAD, message=NO_FTP),
    Case("giant welcome", said("", f"220 {MUCH}"), BAD, message=NO_FTP),
    Case("large welcome lines", said("", f"220-{MUCH[:8000]}\r\n" * 150), BAD, message=NO_FTP),
    Case("no code", said("", "Hello."), BAD, message=NO_FTP),
    Case("foreign digits", said("", "\xb2\xb2\xb0 Hello."), BAD, message=NO_FTP),
    Case("other code", said("", "226 Done."), BAD, message="The server answered 226 Done, which"),
    Case(
        "dripping welcome",
        Script(BODY, replies={"": "220 Hi."}, pause=0.15),
        LATE,
        message=NO_ANSWER,
    ),
    Case(
        "busy",
        said("", "421-Too\r\n421 busy."),
        BROKEN,
        message="The server closes the connection: 421 Too busy. It may be different later.",
    ),
    Case(
        "codes for terminals",
        said("", "500 \x1b[31mGo\x07."),
        BAD,
        FINAL,
        "The server answered 500 [31mGo. Check the link.",
    ),
)

LOGINS = talk(
    Case("silent at the login", said("USER", ""), LATE, message=NO_ANSWER),
    Case("password for ever", said("PASS", "331 Again?"), ErrorCode.LOGIN_REFUSED, FINAL),
    Case("account", said("PASS", "332 Account?"), ErrorCode.LOGIN_REFUSED, FINAL),
    Case(
        "nobody without a name",
        said("PASS", "530 No anonymous login."),
        ErrorCode.LOGIN_REFUSED,
        FINAL,
        "The server refuses the login: 530 No anonymous login. Give a name and a password.",
    ),
    Case(
        "wrong password",
        said("PASS", "530 Login incorrect."),
        ErrorCode.LOGIN_REFUSED,
        FINAL,
        "The server refuses the login: 530 Login incorrect.",
        secrets=LOGIN,
    ),
    Case(
        "wants TLS",
        said("USER", "530 Non-anonymous sessions must use encryption."),
        ErrorCode.TLS_FAILED,
        FINAL,
        "The server wants TLS: 530 Non-anonymous sessions must use encryption. Fetch the file by",
    ),
    Case(
        "full",
        said("USER", "530 Maximum number of TLS clients reached."),
        BAD,
        message="The server answered 530 Maximum number of TLS clients reached.",
    ),
)

ANSWERS = talk(
    Case("negative size", said("SIZE", "213 -1"), BAD, message=NO_FTP),
    Case("no size", said("SIZE", "213 many"), BAD, message=NO_FTP),
    Case("size of many digits", said("SIZE", f"213 {'9' * 5000}"), BAD, message=NO_FTP),
    Case("size beyond all", said("SIZE", f"213 {(1 << 62) + 1}"), BAD, message=NO_FTP),
    Case(
        "size of 4 EiB",
        said("SIZE", f"213 {1 << 62}"),
        ErrorCode.DISK_FULL,
        FINAL,
        f"The file has {1 << 62} bytes, more than the whole disk. Fetch it elsewhere.",
    ),
    Case("closing at the size", said("SIZE", "421 Bye."), BROKEN, message="The server closes"),
    Case("gone at the size", said("SIZE", None), BROKEN, message=NO_LINE),
    Case("silent at the size", said("SIZE", ""), LATE, message=NO_ANSWER),
    Case("endless size", said("SIZE", "213-1\r\n" * 5000), BAD, message=NO_FTP),
    Case("folder", said("SIZE", "550 No.", CWD="250 Moved."), ErrorCode.INVALID_URL, FINAL),
    Case("no right", said("RETR", "550 Permission denied."), ErrorCode.NOT_FOUND, FINAL),
    Case(
        "giant refusal",
        said("RETR", "\r\n".join([*[f"550-{MUCH[:8000]}"] * 3, "550 No."])),
        ErrorCode.NOT_FOUND,
        FINAL,
        f"The server does not give the file: 550 {'x' * 199}…. Check the link.",
    ),
    Case("RETR as if done", said("RETR", "226 Done."), BAD, message="The server answered 226"),
    Case("silent at RETR", said("RETR", ""), LATE, message=NO_ANSWER),
    Case("closing at RETR", said("RETR", "421 Bye."), BROKEN, message="The server closes"),
    Case("TYPE refused", said("TYPE", "504 Text only."), BAD, FINAL, "The server answered 504"),
)

PORTS = talk(
    Case("port 0", said("EPSV", "229 Here (|||0|)"), BAD, message=NO_FTP),
    Case("port 65536", said("EPSV", "229 Here (|||65536|)"), BAD, message=NO_FTP),
    Case("port of many digits", said("EPSV", f"229 ({'|' * 3}{'1' * 7000}|)"), BAD, message=NO_FTP),
    Case("address for a port", said("EPSV", "229 (|1|10.0.0.1|80|)"), BAD, message=NO_FTP),
    Case("no port", said("EPSV", "229 Here."), BAD, message=NO_FTP),
    Case("letters for a port", said("EPSV", "229 (|||http|)"), BAD, message=NO_FTP),
    Case("PASV port 0", said("PASV", "227 (127,0,0,1,0,0)", **PASV), BAD, message=NO_FTP),
    Case("PASV port 999", said("PASV", "227 (127,0,0,1,9,999)", **PASV), BAD, message=NO_FTP),
    Case("PASV of letters", said("PASV", f"227 {MUCH[:8000]}", **PASV), BAD, message=NO_FTP),
    Case("PASV of brackets", said("PASV", f"227 {'(' * 8000}", **PASV), BAD, message=NO_FTP),
    Case("PASV below zero", said("PASV", "227 (127,0,0,1,-1,-1)", **PASV), BAD, message=NO_FTP),
    Case("no way in", said("PASV", "502 What?", **PASV), BAD, FINAL, "The server answered 502"),
)

TRANSFERS = [
    Case(
        "REST that is ignored", Script(BODY, ignores_rest=True), BAD, resumes=True, sent=SIZE + HALF
    ),
    Case("REST that is refused", said("REST", "502 What?"), resumes=True, sent=SIZE + HALF),
    Case(
        "REST that is denied",
        said("REST", "550 No."),
        ErrorCode.NOT_FOUND,
        FINAL,
        kept=HALF,
        resumes=True,
    ),
    Case(
        "done too early",
        Script(BODY, cut=HALF),
        SHORT,
        message=f"{HALF} of {SIZE} bytes came, then the transfer ended.",
        kept=HALF,
    ),
    Case("nothing comes", Script(BODY, cut=0), SHORT, message=f"0 of {SIZE} bytes came"),
    Case("larger than it says", Script(BODY, size=HALF), BAD, message="The server sent more than"),
    Case("empty, it says", Script(BODY, size=0), BAD, message="The server sent more than the 0"),
    Case("endless", Script(BODY, is_endless=True), BAD, sent=100 * SIZE),
    Case("no last reply", Script(BODY, last=""), options=HASTY),
    Case("gone before the last reply", Script(BODY, last=None)),
    Case("closing as the last reply", Script(BODY, last="421 Bye.")),
    Case("nonsense as the last reply", Script(BODY, last="Bye.")),
    Case("refusal as the last reply", Script(BODY, last="451 Disk error.")),
    Case("endless last reply", Script(BODY, last="226-Well.\r\n" * 5000)),
    Case("waits for ever", Script(BODY, last="150 Well.\r\n" * 5000)),
    Case(
        "no last reply, and no size",
        Script(BODY, last="", replies=NO_SIZE),
        SHORT,
        message=f"The transfer broke off. {NO_ANSWER}",
        options=HASTY,
        kept=SIZE,
    ),
    Case(
        "broken, and no size",
        Script(BODY, cut=HALF, last="426 Broken.", replies=NO_SIZE),
        SHORT,
        message="The transfer broke off. The server answered 426 Broken.",
        kept=HALF,
    ),
    Case(
        "silent in the middle", Script(BODY, cut=HALF, holds=True), LATE, message=SILENT, kept=HALF
    ),
    Case("silent before the first byte", Script(BODY, cut=0, holds=True), LATE, message=SILENT),
    Case("time of letters", Script(BODY, modified="yesterday")),
    Case("time of nothing", Script(BODY, modified="00000000000000")),
    Case("time before all", Script(BODY, modified="00010101000000")),
    Case("time after all", Script(BODY, modified="99991231235959")),
    Case("time of many digits", Script(BODY, modified="2" * 5000)),
    Case("numbers in the welcome", said("", "220-Hi.\r\n1234 files\r\n220-\r\n220 Go.")),
    Case("blank line in the welcome", said("", "220-Hi.\r\n\r\n220 Go.")),
]


@pytest.mark.parametrize(
    "case", [*GREETINGS, *LOGINS, *ANSWERS, *PORTS, *TRANSFERS], ids=lambda case: case.name
)
async def test_server_gets_no_further(engine: FtpEngine, root: Path, case: Case) -> None:
    async with FtpServer(Script(BODY, cut=HALF, holds=True)) as server:
        if case.resumes:
            await cut_off(engine, server.url())
        server.script = case.script
        options = case.options or (HASTY if case.code is LATE else PATIENT)
        job = a_job(server.url(), options=options, secrets=case.secrets)
        outcome: Fetched | ArgosyError
        try:
            outcome = await engine.fetch(job)
        except ArgosyError as error:
            outcome = error

    assert getattr(outcome, "code", None) == case.code
    if isinstance(outcome, ArgosyError):
        assert outcome.message.startswith(case.message)
        assert getattr(outcome, "temporary", AGAIN) == case.temporary
    assert finished_files(root) == ({} if case.code else {"alice/films/a.bin": BODY})
    assert kept_bytes(root) == BODY[: case.kept]
    assert server.sent <= case.sent


async def test_endless_file_is_skipped_where_it_is_too_large(engine: FtpEngine, root: Path) -> None:
    options = Options(filters=Filters(max_size=3 * SIZE))
    async with FtpServer(Script(BODY, is_endless=True, replies=NO_SIZE)) as server:
        with pytest.raises(Skipped) as caught:
            await engine.fetch(a_job(server.url(), options=options))

    assert caught.value.code is ErrorCode.FILTERED
    assert finished_files(root) == {}
    assert len(kept_bytes(root)) <= 3 * SIZE


@pytest.mark.parametrize("address", ["10,0,0,1", "169,254,169,254", "0,0,0,0", "93,184,216,34"])
async def test_data_comes_from_the_server_alone(engine: FtpEngine, address: str) -> None:
    script = Script(BODY, replies=PASV, passive_address=address)
    async with FtpServer(script) as server:
        result = await engine.fetch(a_job(server.url()))

    assert result == fetched("a.bin", BODY)


@pytest.mark.parametrize("verb", ["EPSV", "PASV"])
async def test_port_that_is_forbidden_is_not_knocked_at(root: Path, verb: str) -> None:
    async with Canary() as canary, FtpServer(Script(BODY)) as server:
        high, low = divmod(canary.port, 256)
        server.script.replies = {
            "EPSV": f"229 (|||{canary.port}|)" if verb == "EPSV" else "502 What?",
            "PASV": f"227 (127,0,0,1,{high},{low})",
        }
        policy = AddressPolicy([AllowedNetwork.parse(f"127.0.0.1:{server.port}")])
        with pytest.raises(ForbiddenAddress):
            await FtpEngine(root=root, policy=policy).fetch(a_job(server.url()))

        assert await canary.visitors() == 0
    assert finished_files(root) == {}


@pytest.mark.parametrize(
    "url", ["ftp://alice:wonderland@127.0.0.1:1/a.bin", "ftp://alice@127.0.0.1:1/a.bin"]
)
async def test_login_in_the_url_is_refused(engine: FtpEngine, url: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        await engine.fetch(a_job(url))

    assert caught.value.code is ErrorCode.INVALID_URL
    assert "wonderland" not in caught.value.message


@pytest.mark.parametrize(
    "path", ["/a%0D%0ADELE%20b", "/a%0ADELE%20b", "/a%0Db", "/%0D%0A", "/a%00b", "/", "/pub/"]
)
async def test_path_brings_no_second_command(engine: FtpEngine, path: str) -> None:
    async with FtpServer(Script(BODY)) as server:
        with pytest.raises(FetchFailed) as caught:
            await engine.fetch(a_job(server.url(path)))

    assert (caught.value.code, caught.value.temporary) == (ErrorCode.INVALID_URL, False)
    assert server.heard == []


def kept_bytes(root: Path) -> bytes:
    """Return what lies there for another attempt."""
    part = root / f".incomplete/task_{TASK_ID}.part"
    return part.read_bytes() if part.exists() else b""
