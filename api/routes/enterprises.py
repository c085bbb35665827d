"""Places: why one has its code, its page with a checklist, the code as a picture."""

import secrets
from dataclasses import dataclass
from typing import Annotated, Final, NamedTuple
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request, Response

from api.admission import Door
from api.browser import html, language_of
from api.deps import Cutoffs, Desk, OwnUrl, Seen, admit_visitor, caller_of, party_of
from api.errors import answers, unknown_place
from api.forms import (
    Returned,
    assets_of,
    form_done,
    own_caller,
    read_form,
    refusal_of,
    return_form,
    root_of,
    visitor,
)
from api.preconditions import request_key
from api.refusals import RequestError
from api.schemas.check_fields import read_ticks
from api.schemas.code_picture import draw_code
from api.schemas.desk_fields import Fields
from api.schemas.media import SVGResponse, prefers_html
from api.schemas.phone_times import clock_words, off_query, page_time, phone_time
from api.schemas.place_page import CheckForm, check_form, place_page, recorded_words
from api.schemas.places import PlaceOut
from api.security import ANYBODY, visitor_of
from api.service.access.requests import request_id
from api.service.access.sight import Sight
from api.service.facts.checks import check_of, record_once, recorded_check
from api.service.rating.codes import place_address
from api.service.rating.days import RiskDesk
from gis.access import Act
from gis.models import Instant, Scene
from layers.command import row_of_grid
from layers.pages import PHONE_POLICY, POLICY
from layers.rating.facts import CodedPlaces
from layers.rating.places import PlaceExplanation, explain_place, open_findings
from layers.snapshots import Snapshots
from layers.words import Words
from layers.words.phone import MY

router = APIRouter(
    route_class=Door,
    prefix="/enterprises",
    tags=["safety codes"],
    dependencies=[Depends(ANYBODY), Depends(admit_visitor)],
    responses=answers(404, 422),
)

VARY: Final = "Accept, Cookie"
PICTURE_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Vary": VARY,
}


class Sent(NamedTuple):
    """What an address says of the form that was just sent."""

    recorded: str
    off_s: int


def _sent(
    recorded: Annotated[str, Query(max_length=100, include_in_schema=False)] = "",
    off: Annotated[int, Query(ge=-(10**9), le=10**9, include_in_schema=False)] = 0,
) -> Sent:
    return Sent(recorded, off)


@dataclass(frozen=True, slots=True)
class View:
    """How a place is looked at: on which day, by whom, after which form."""

    cutoff: Cutoffs
    sight: Seen
    sent: Annotated[Sent, Depends(_sent)]


@router.get(
    "/{place_id}",
    response_model=PlaceOut,
    responses={200: {"content": {"text/html": {"schema": {"type": "string"}}}}},
)
def enterprise(
    place_id: str,
    request: Request,
    response: Response,
    desk: Desk,
    view: Annotated[View, Depends()],
) -> PlaceOut | Response:
    """Return a place with its safety code, why, and what is due; a page to browsers."""
    cutoff, sight = view.cutoff, view.sight
    facts = desk.at_place(place_id, cutoff.day, cutoff.known_at)
    place = explain_place(facts, place_id)
    if place is None:
        return unknown_place(place_id)
    has_insight = sight.has_place(place.grid_id)
    if prefers_html(request.headers.getlist("accept")):
        is_now = cutoff.day is None and cutoff.known_at is None
        form = _form(request, facts, place, sight) if is_now else None
        if form is not None:
            notes = _notes(view.sent, facts, place)
            form = form._replace(
                notes=notes,
                post=_answering(request, place),
                key_id=caller_of(request).key_id,
                assets=assets_of(request),
            )
        content = place_page(
            place,
            facts.rulebook.imprint,
            root=root_of(request),
            language=language_of(request.scope),
            has_insight=has_insight,
            check=form,
        )
        policy = POLICY if form is None else PHONE_POLICY
        return html(content, headers={"Vary": VARY, "Content-Security-Policy": policy})
    response.headers["Vary"] = VARY
    return PlaceOut.of(place, has_insight=has_insight)


@router.post("/{place_id}", include_in_schema=False)
async def check(place_id: str, request: Request, desk: Desk, sight: Seen) -> Response:
    """Record what a form says of a check, once."""
    fields = await read_form(request)
    path = f"/enterprises/{quote(place_id, safe='')}"
    labels: dict[tuple[str, str], Words] = {}
    marks: list[str] = []

    def answer() -> None:
        facts = desk.at_place(place_id)
        place = explain_place(facts, place_id)
        form = None if place is None else _form(request, facts, place, sight)
        labels.update({} if form is None else form.labels)
        caller = own_caller(request, fields)
        if place is None or form is None:
            words = MY["duty_over"]
            raise RequestError(404, "unknown-place", words.en, words.zh)
        name = request_id(caller.key_id, request_key(fields.get("request_key", [])))
        _record(desk, facts, place, _post_of(request, place), fields, name)
        marks.append(name)

    refused = await refusal_of(request, answer)
    if refused is not None:
        return return_form(request, refused, Returned(path, path, fields, labels))
    time = phone_time(fields, desk.now())
    off = off_query(time, is_made_up=desk.store.kept_clock() is not None)
    return form_done(request, f"{path}?recorded={marks[0]}{off}")


@router.get("/{place_id}/code.svg", name="code", response_class=SVGResponse)
def code(place_id: str, desk: Desk, cutoff: Cutoffs, own_url: OwnUrl) -> Response:
    """Return the QR code of a place in the colour of its safety code."""
    place = explain_place(
        desk.at_place(place_id, cutoff.day, cutoff.known_at), place_id
    )
    if place is None:
        return unknown_place(place_id)
    address = place_address(own_url, place_id)
    picture = draw_code(address, place_id, place.explanation.code)
    return SVGResponse(picture, headers=PICTURE_HEADERS)


def _form(
    request: Request, facts: CodedPlaces, place: PlaceExplanation, sight: Sight
) -> CheckForm | None:
    """Return the checklist of a place; None for who may not inspect there."""
    caller = visitor_of(request)
    if caller is None or not caller.may(Act.INSPECT):
        return None
    if not sight.has_place(place.grid_id):
        return None
    signature = visitor(request, caller).form_token, secrets.token_urlsafe(12)
    return check_form(
        place.place_id,
        place.scene,
        facts.rulebook.checklists,
        open_findings(facts, place.place_id),
        (*signature, page_time(_now(request))),
    )


def _record(
    desk: RiskDesk,
    facts: CodedPlaces,
    place: PlaceExplanation,
    post_id: str | None,
    fields: Fields,
    inspection_id: str,
) -> None:
    """Record what a form says of a place."""
    items, now = facts.rulebook.checklists.scenes[Scene(place.scene)], desk.now()
    done_at = phone_time(fields, now).at
    ticks = read_ticks(
        fields,
        {item.item_id for item in items},
        place.place_id,
        post_id,
        now if done_at is None else done_at,
    )
    earlier = open_findings(facts, place.place_id)
    record_once(desk, check_of(ticks, inspection_id, items, earlier))


def _post_of(request: Request, place: PlaceExplanation) -> str | None:
    """Return the post by which who asks inspects a place: one of its grid first."""
    snapshots: Snapshots = request.app.state.snapshots
    duties = snapshots.current.territory.duties
    own = party_of(request).actor.posts
    posts = duties.roster.posts.values() if duties else ()
    mine = [post for post in posts if str(post.post_id) in own]
    near = [post for post in mine if post.area_id == place.grid_id]
    return next((str(post.post_id) for post in (*near, *mine)), None)


def _answering(request: Request, place: PlaceExplanation) -> str:
    """Return the post that answers for the checks of a place, and who holds it."""
    snapshots: Snapshots = request.app.state.snapshots
    snapshot = snapshots.current
    row = None if place.grid_id is None else row_of_grid(snapshot, place.grid_id)
    duties = snapshot.territory.duties
    if row is None or duties is None:
        return ""
    holding = duties.on_duty(row, _now(request)).accountable
    if holding is None:
        return ""
    return f"{holding.post_id} ({holding.holder_id})"


def _notes(
    sent: Sent, facts: CodedPlaces, place: PlaceExplanation
) -> tuple[Words, ...]:
    """Return what is said of the check that was just recorded."""
    check, explanation = recorded_check(facts, sent.recorded), place.explanation
    if check is None:
        return ()
    clock = clock_words(sent.off_s * 1000)
    words = recorded_words(check, explanation.code, explanation.due)
    return words if clock is None else (*words, clock)


def _now(request: Request) -> Instant:
    desk: RiskDesk = request.app.state.desk
    return desk.now()
