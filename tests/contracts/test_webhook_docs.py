"""The samples in docs/webhooks.md do what the page says, against what the server signs."""

import json
import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import WebhookVerificationError

from services.ids import new_id
from services.webhooks.kinds import NAMES, TOPICS
from services.webhooks.signing import new_secret, signatures
from tests.needs import needs

PAGE = (Path(__file__).parents[2] / "docs/webhooks.md").read_text()
BODY = '{"event":"job.completed","data":{"name":"übung"}}'


def samples(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def python(number: int) -> dict[str, Any]:
    """Return what one of the samples in Python defines."""
    defined: dict[str, Any] = {}
    exec(samples("python")[number], defined)  # noqa: S102 - it is what the page tells readers to run
    return defined


@pytest.fixture(params=["whsec", "chosen"])
def secret(request: pytest.FixtureRequest) -> str:
    return new_secret() if request.param == "whsec" else "your-webhook-secret"


def signed(secret: str, *others: str) -> dict[str, str]:
    return dict(signatures(BODY, new_id(), datetime.now(UTC), [secret, *others]))


def test_sample_with_the_library_takes_what_is_signed() -> None:
    received, secret, old = python(0)["received"], new_secret(), new_secret()

    headers = signed(secret, old)

    assert received(secret, headers, BODY) == json.loads(BODY)
    assert received(old, headers, BODY) == json.loads(BODY)
    with pytest.raises(WebhookVerificationError):
        received(new_secret(), headers, BODY)
    with pytest.raises(WebhookVerificationError):
        received(secret, headers, BODY.replace("job", "jib"))


def test_sample_without_it_takes_what_is_signed(secret: str) -> None:
    is_from_argosy = python(1)["is_from_argosy"]

    signature = signed(secret)["X-Webhook-Signature"]

    assert is_from_argosy(secret, signature, BODY.encode())
    assert not is_from_argosy(secret, signature, BODY.encode() + b" ")
    assert not is_from_argosy(new_secret(), signature, BODY.encode())


def test_sample_for_node_takes_what_is_signed(secret: str, tmp_path: Path) -> None:
    (node,) = needs("node")
    headers, others = signed(secret), signed(new_secret(), secret)
    old = dict(signatures(BODY, new_id(), datetime(2020, 1, 1, tzinfo=UTC), [secret]))
    cases = [
        (secret, headers, BODY),
        (secret, others, BODY),
        (new_secret(), headers, BODY),
        (secret, headers, f"{BODY} "),
        (secret, {**headers, "webhook-signature": "v1,"}, BODY),
        (secret, old, BODY),
    ]
    (sample,) = samples("js")
    asking = f"\nfor (const c of {json.dumps(cases)}) console.log(isFromArgosy(...c));\n"
    (tmp_path / "sample.mjs").write_text(sample + asking)

    done = subprocess.run(
        [node, tmp_path / "sample.mjs"], capture_output=True, text=True, check=True, timeout=60
    )

    assert done.stdout.split() == ["true", "true", "false", "false", "false", "false"]


def test_every_event_is_described() -> None:
    for name in NAMES:
        assert f"`{name}`" in PAGE, name
    for topic in TOPICS:
        assert f"`{topic}.*`" in PAGE or topic in {"job", "download"}
