"""Where every kind of events goes."""

from fastapi import APIRouter, Depends, Request

from api.admission import Door
from api.deps import directory_of
from api.schemas.routing import RoutingOut
from api.security import ANYBODY
from layers.packs.loop_files import templates

router = APIRouter(
    route_class=Door, tags=["published"], dependencies=[Depends(ANYBODY)]
)


@router.get("/routing")
def routing(request: Request) -> RoutingOut:
    """Return the platform and the bodies of every kind now, both steps explained.

    With them what states of every loop are published as, and whether any place, kind or
    post is left without somebody who answers.
    """
    return RoutingOut.of(directory_of(request), [*templates().values()])
