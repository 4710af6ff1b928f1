"""The web application."""

import socket
from functools import partial

from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp

from argosy.container import Container
from argosy.http.allowances import Allowances
from argosy.http.assets import Assets
from argosy.http.auditing import record_routes
from argosy.http.authentication import Authenticator
from argosy.http.backup_files import BackupFiles
from argosy.http.cookies import SessionCookie
from argosy.http.cors import Cors
from argosy.http.errors import show_error, show_not_allowed, show_not_found
from argosy.http.graphql.caching import Caching
from argosy.http.graphql.endpoint import GraphQLEndpoint
from argosy.http.graphql.execution import Executor
from argosy.http.graphql.gate import Gate
from argosy.http.graphql.persisted import PersistedDocuments
from argosy.http.graphql.websocket import WebSocketEndpoint
from argosy.http.hosts import HostCheck, names_of
from argosy.http.limited import limit_routes
from argosy.http.login.door import Door
from argosy.http.login.routes import LoginRoutes
from argosy.http.observe import Observe
from argosy.http.open_connections import OpenConnections
from argosy.http.origins import OriginCheck
from argosy.http.pages import FILES, PAGES, Pages, forget_pages
from argosy.http.playground import ASSETS, Playground
from argosy.http.proxies import Proxied
from argosy.http.refusals import nowhere
from argosy.http.surroundings import Surroundings
from argosy.http.switches import Switches
from argosy.http.tickets import TicketOffice
from schema.build import build_schema, executable
from services.access.limits.rate_limits import Family
from services.errors import ArgosyError


def create_app(container: Container) -> ASGIApp:
    """Return the application over the services of `container`, which are running."""
    public = container.settings.public_url
    cookie = SessionCookie(public=public)
    authenticator = Authenticator(
        keys=container.access.keys,
        tickets=container.access.tickets,
        cookie=cookie,
        sessions=container.access.sessions,
        tokens=container.access.tokens,
    )
    requests, messages = (
        Allowances(
            authenticator=authenticator,
            limits=container.access.counting.limits,
            family=family,
            metrics=container.metrics,
        )
        for family in (Family.GRAPHQL, Family.WS)
    )
    door = Door(authenticator=authenticator, cookie=cookie)
    login = LoginRoutes(
        logins=container.access.logins,
        sessions=container.access.sessions,
        setup=container.access.setup,
        authenticator=authenticator,
        cookie=cookie,
    )
    settings = container.settings
    switches = Switches(pages=settings.features_pages, playground=settings.features_playground)
    schema = executable(build_schema())
    executor = Executor(
        schema=schema,
        metrics=container.metrics,
        most_subscriptions=container.settings.max_subscriptions_per_user,
        introspection=container.settings.introspection,
        persisted=PersistedDocuments(
            container.registered.trusted,
            only_trusted=container.settings.only_trusted_documents,
        ),
    )
    container.registered.trusted.look_with(executor.examine)
    connections = OpenConnections(
        revocations=container.access.revocations,
        most_per_user=container.settings.max_connections_per_user,
    )
    graphql = GraphQLEndpoint(
        executor=executor,
        services=container.services,
        authenticator=requests,
        gate=Gate(schema),
        connections=connections,
        playground=switches.of_playground(
            Playground(door=door, is_off=container.settings.only_trusted_documents).show
        ),
        caching=Caching(container.settings.document_cache_seconds),
    )
    conversations = WebSocketEndpoint(
        executor=executor,
        services=container.services,
        authenticator=messages,
        metrics=container.metrics,
        connections=connections,
        most_operations=container.settings.max_subscriptions_per_connection,
    )
    observe = Observe(
        health=container.health, observation=container.observation, authenticator=authenticator
    )
    _take_settings(container, executor, connections, conversations, switches)
    container.upkeep.caches.add("documents", executor.forget_documents)
    container.upkeep.caches.add("pages", forget_pages)
    tickets = TicketOffice(tickets=container.access.tickets, authenticator=authenticator)
    pages = Pages(door=door)
    backups = BackupFiles(
        backups=container.services.backups,
        authenticator=authenticator,
        audit=container.access.audit,
    )
    styles = Assets(PAGES, *FILES, cache="public, max-age=3600")

    router = Starlette(
        routes=[
            Route("/", switches.page(pages.home)),
            Route("/login", switches.page(pages.login)),
            *login.routes,
            Route("/docs", switches.page(pages.contents)),
            Route("/docs/{name:path}", switches.page(pages.document)),
            Route("/pages/{name}", switches.page(styles.serve)),
            Route("/assets/{name}", switches.of_playground(Assets(ASSETS).serve)),
            Route("/graphql", graphql.answer, methods=["GET", "POST"]),
            WebSocketRoute("/graphql", conversations.hold),
            Route("/api/ws-ticket", tickets.issue, methods=["POST"]),
            Route("/api/backups/{filename}", backups.give),
            Route("/health", observe.health),
            Route("/metrics", observe.metrics),
        ],
        exception_handlers={
            ArgosyError: show_error,
            404: show_not_found,
            405: show_not_allowed,
            Exception: show_error,
        },
    )
    # A redirect to the address with or without a slash would name a host that the client chose.
    router.router.redirect_slashes = False
    recorded = record_routes(
        router.routes, audit=container.access.audit, authenticator=authenticator
    )
    router.router.routes = limit_routes(recorded, requests)
    router.router.default = nowhere
    return _guarded(router, container)


def _take_settings(
    container: Container,
    executor: Executor,
    connections: OpenConnections,
    conversations: WebSocketEndpoint,
    switches: Switches,
) -> None:
    """Have what stands around requests take new values of its settings."""
    live = container.upkeep.configuration.live
    live.add("introspection", partial(setattr, executor, "introspection"))
    live.add("max_subscriptions_per_user", partial(setattr, executor, "most_subscriptions"))
    live.add("max_connections_per_user", partial(setattr, connections, "most_per_user"))
    live.add("features_pages", partial(setattr, switches, "pages"))
    live.add("features_playground", partial(setattr, switches, "playground"))
    live.add("max_subscriptions_per_connection", partial(setattr, conversations, "most_operations"))


def _guarded(router: ASGIApp, container: Container) -> ASGIApp:
    """Return the application inside of what every request and every socket passes.

    From the outside: who asks, what every answer has, whether the request is for this server,
    whether the page that it comes from may ask, and whether that page may read the answer.
    """
    settings = container.settings
    app: ASGIApp = Cors(router, allowed=settings.allowed_origins)
    app = OriginCheck(app, public=settings.public_url, allowed=settings.allowed_origins)
    app = HostCheck(app, names=names_of(settings, socket.gethostname()))
    app = Surroundings(app, metrics=container.metrics)
    return Proxied(app, trusted=settings.trusted_proxies)
