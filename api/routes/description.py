"""The OpenAPI document."""

from typing import Any

from fastapi import APIRouter, Depends, Request

from api.admission import Door
from api.security import ANYBODY

router = APIRouter(route_class=Door, dependencies=[Depends(ANYBODY)])


@router.get("/openapi.json", include_in_schema=False)
def description(request: Request) -> dict[str, Any]:
    """Return what every path takes and answers."""
    document: dict[str, Any] = request.app.openapi()
    return document
