"""An example of a plugin, and a useful one: it posts JSON to a URL of yours."""

from typing import Any

from argosy.sdk import Context, Refused, hook

MANIFEST = {
    "name": "custom_notifier",
    "version": "1.0.0",
    "author": "Argosy",
    "description": "Posts a JSON message to a URL when a download ends, or something is wrong.",
    "hooks": ["completed", "failed", "alert_raised"],
    "permissions": ["network"],
    "settings": {
        "type": "object",
        "properties": {
            "url": {
                "type": "string",
                "pattern": "^https?://",
                "maxLength": 2000,
                "secret": True,
                "title": "Where to post to. Without it, nothing is posted.",
            },
            "events": {
                "type": "array",
                "items": {"enum": ["completed", "failed", "alert"]},
                "uniqueItems": True,
                "default": ["completed", "failed", "alert"],
                "title": "What to post about.",
            },
            "token": {
                "type": "string",
                "maxLength": 1000,
                "secret": True,
                "title": "Sent as `Authorization: Bearer …`.",
            },
        },
        "additionalProperties": False,
    },
}


@hook
def completed(task: dict[str, Any], files: list[dict[str, Any]], context: Context) -> None:
    """Say that a download is done."""
    names = [file["name"] for file in files]
    _post(context, "completed", f"{task['name']} is there.", {"task": task["id"], "files": names})


@hook
def failed(task: dict[str, Any], error: dict[str, Any], context: Context) -> None:
    """Say that a download was given up."""
    name = task["name"] or task["host"]
    about = {"task": task["id"], "code": error["code"]}
    _post(context, "failed", f"{name} failed: {error['message']}", about)


@hook
def alert_raised(alert: dict[str, Any], context: Context) -> None:
    """Say that something is wrong with the server."""
    about = {"rule": alert["rule"], "level": alert["level"]}
    _post(context, "alert", alert["message"], about)


def _post(context: Context, event: str, message: str, about: dict[str, Any]) -> None:
    url = context.settings.get("url")
    if not url or event not in context.settings["events"]:
        return
    token = context.settings.get("token")
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        answer = context.post(
            url, json={"event": event, "message": message, **about}, headers=headers
        )
    except Refused as error:
        # Whoever listens may be away: that is no mistake of this plugin.
        context.log.warning("The message was not posted: %s", error)
        return
    if answer.status >= 400:
        context.log.warning("The message was answered with %s.", answer.status)
