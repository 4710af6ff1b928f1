"""Files that belong to the program: what the web build made, and the pages' own."""

import mimetypes
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from argosy.http.errors import NothingHere
from argosy.http.negotiation import preference

FOREVER = "public, max-age=31536000, immutable"  # their names carry a hash of what is in them

mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("font/ttf", ".ttf")


class Assets:
    """The files of one folder, by name. What is not there at the start is never served."""

    def __init__(self, folder: Path, *patterns: str, cache: str = FOREVER) -> None:
        self._cache = cache
        found = [path for pattern in patterns or ("*.*",) for path in folder.glob(pattern)]
        self._files = {path.name: path for path in found}

    async def serve(self, request: Request) -> Response:
        """Give one file, compressed if the client takes it so."""
        name = request.path_params["name"]
        path = self._files.get(name)
        if path is None or name.endswith(".gz"):
            raise NothingHere
        headers = {"Cache-Control": self._cache, "Vary": "Accept-Encoding"}
        compressed = self._files.get(f"{name}.gz")
        wish = preference(request.headers, "accept-encoding", "gzip", absent=0.0)
        if compressed and wish.weight > 0:
            path, headers["Content-Encoding"] = compressed, "gzip"
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        return FileResponse(path, headers=headers, media_type=kind)
