"""The web application."""

from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp

from argosy.container import Container
from argosy.http.assets import Assets
from argosy.http.authentication import Authenticator
from argosy.http.cookies import SessionCookie
from argosy.http.errors import show_error, show_not_allowed, show_not_found
from argosy.http.graphql.endpoint import GraphQLEndpoint
from argosy.http.graphql.execution import Executor
from argosy.http.graphql.websocket import WebSocketEndpoint
from argosy.http.observe import Observe
from argosy.http.pages import PAGES, Pages
from argosy.http.playground import ASSETS, playground
from argosy.http.surroundings import Surroundings
from schema.build import build_schema, executable
from services.errors import ArgosyError


def create_app(container: Container) -> ASGIApp:
    """Return the application over the services of `container`, which are running."""
    authenticator = Authenticator(keys=container.keys, cookie=SessionCookie())
    executor = Executor(
        schema=executable(build_schema()),
        metrics=container.metrics,
        most_subscriptions=container.settings.max_subscriptions_per_user,
    )
    graphql = GraphQLEndpoint(
        executor=executor,
        services=container.services,
        authenticator=authenticator,
        playground=playground,
    )
    conversations = WebSocketEndpoint(
        executor=executor,
        services=container.services,
        authenticator=authenticator,
        metrics=container.metrics,
        most_operations=container.settings.max_subscriptions_per_connection,
    )
    observe = Observe(
        health=container.health, observation=container.observation, authenticator=authenticator
    )
    pages = Pages()

    router = Starlette(
        routes=[
            Route("/", pages.home),
            Route("/docs", pages.contents),
            Route("/docs/{name:path}", pages.document),
            Route(
                "/pages/{name}", Assets(PAGES, "*.css", "*.svg", cache="public, max-age=3600").serve
            ),
            Route("/assets/{name}", Assets(ASSETS).serve),
            Route("/graphql", graphql.answer, methods=["GET", "POST"]),
            WebSocketRoute("/graphql", conversations.hold),
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
    return Surroundings(router, metrics=container.metrics)
