"""All requests that make no sense."""

from tests.integration.http.malformed.bodies import bodies
from tests.integration.http.malformed.case import Malformed
from tests.integration.http.malformed.documents import documents
from tests.integration.http.malformed.heads import heads
from tests.integration.http.malformed.raw import raws
from tests.integration.http.malformed.variables import variables

FAMILIES: dict[str, list[Malformed]] = {
    "bodies": [*bodies()],
    "documents": [*documents()],
    "variables": [*variables()],
    "heads": [*heads()],
}
RAW = [*raws()]
