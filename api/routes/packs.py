"""Scenario packs: kinds of events, whose they are and by when."""

from fastapi import APIRouter, Depends

from api.admission import Door
from api.deps import Reader, Times
from api.errors import answers
from api.schemas.packs import PacksOut
from api.security import ANYBODY
from api.service.events.scenarios import packs_in_force

router = APIRouter(
    route_class=Door, tags=["published"], dependencies=[Depends(ANYBODY)]
)


@router.get("/packs", responses=answers(422))
def packs(reader: Reader, times: Times) -> PacksOut:
    """Return every pack in force with its kinds, and the lists they take codes from."""
    scenarios = packs_in_force(reader.store, times.valid_at, times.known_at)
    return PacksOut.of(scenarios)
