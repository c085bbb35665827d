"""What is published and pending."""

from fastapi import APIRouter

from api.deps import PublishedStore
from layers.stores import clock

router = APIRouter(tags=["published"])


@router.get("/versions")
def versions(published: PublishedStore) -> dict[str, list[dict[str, object]]]:
    """Return every version with its state: in force, pending, past, withdrawn."""
    return {"versions": published.versions(clock())}
