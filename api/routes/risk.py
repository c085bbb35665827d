"""The five-colour map."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from api.deps import Service

router = APIRouter(prefix="/risk", tags=["risk"])

# the page carries all it needs; the browser is told so
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
        "img-src data:"
    ),
    "X-Content-Type-Options": "nosniff",
}


@router.get("/map", response_class=HTMLResponse)
def risk_map(service: Service) -> HTMLResponse:
    """Return the five-colour map as one page that needs no network."""
    return HTMLResponse(service.map_page, headers=HEADERS)
