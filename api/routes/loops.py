"""Events as they stand, and the steps that take them on."""

from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response

from api.admission import JsonDoor
from api.deps import Asker, Claims, Office, Readings
from api.errors import answers
from api.preconditions import is_unchanged, replied
from api.schemas.actions import ActionIn
from api.schemas.loops import (
    ActionOut,
    EventListOut,
    EventOut,
    HistoryOut,
    StateName,
    TasksOut,
    action_bytes,
    event_bytes,
    history_bytes,
    page_bytes,
    tasks_bytes,
)
from api.schemas.numbers import WholeNumber
from api.schemas.texts import Id, LongId
from api.security import Access
from api.service.events.closed import disclosed, record_reading
from api.service.events.pages import PageQuery
from gis.access import Act
from gis.errors import UnknownEventError

router = APIRouter(route_class=JsonDoor, prefix="/events", tags=["events"])
JSON: Final = "application/json"
OWN: Final = {"Cache-Control": "private, no-cache", "Vary": "Authorization, Cookie"}
"""What one key sees another one does not."""
ONCE: Final = OWN | {"Cache-Control": "no-store"}
"""What was read for a purpose is not there to be read again."""
NOT_MODIFIED: Final[dict[int | str, dict[str, Any]]] = {
    304: {"description": "It is still as `If-None-Match` says."}
}
READ: Final = [Depends(Access(Act.READ))]
EventId = Annotated[str, Path(description="Id of the event.")]


def _query(
    state: Annotated[
        StateName | None, Query(description="Only those in this state.")
    ] = None,
    kind: Annotated[Id | None, Query(description="Only those of this kind.")] = None,
    area: Annotated[
        Id | None, Query(description="Only those in this grid or circle.")
    ] = None,
    overdue: Annotated[
        Literal["true"] | None, Query(description="Only those that are overdue now.")
    ] = None,
    after: Annotated[
        LongId | None, Query(description="`next` of the page before.")
    ] = None,
    limit: Annotated[
        WholeNumber, Query(ge=1, description="At most so many, and at most 1,000.")
    ] = 100,
) -> PageQuery:
    return PageQuery(
        state or "",
        kind or "",
        area or "",
        overdue is not None,
        after or "",
        limit,
    )


PageQueries = Annotated[PageQuery, Depends(_query)]


@router.get(
    "", response_model=EventListOut, dependencies=READ, responses=answers(404, 422)
)
def page(office: Office, asker: Asker, query: PageQueries) -> Response:
    """Return events within what the key may see, newest first."""
    content = page_bytes(office.pages.page(query, asker.scope))
    return Response(content, headers=OWN, media_type=JSON)


@router.get(
    "/{event_id}",
    response_model=EventOut,
    dependencies=READ,
    responses={**answers(404, 422), **NOT_MODIFIED},
)
def event(
    event_id: EventId,
    request: Request,
    office: Office,
    asker: Asker,
    reading: Readings,
    if_none_match: Annotated[
        str | None, Header(description="ETag that was read.")
    ] = None,
) -> Response:
    """Return an event, where it stands, what is owed, and what the key may do next."""
    dossier = office.dossiers.open(event_id, asker)
    headers = (ONCE if reading else OWN) | {"ETag": f'"{dossier.loop.seq}"'}
    tags = request.headers.getlist("if-none-match")
    # what was read without a purpose may lack what is closed
    if reading is None and is_unchanged(tags, headers["ETag"]):
        return Response(None, 304, headers)
    store = office.dossiers.store
    stored = store.event(event_id)
    if stored is None:
        raise UnknownEventError
    content = event_bytes(disclosed(dossier, reading), stored.new)
    record_reading(store, dossier, reading, "event")
    return Response(content, headers=headers, media_type=JSON)


@router.get(
    "/{event_id}/history",
    response_model=HistoryOut,
    dependencies=READ,
    responses=answers(404, 422),
)
def history(
    event_id: EventId, office: Office, asker: Asker, reading: Readings
) -> Response:
    """Return all that was done with an event, in order."""
    dossier = office.dossiers.open(event_id, asker)
    content = history_bytes(disclosed(dossier, reading))
    record_reading(office.dossiers.store, dossier, reading, "history")
    headers = ONCE if reading else OWN
    return Response(content, headers=headers, media_type=JSON)


@router.get(
    "/{event_id}/tasks",
    response_model=TasksOut,
    dependencies=READ,
    responses=answers(404, 422),
)
def tasks(event_id: EventId, office: Office, asker: Asker) -> Response:
    """Return who owed and owes what for an event, until when."""
    dossier = office.dossiers.open(event_id, asker)
    return Response(tasks_bytes(dossier), headers=OWN, media_type=JSON)


@router.post(
    "/{event_id}/actions",
    response_model=ActionOut,
    status_code=201,
    dependencies=[Depends(Access(Act.STEP))],
    responses={
        **answers(403, 404, 409, 412, 415, 422),
        200: {"model": ActionOut},
    },
)
def act(event_id: EventId, body: ActionIn, office: Office, claim: Claims) -> Response:
    """Take an event a step on; sent again it gets the first answer, byte for byte."""
    outcome = office.act(event_id, body.form(), claim, action_bytes)
    return replied(outcome.answer, outcome.seq, is_new=outcome.is_new)
