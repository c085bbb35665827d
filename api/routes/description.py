"""The OpenAPI document."""

from typing import Any

from fastapi import APIRouter, Request

from api.admission import Door

router = APIRouter(route_class=Door)


@router.get("/openapi.json", include_in_schema=False)
def description(request: Request) -> dict[str, Any]:
    """Return what every path takes and answers."""
    document: dict[str, Any] = request.app.openapi()
    return document
