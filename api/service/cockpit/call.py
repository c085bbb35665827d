"""What the desk answers to a caller: whose it is, who is on duty, what is open."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final, NamedTuple

from api.service.access.sight import Sight
from api.service.assignment.systems import SystemDesk, SystemOwner
from api.service.brief.addresses import candidates_of
from api.service.brief.area import sees_events
from api.service.brief.command import Command, CommandDesk, Leader
from api.service.brief.point import owners_at
from api.service.brief.search import (
    KINDS,
    AreaKind,
    Query,
    SearchDesk,
    SearchResult,
    seen_entries,
)
from api.service.cockpit.coordinates import position_in
from api.service.cockpit.waiting import EventNow, Waiting
from api.service.events.desk_words import Namer
from api.service.events.my_report import GRID, PLACE, POINT
from gis.access import Scope
from gis.errors import NotReadyError
from gis.models import CircleId, Position, Status
from layers.command import row_of_grid
from layers.gazetteer import LEAST, MOST, Entry, fold
from layers.schema.circles import text_or_none
from layers.snapshots import Snapshot, Snapshots
from layers.stores.loops import LoopQuery
from layers.stores.protocol import MAIN_SYSTEM
from layers.words import Words, tier_name
from layers.words.desk import CALL

CIRCLE, POST, EVENT = "circle:", "post:", "event:"
NO_WORDS: Final = Words("", "")
AREAS: Final[tuple[tuple[AreaKind, str], ...]] = (
    ("grid", GRID),
    ("circle", CIRCLE),
    ("post", POST),
)
MOST_CHOICES: Final = 8
LOOKED_AT: Final = 50
"""So many rows of registers are looked at for the id of a place."""
PLACE_LINK: Final = re.compile(r"/enterprises/([^/?#\s]+)")
"""What a scanned code of a place has in its address."""


class Choice(NamedTuple):
    """Something that a text may stand for.

    Attributes
    ----------
    spot
        By which it is asked for: its sort and id.
    sort
        What it is.
    id, name, address
        Its id; name and address where it has them.
    source
        The register that says so; empty for none.
    grid_id
        Where it is; empty where that is not known.
    matched
        Part of an address that stands in it, where the rest does not.
    """

    spot: str
    sort: Words
    id: str
    name: str = ""
    address: str = ""
    source: str = ""
    grid_id: str = ""
    matched: str = ""

    @property
    def event_id(self) -> str:
        """Id of the event that it is; empty for none."""
        return self.id if self.spot.startswith(EVENT) else ""


class Office(NamedTuple):
    """A leader post as it is read out to a caller.

    Attributes
    ----------
    area_id, area
        The area that it answers for.
    leader
        The post, who holds it, and how it is reached.
    until
        When its duty ends, in local time; empty where it does not.
    answers
        Whether it is the one that answers now.
    """

    area_id: str
    area: Words
    leader: Leader
    until: str
    answers: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """Whose a spot is, who answers there now, and what is open.

    Attributes
    ----------
    choice
        What was asked for; None for a position.
    position
        The position; None for what is none.
    owner
        Whose the position is; None where no position was asked for.
    area, area_id
        The area, which may be above the spot where no grid owns that.
    elsewhere
        Grids of other systems that hold the position.
    post
        The post that was asked for; None for none.
    offices
        Leader posts of the area and of all above it, the lowest first.
    reason
        Why another post answers than the area's own; empty where its own does.
    members
        Posts of the area that act, with their holders.
    open, open_count
        Open events of the area, newest first, and how many there are; None where who
        asks sees none there.
    where
        The spot as a report takes it; empty where it has none.
    """

    choice: Choice | None = None
    position: Position | None = None
    owner: SystemOwner | None = None
    area: Words = NO_WORDS
    area_id: str = ""
    elsewhere: tuple[tuple[str, str], ...] = ()
    post: Leader | None = None
    offices: tuple[Office, ...] = ()
    reason: str = ""
    members: tuple[tuple[str, str], ...] = ()
    open: tuple[EventNow, ...] | None = None
    open_count: int = 0
    where: str = ""

    @property
    def accountable(self) -> Office | None:
        """The office that answers now; None where none does."""
        return next((office for office in self.offices if office.answers), None)


class CallView(NamedTuple):
    """What stands under the box.

    Attributes
    ----------
    answer
        Of what the text stands for; None where that is not clear, or nothing.
    choices
        What else it may stand for.
    is_shared
        Whether the answer is of the grid in which all of them are.
    is_guess
        Whether the choices have part of an address alone.
    has_more
        Whether there are more than these.
    is_partial
        Whether events were left out, as they are still being read.
    """

    answer: Answer | None = None
    choices: tuple[Choice, ...] = ()
    is_shared: bool = False
    is_guess: bool = False
    has_more: bool = False
    is_partial: bool = False


class Caller(NamedTuple):
    """Who asks, and when.

    Attributes
    ----------
    sight, scope
        What it sees.
    namer
        Names things at that time.
    """

    sight: Sight
    scope: Scope
    namer: Namer


@dataclass(frozen=True, slots=True)
class CallDesk:
    """Answers a caller.

    Attributes
    ----------
    search, systems, command
        What a text stands for, whose a position is, and who answers.
    """

    search: SearchDesk
    systems: SystemDesk
    command: CommandDesk

    @property
    def snapshots(self) -> Snapshots:
        """What is in force."""
        return self.search.snapshots

    def view(
        self, text: str, query: Query | None, datum: str, caller: Caller
    ) -> CallView:
        """Return what a text stands for.

        Of what has the text as a whole there is an answer at once, and of what alone
        has it in part; all else is a choice of who asks.

        Parameters
        ----------
        text
            As somebody typed it.
        query
            The same as it is searched for; None where that is too short or too long.
        datum
            Of a position.
        caller
            Who asks.
        """
        position = position_in(text, datum)
        if position is not None:
            return CallView(self._at(position, caller))
        link = PLACE_LINK.search(text)
        if link is not None:
            return CallView(self.answer(f"{PLACE}{link[1]}", caller))
        if query is None:
            return self._guessed(text, caller, is_partial=False)
        result, is_partial = self._searched(query, caller.sight)
        choices = tuple(_choices(result, caller.namer))
        has_more = _has_more(result)
        chosen = _chosen(choices, query.text)
        if chosen is not None:
            answer = self.answer(chosen.spot, caller)
            rest = tuple(choice for choice in choices if choice != chosen)
            view = CallView(answer, rest)
            return view._replace(has_more=has_more, is_partial=is_partial)
        grid_id = "" if has_more else _common_grid(choices)
        if choices:
            shared = self._area(grid_id, caller) if grid_id else None
            view = CallView(shared, choices, is_shared=shared is not None)
            return view._replace(has_more=has_more, is_partial=is_partial)
        return self._guessed(text, caller, is_partial=is_partial)

    def answer(self, spot: str, caller: Caller) -> Answer | None:
        """Return the answer of a spot; None where it is none that is seen.

        Parameters
        ----------
        spot
            Its sort and id, as choices have it.
        caller
            Who asks.
        """
        if spot.startswith(PLACE):
            return self._of_place(spot.removeprefix(PLACE), caller)
        if spot.startswith(POST):
            post = self.command.post(spot.removeprefix(POST), caller.sight)
            area = None if post is None else self._area(post.holding.area_id, caller)
            return area and replace(area, post=post)
        area_id = spot.removeprefix(GRID).removeprefix(CIRCLE)
        return self._area(area_id, caller) if area_id != spot else None

    def _guessed(self, text: str, caller: Caller, *, is_partial: bool) -> CallView:
        """Return the places that have a part of an address."""
        candidates = candidates_of(self.search, text, caller.sight)
        guesses = tuple(_place(c.entry, c.matched) for c in candidates)
        return CallView(None, guesses, is_guess=True, is_partial=is_partial)

    def _searched(self, query: Query, sight: Sight) -> tuple[SearchResult, bool]:
        """Return what a text stands for; without events while these are being read."""
        try:
            return self.search.search(query, sight), False
        except NotReadyError:
            kinds = tuple(kind for kind in KINDS if kind != "event")
            query = Query(query.text, query.event_id, kinds, query.limit)
            return self.search.search(query, sight), True

    def _of_place(self, place_id: str, caller: Caller) -> Answer | None:
        """Return the answer of a place that is seen."""
        text = fold(place_id)[:MOST]
        if len(text) < LEAST or not caller.sight.has_places:
            return None
        entries = seen_entries(self.search.places.current, text, caller.sight)
        entry = next(
            (e for e in islice(entries, LOOKED_AT) if e.place_id == place_id), None
        )
        if entry is None:
            return None
        if entry.lon is not None and entry.lat is not None:
            datum = self.snapshots.current.territory.datum.name
            answer = self._at(Position(entry.lon, entry.lat, datum), caller)
            return replace(answer, choice=_place(entry))
        area = self._area(entry.grid_id or "", caller)
        return area and replace(area, choice=_place(entry))

    def _at(self, position: Position, caller: Caller) -> Answer:
        """Return the answer of a position."""
        owners = owners_at(self.systems, position, None)
        main = next(owner for owner in owners if owner.system == MAIN_SYSTEM)
        accountable = main.assignment.accountable
        area_id = main.assignment.grid_id or (accountable and accountable.area_id) or ""
        is_point = main.assignment.status is not Status.UNLOCATED
        return replace(
            self._area(area_id, caller) or Answer(),
            position=position,
            owner=main,
            elsewhere=tuple(
                (owner.system, str(owner.assignment.grid_id))
                for owner in owners
                if owner is not main and owner.assignment.grid_id is not None
            ),
            where=f"{POINT}{position.x},{position.y},{position.datum}"
            if is_point
            else "",
        )

    def _area(self, area_id: str, caller: Caller) -> Answer | None:
        """Return the answer of an area; None where it is not in force."""
        snapshot, store = self.snapshots.current, self.search.store
        is_grid = row_of_grid(snapshot, area_id) is not None
        pagoda = snapshot.territory.pagoda
        path = (pagoda and pagoda.path(area_id)) or (f"{area_id}/" if is_grid else "")
        if not path:
            return None
        command = self.command.command(area_id, caller.sight)
        is_seen = sees_events(caller.scope, path)
        waiting = Waiting(store, caller.scope, path, caller.namer)
        query = LoopQuery(area_path=path, is_open=True)
        return Answer(
            area=_area_words(snapshot, area_id),
            area_id=area_id,
            offices=tuple(_offices(snapshot, command, caller.namer)),
            reason=command.reason,
            members=tuple((m.post_id, m.holder_id or "") for m in command.members),
            open=waiting.open_events() if is_seen else None,
            open_count=store.count_loops(query, caller.scope) if is_seen else 0,
            where=f"{GRID}{area_id}" if is_grid else "",
        )


def _offices(snapshot: Snapshot, command: Command, namer: Namer) -> Iterator[Office]:
    """Yield the leader posts of an area and of all above it."""
    accountable = command.accountable
    post_id = accountable.post_id if accountable else None
    for leader in command.leaders:
        area_id = leader.holding.area_id
        answers = post_id is not None and leader.holding.post_id == post_id
        until = "" if leader.until is None else namer.moment(leader.until)
        area = _area_words(snapshot, area_id)
        yield Office(area_id, area, leader, until, answers)


def _area_words(snapshot: Snapshot, area_id: str) -> Words:
    """Return what an area is and its name, which may begin with that."""
    pagoda, grids = snapshot.territory.pagoda, snapshot.layers.grids
    circle = pagoda.circles.get(CircleId(area_id)) if pagoda else None
    if circle is not None:
        tier, name = tier_name(circle.tier), circle.name
    else:
        names = grids["name"] if "name" in grids else grids["grid_id"]
        own = names[grids["grid_id"] == area_id]
        tier, name = CALL["grid"], text_or_none(own.iloc[0]) or area_id
    zh = name if name.startswith(tier.zh) else f"{tier.zh} {name}"
    return Words(zh, f"{tier.en} {name}")


def _choices(result: SearchResult, namer: Namer) -> Iterator[Choice]:
    """Yield what a text stands for: areas, posts, places, events."""
    for kind, prefix in AREAS:
        matches = result.areas.get(kind)
        for item in matches.items if matches else ():
            spot = f"{prefix}{item.id}"
            grid_id = {GRID: item.id, POST: item.area_id or ""}.get(prefix, "")
            name = item.name or ""
            yield Choice(spot, CALL[kind], item.id, name, grid_id=grid_id)
    for entry in result.places.items if result.places else ():
        yield _place(entry)
    for loop in result.events.items if result.events else ():
        kind_words = namer.kind(loop.kind)
        yield Choice(
            f"{EVENT}{loop.event_id}",
            kind_words,
            loop.event_id,
            grid_id=loop.grid_id or "",
        )


def _has_more(result: SearchResult) -> bool:
    """Say whether a text stands for more than is listed."""
    lists = (*result.areas.values(), result.places, result.events)
    return any(matches is not None and matches.has_more for matches in lists)


def _place(entry: Entry, matched: str = "") -> Choice:
    """Return a place of a register."""
    return Choice(
        f"{PLACE}{entry.place_id}",
        CALL["place"],
        entry.place_id,
        entry.name or "",
        entry.address or "",
        entry.source,
        entry.grid_id or "",
        matched,
    )


def _chosen(choices: tuple[Choice, ...], text: str) -> Choice | None:
    """Return the choice that is meant beyond doubt; None where there is none.

    It is the only one whose id, name or address is the text, or the only one at all.
    """
    spots = [c for c in choices if not c.event_id]
    exact = [c for c in spots if text in map(fold, (c.id, c.name, c.address))]
    if len(exact) == 1:
        return exact[0]
    return spots[0] if len(choices) == len(spots) == 1 else None


def _common_grid(choices: tuple[Choice, ...]) -> str:
    """Return the grid in which all choices are; empty where there is none."""
    grids = {choice.grid_id for choice in choices if not choice.event_id}
    return grids.pop() if len(grids) == 1 else ""
