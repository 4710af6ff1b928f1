"""Who sees the certificate of a task."""

import pytest
from yarl import URL

from services.outgoing.routes import Route
from services.outgoing.visitor import Visitor

WITH = Route(proxy="http://proxy.example:3128", certificate="C", private_key="K")
WITHOUT = Route(proxy="http://proxy.example:3128")


@pytest.mark.parametrize(
    ("url", "route"),
    [
        ("https://a.example/x", WITH),
        ("https://a.example:443/other", WITH),
        ("https://a.example:8443/x", WITHOUT),
        ("https://b.example/x", WITHOUT),
        ("http://a.example/x", WITHOUT),
    ],
)
def test_certificate_is_for_the_origin_alone(url: str, route: Route) -> None:
    visitor = Visitor(origin=URL("https://a.example/a.zip"), route=WITH)

    assert visitor.route_for(URL(url)) == route
