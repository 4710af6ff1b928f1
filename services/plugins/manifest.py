"""The manifest of a plugin: what it says of itself, read without running any of it."""

import ast
import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from services.errors import InvalidInput
from services.outgoing.urls import FETCHABLE
from services.plugins.hooks import ENGINE_HOOKS, Hook, Permission
from services.text import plain

VARIABLE = "MANIFEST"
LARGEST_SOURCE = 1 << 20  # bytes of the file with the manifest
LARGEST_SCHEMA = 64 << 10  # letters
LONGEST = {"version": 32, "author": 128, "description": 500}
NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
SCHEME = re.compile(r"[a-z][a-z0-9+.-]{0,31}")
HOST = re.compile(r"\.?(?:[a-z0-9_](?:[a-z0-9_-]{0,62})\.)*[a-z0-9-]{1,63}")
MOST_CLAIMS = 100
KEYS = frozenset(
    {"name", "version", "author", "description", "hooks", "permissions", "settings", "engine"}
)


@dataclass(frozen=True, slots=True)
class Claims:
    """What an engine fetches: URLs of its own `schemes`, and http(s) URLs of these `hosts`.

    A host that begins with a point means all below it.
    """

    schemes: frozenset[str] = frozenset()
    hosts: frozenset[str] = frozenset()

    def hold(self, scheme: str, host: str) -> bool:
        """Whether a URL is claimed."""
        if scheme in self.schemes:
            return True
        if scheme not in {"http", "https"}:
            return False
        host = host.lower().rstrip(".")
        return any(
            host == claim or (claim.startswith(".") and host.endswith(claim))
            for claim in self.hosts
        )


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a plugin says of itself. `schema` is the JSON Schema of its settings."""

    name: str
    version: str
    author: str
    description: str
    hooks: tuple[Hook, ...]
    permissions: tuple[Permission, ...] = ()
    schema: Mapping[str, Any] = field(default_factory=dict)
    claims: Claims = field(default_factory=Claims)


def read_manifest(file: Path) -> Manifest:
    """Return the manifest in a Python file; raise `InvalidInput` where there is none, or a bad one.

    It is the one assignment to `MANIFEST`, a plain dictionary: nothing is run to read it.
    """
    try:
        tree = ast.parse(_source(file))
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError) as error:
        reason = plain(str(error), most=200) or type(error).__name__
        message = f"{plain(file.name, most=100)} cannot be read: {reason}."
        raise InvalidInput(message) from error
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(isinstance(t, ast.Name) and t.id == VARIABLE for t in targets):
                return parse_manifest(_literal(node.value))
    message = f"{plain(file.name, most=100)} has no {VARIABLE} = {{…}}."
    raise InvalidInput(message)


def _source(file: Path) -> bytes:
    """Return what is in a plain file: of a pipe or a device, whoever reads waits for ever."""
    with open(file, "rb", opener=_open_at_once) as source:
        if not stat.S_ISREG(os.fstat(source.fileno()).st_mode):
            message = "it is no plain file"
            raise ValueError(message)
        content = source.read(LARGEST_SOURCE + 1)
    if len(content) > LARGEST_SOURCE:
        message = f"{plain(file.name, most=100)} is larger than {LARGEST_SOURCE} bytes."
        raise InvalidInput(message)
    return content


def _open_at_once(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK)


def _literal(node: ast.expr) -> object:
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError) as error:
        message = f"{VARIABLE} is to be a plain dictionary: text, numbers, lists, dictionaries."
        raise InvalidInput(message) from error


def parse_manifest(content: object) -> Manifest:
    """Return the manifest that `content` is; raise `InvalidInput` with the first that is wrong."""
    if not isinstance(content, dict):
        message = f"{VARIABLE} is no dictionary."
        raise InvalidInput(message)
    if unknown := sorted(str(key) for key in set(content) - KEYS):
        message = f"{plain(unknown[0], most=40)!r} is nothing that a manifest has."
        raise InvalidInput(message)
    hooks = tuple(Hook(word) for word in _words(content, "hooks", [hook.value for hook in Hook]))
    permissions = tuple(
        Permission(word) for word in _words(content, "permissions", [p.value for p in Permission])
    )
    claims = _claims(content.get("engine"))
    _check_engine(hooks, claims)
    if Hook.BEFORE_FETCH in hooks and Permission.TASKS not in permissions:
        message = "Who has the hook before_fetch asks for the permission tasks: it sees URLs."
        raise InvalidInput(message)
    return Manifest(
        name=_name(content),
        version=_text(content, "version"),
        author=_text(content, "author"),
        description=_text(content, "description"),
        hooks=hooks,
        permissions=permissions,
        schema=_schema(content.get("settings", {})),
        claims=claims,
    )


def _name(content: Mapping[str, Any]) -> str:
    name = content.get("name")
    if not isinstance(name, str) or not NAME.fullmatch(name):
        message = "name is to be 1 to 63 small letters, digits and _, a letter first."
        raise InvalidInput(message)
    return name


def _text(content: Mapping[str, Any], key: str) -> str:
    text = content.get(key)
    if not isinstance(text, str) or not 0 < len(text) <= LONGEST[key] or not text.isprintable():
        message = f"{key} is to be text of 1 to {LONGEST[key]} letters in one line."
        raise InvalidInput(message)
    return text


def _words(content: Mapping[str, Any], key: str, known: list[str]) -> list[str]:
    words = content.get(key, [])
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        message = f"{key} is to be a list of words."
        raise InvalidInput(message)
    if wrong := [word for word in words if word not in known]:
        message = f"{plain(wrong[0], most=40)!r} is none of the {key}: {', '.join(known)}."
        raise InvalidInput(message)
    return list(dict.fromkeys(words))


def _claims(content: object) -> Claims:
    if content is None:
        return Claims()
    if not isinstance(content, dict) or set(content) - {"schemes", "hosts"}:
        message = "engine is to have schemes, hosts, or both."
        raise InvalidInput(message)
    schemes = _matching(content, "schemes", SCHEME)
    if taken := sorted(FETCHABLE & schemes):
        message = f"{taken[0]} is fetched by Argosy itself; claim hosts instead."
        raise InvalidInput(message)
    return Claims(schemes=schemes, hosts=_matching(content, "hosts", HOST))


def _matching(content: Mapping[str, Any], key: str, shape: re.Pattern[str]) -> frozenset[str]:
    words = content.get(key, [])
    if not isinstance(words, list) or len(words) > MOST_CLAIMS:
        message = f"engine.{key} is to be a list of up to {MOST_CLAIMS}."
        raise InvalidInput(message)
    for word in words:
        if not isinstance(word, str) or not shape.fullmatch(word):
            message = f"{plain(str(word), most=40)!r} cannot be one of engine.{key}."
            raise InvalidInput(message)
    return frozenset(words)


def _check_engine(hooks: tuple[Hook, ...], claims: Claims) -> None:
    has_hooks = ENGINE_HOOKS & set(hooks)
    has_claims = bool(claims.schemes or claims.hosts)
    if has_hooks and has_hooks != ENGINE_HOOKS:
        message = "An engine has both look_at_file and read_file."
        raise InvalidInput(message)
    if has_hooks and not has_claims:
        message = "An engine claims schemes or hosts; this one claims nothing."
        raise InvalidInput(message)
    if has_claims and not has_hooks and Hook.BEFORE_FETCH not in hooks:
        message = "Who claims schemes or hosts has the hooks of an engine, or before_fetch."
        raise InvalidInput(message)


def _schema(content: object) -> Mapping[str, Any]:
    import orjson

    if not isinstance(content, dict):
        message = "settings is to be a JSON Schema: a dictionary."
        raise InvalidInput(message)
    if content and content.get("type") != "object":
        message = 'settings is to be a JSON Schema of "type": "object".'
        raise InvalidInput(message)
    try:
        size = len(orjson.dumps(content))
    except orjson.JSONEncodeError as error:
        message = "settings holds something that JSON does not know."
        raise InvalidInput(message) from error
    if size > LARGEST_SCHEMA:
        message = f"settings is larger than {LARGEST_SCHEMA} bytes."
        raise InvalidInput(message)
    if "$ref" in str(content) or "$dynamicRef" in str(content):
        message = "settings cannot refer to other schemas with $ref or $dynamicRef."
        raise InvalidInput(message)
    return content
