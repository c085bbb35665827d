"""Whether the service is up."""

from fastapi import APIRouter

router = APIRouter(tags=["operation"])


@router.get("/livez")
def livez() -> dict[str, str]:
    """Say that the process answers."""
    return {"status": "alive"}
