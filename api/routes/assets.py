"""Browser code as files: of pages that run nothing but what lies here."""

from typing import Final

from fastapi import APIRouter, Depends, Response
from starlette.exceptions import HTTPException

from api.admission import Door
from api.assets import FILES, KINDS, asset, assets_path
from api.security import ANYBODY

HEADERS: Final = {
    # its address is that of its bytes
    "Cache-Control": "public, max-age=31536000, immutable",
    "X-Content-Type-Options": "nosniff",
}

router = APIRouter(
    route_class=Door, include_in_schema=False, dependencies=[Depends(ANYBODY)]
)


@router.get("/assets/{version}/{name}")
def file(version: str, name: str) -> Response:
    """Return a file of the browser code; of the version in service alone."""
    if name not in FILES or not assets_path().endswith(f"/{version}"):
        raise HTTPException(404)
    kind = KINDS[name.rpartition(".")[2]]
    return Response(asset(name), 200, HEADERS, f"{kind}; charset=utf-8")
