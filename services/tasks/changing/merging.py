"""Options that are given later, laid over those that a task has."""

from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from services.engines.options import Options, ProxyKind, Secrets
from services.tasks.adding.asking import Asked

T = TypeVar("T")


def merged_options(old: Options, new: Options, asked: Asked) -> Options:
    """Return the options of a task with what was `asked` in their place; `new` is that, read.

    What was not given stays as it is, and what is as usual counts as given only if it was said.
    """
    merged = _over(old, new)
    if asked.conflict is not None:
        merged = replace(merged, conflict=new.conflict)
    if asked.proxy_kind is not None:
        merged = replace(merged, proxy=new.proxy)
    if asked.min_size is not None:
        merged = replace(merged, filters=replace(merged.filters, min_size=asked.min_size))
    if asked.lowest_speed is not None:
        patience = replace(merged.patience, lowest_speed=asked.lowest_speed)
        merged = replace(merged, patience=patience)
    return merged


def merged_secrets(old: Secrets, new: Secrets, asked: Asked) -> Secrets:
    """Return the same of secrets; a name takes the place of a token, and a token that of a name."""
    merged = _over(old, new)
    if new.token is not None:
        merged = replace(merged, username=None, password=None)
    elif new.username is not None:
        merged = replace(merged, token=None, password=new.password)
    if asked.proxy_kind in {ProxyKind.NONE, ProxyKind.SYSTEM}:
        merged = replace(merged, proxy_url=None)
    return merged


def _over(old: T, new: T) -> T:
    """Return `new` where it differs from the usual, else `old`; the same within what it holds."""
    usual: Any = type(new)()
    values: dict[str, object] = {}
    for field in fields(new):  # type: ignore[arg-type]
        had, given = getattr(old, field.name), getattr(new, field.name)
        if is_dataclass(getattr(usual, field.name)):
            values[field.name] = _over(had, given)
        else:
            values[field.name] = had if given == getattr(usual, field.name) else given
    return type(new)(**values)
