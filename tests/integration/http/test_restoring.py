"""A backup is restored while the server runs, over GraphQL."""

from typing import Any

from services.backups.records import Wish
from tests.integration.http.running import Running

PREVIEW = """
    query Preview($filename: String!) {
      restorePreview(filename: $filename) {
        filename confirmation createdAt version dialect lost migrations sealedAway warnings
        tables { table rows added changed removed }
        examples { table change id name }
      }
    }
"""
RESTORE = """
    mutation Restore($filename: String!, $confirmation: String!) {
      restoreBackup(input: { filename: $filename, confirmation: $confirmation }) {
        filename before rows files errors { code message field }
      }
    }
"""


async def back_up(argosy: Running) -> str:
    made = await argosy.container.services.backups.create(Wish("to be restored"))
    return made.filename


async def preview(argosy: Running, filename: str) -> Any:
    answer = await argosy.graphql(PREVIEW, filename=filename)
    return answer.data["restorePreview"]


async def restore(argosy: Running, filename: str, confirmation: str) -> Any:
    answer = await argosy.graphql(RESTORE, filename=filename, confirmation=confirmation)
    return answer.data["restoreBackup"]
