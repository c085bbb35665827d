"""What is published and pending."""

from fastapi import APIRouter, Depends

from api.admission import Door
from api.deps import Reader
from api.security import ANYBODY

router = APIRouter(
    route_class=Door, tags=["published"], dependencies=[Depends(ANYBODY)]
)


@router.get("/versions")
def versions(reader: Reader) -> dict[str, list[dict[str, object]]]:
    """Return every version with its state: in force, pending, past, withdrawn."""
    return {"versions": reader.versions(reader.store.now())}
