"""What is published and pending."""

from fastapi import APIRouter

from api.admission import Door
from api.deps import Reader

router = APIRouter(route_class=Door, tags=["published"])


@router.get("/versions")
def versions(reader: Reader) -> dict[str, list[dict[str, object]]]:
    """Return every version with its state: in force, pending, past, withdrawn."""
    return {"versions": reader.versions(reader.store.now())}
