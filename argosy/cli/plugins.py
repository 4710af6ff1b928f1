"""Plugins, listed, switched and checked where the database is."""

import asyncio
import json
from pathlib import Path

import orjson
import typer

from argosy.cli.beside import with_store
from argosy.keeping import with_kept
from argosy.logs import configure_logs
from argosy.parts.plugins import BUILT_IN, FOLDER
from argosy.settings import Settings
from argosy.version import VERSION
from services.alerts.alerts import Alerts
from services.clock import SystemClock
from services.errors import InvalidInput
from services.logs.levels import LogLevel
from services.metrics import Metrics
from services.outgoing.addresses import AddressPolicy
from services.plugins.checking import check
from services.plugins.outside import Outside
from services.plugins.plugins import Plugin, Plugins
from services.plugins.switchboard import Bounds, Places, Switchboard
from services.sealing import Sealer
from services.store.store import Store
from services.text import plain


def list_plugins(settings: Settings, *, as_json: bool) -> None:
    """Print all plugins, a line each."""

    async def show(store: Store) -> None:
        for plugin in await _plugins(await with_kept(settings), store).all():
            typer.echo(_as_json(plugin) if as_json else _as_line(plugin))

    with_store(settings, show, action=None)


def enable_plugin(settings: Settings, name: str) -> None:
    """Switch a plugin on, and say what it may use."""

    async def enable(store: Store) -> None:
        plugin = await _plugins(await with_kept(settings), store).enable(name)
        granted = ", ".join(plugin.granted) or "nothing"
        typer.echo(f"{plugin.name} {plugin.version} is on. Beside the facts it may use: {granted}.")

    with_store(settings, enable, action="plugin enable")


def disable_plugin(settings: Settings, name: str) -> None:
    """Switch a plugin off."""

    async def disable(store: Store) -> None:
        plugin = await _plugins(await with_kept(settings), store).disable(name)
        typer.echo(f"{plugin.name} is off.")

    with_store(settings, disable, action="plugin disable")


def check_plugin(path: Path, settings: str | None, url: str | None) -> int:
    """Print what was checked of a plugin; return 1 if something is wrong, else 0."""
    configure_logs(LogLevel.INFO)
    try:
        given = json.loads(settings or "{}")
    except ValueError as error:
        message = f"--settings is no JSON: {error}."
        raise InvalidInput(message) from error
    if not isinstance(given, dict):
        message = "--settings is to be a JSON object."
        raise InvalidInput(message)
    found = asyncio.run(check(path, settings=given, url=url))
    for each in found:
        typer.echo(f"{'wrong' if each.problem else 'right'}  {each.what}")
        if each.problem:
            typer.echo("       " + each.problem.replace("\n", "\n       "))
    return int(any(each.problem for each in found))


def _plugins(settings: Settings, store: Store) -> Plugins:
    """Return the service. It runs no plugins: a server does, once it notices."""
    clock, metrics, sealer = SystemClock(), Metrics(version=VERSION), Sealer(settings.key_file)
    places = Places(BUILT_IN, settings.data_dir / FOLDER)
    switchboard = Switchboard(
        store=store,
        clock=clock,
        sealer=sealer,
        metrics=metrics,
        issues=Alerts(store=store, clock=clock, metrics=metrics),
        places=places,
        outside=Outside(policy=AddressPolicy(), user_agent=f"Argosy/{VERSION}"),
        bounds=Bounds(
            seconds=settings.plugin_hook_seconds,
            memory=settings.plugin_memory,
            crashes=settings.plugin_crashes,
        ),
    )
    switchboard.is_on = settings.features_plugins
    return Plugins(store=store, clock=clock, sealer=sealer, places=places, switchboard=switchboard)


def _as_json(plugin: Plugin) -> str:
    fields = {
        "name": plugin.name,
        "version": plugin.version,
        "enabled": plugin.is_enabled,
        "source": plugin.source.value,
        "permissions": plugin.permissions,
        "crashes": plugin.crashes,
        "lastError": plugin.last_error,
        "disabledBecause": plugin.disabled_because,
        "problem": plugin.problem,
    }
    return orjson.dumps(fields).decode()


def _as_line(plugin: Plugin) -> str:
    wrong = plugin.problem or plugin.disabled_because or plugin.last_error or ""
    state = "broken" if plugin.problem else "on" if plugin.is_enabled else "off"
    cells = (plugin.name, plugin.version or "-", state, plugin.source.value, wrong)
    return "\t".join(map(plain, cells)).rstrip()
