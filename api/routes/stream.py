"""What is done to events, as it happens."""

import logging
from collections.abc import AsyncIterable
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.exceptions import HTTPException

from api.admission import Door
from api.deps import Reader, live_of, scope_of_stream, streams_of
from api.errors import answers
from api.schemas.action_lines import ActionLineOut, PulseOut
from api.schemas.numbers import WholeNumber
from api.security import Access
from gis.access import Act
from gis.errors import GovernanceError
from gis.events import Loop, StoredAction
from gis.local_time import EPOCH, MILLISECOND
from gis.models import Instant

EVENT: Final = "action"
PULSE: Final = "pulse"

logger = logging.getLogger("uvicorn.error")
router = APIRouter(route_class=Door, tags=["events"])


def line_of(entry: StoredAction, loop: Loop) -> ServerSentEvent:
    """Return what is sent of an action.

    Parameters
    ----------
    entry
        The action.
    loop
        Where its event stands now.
    """
    data = ActionLineOut.of(entry, loop).model_dump_json()
    return ServerSentEvent(raw_data=data, event=EVENT, id=str(entry.row))


def pulse_at(moment: Instant, row: int | None = None) -> ServerSentEvent:
    """Return what says that a stream lives, and at its beginning after which row.

    Parameters
    ----------
    moment
        The time of the store.
    row
        From which to go on, until an action says another; None says nothing of it.
    """
    data = PulseOut(at=EPOCH + moment * MILLISECOND).model_dump_json()
    return ServerSentEvent(
        raw_data=data, event=PULSE, id=None if row is None else str(row)
    )


async def refuse_too_many(request: Request) -> None:
    """Refuse a stream where too many are open, or the service is ending."""
    if streams_of(request).is_full:
        raise HTTPException(503)


@router.get(
    "/stream",
    response_class=EventSourceResponse,
    dependencies=[Depends(refuse_too_many), Depends(Access(Act.WATCH))],
    responses=answers(422),
)
async def stream(
    request: Request,
    reader: Reader,
    after: Annotated[
        WholeNumber | None,
        Query(description="Go on after this row; from now on without it."),
    ] = None,
    last_event_id: Annotated[
        WholeNumber | None,
        Header(description="What a browser sends by itself to go on; before `after`."),
    ] = None,
) -> AsyncIterable[ServerSentEvent]:
    """Follow the actions of all events that who asks sees, as server-sent events.

    Each has its row as id, from which a stream goes on. What is seen is decided again
    for each action, so a stream shows nothing any more the moment its key may not. The
    event `pulse` comes first, with the row after which the stream begins, and then
    whenever nothing else came for five seconds.
    """
    live, now = live_of(request), reader.store.now
    begin = await live.start_of(after if last_event_id is None else last_event_id)
    yield pulse_at(now(), begin)
    lines = live.follow(begin, scope_of_stream(request))
    try:
        async for line in streams_of(request).relay(lines, lambda: pulse_at(now())):
            yield line
    except GovernanceError as error:
        logger.error("A stream ends, its reader may go on later: %s", error)
