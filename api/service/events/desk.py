"""The desk: what who asks owes and until when, and the events within its scope."""

from dataclasses import dataclass
from typing import Final, NamedTuple
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from api.service.events.citizen import BEARER, ReportView, report_view
from api.service.events.closed import Reading, disclosed, record_reading
from api.service.events.desk_climbed import MOST_CLIMBED, climbed_to
from api.service.events.desk_event import EventView, event_view
from api.service.events.desk_words import Due, Namer, state_names
from api.service.events.dossier import Dossier, Party
from api.service.events.office import EventOffice
from api.service.events.pages import PageQuery
from gis.access import Scope
from gis.events import Actor, Loop, Task
from gis.models import Instant
from layers.registry import Registries
from layers.snapshots import Snapshots
from layers.stores.loops import LoopQuery, TaskQuery
from layers.stores.protocol import Store
from layers.words import Words
from layers.words.vocabulary import SYNTHETIC

SHOWN_TASKS: Final = 10
MOST_TASKS: Final = 1000
PAGE_EVENTS: Final = 20


class DutyRow(NamedTuple):
    """A task that is owed, and the circle that it climbed to; empty for none."""

    event_id: str
    kind: Words
    sort: Words
    debtor: Words
    due: Due
    grid_id: str
    is_department: bool
    level: int
    circle_id: str = ""


class ClimbedList(NamedTuple):
    """What climbed to who asks.

    Attributes
    ----------
    rows
        The first due first.
    total, late_count
        How many climbed, and how many of them are overdue.
    most
        So many were looked at and there are more; 0 where these are all.
    """

    rows: tuple[DutyRow, ...]
    total: int
    late_count: int
    most: int


class EventRow(NamedTuple):
    """An event of the list."""

    event_id: str
    kind: Words
    state: Words
    due: Due
    grid_id: str | None
    post_id: str
    occurred: str
    is_supervised: bool


@dataclass(frozen=True, slots=True)
class DeskView:
    """What stands on the page of the desk.

    Attributes
    ----------
    whose
        Who owes it: the own ``post`` or ``department``, or whoever is in ``sight``.
    owed, owed_count, late_count
        What is owed, the first due first; how much of it, and how much is overdue.
    climbed
        What climbed to a circle that who asks leads; None where it leads none.
    rows, count
        Events, newest first, and how many are like that.
    first, next
        Queries of the newest events and of those after; empty for none.
    states, kinds
        What may be asked for, with its names.
    at
        When, in local time.
    """

    whose: str
    owed: tuple[DutyRow, ...]
    owed_count: int
    late_count: int
    climbed: ClimbedList | None
    rows: tuple[EventRow, ...]
    count: int
    first: str
    next: str
    states: tuple[tuple[str, Words], ...]
    kinds: tuple[tuple[str, Words], ...]
    at: str


@dataclass(frozen=True, slots=True)
class EventDesk:
    """Says what stands on the pages of the desk, and on those of citizens.

    Attributes
    ----------
    store, snapshots, registries
        Events, and what is in force.
    office
        What is done with events.
    zone
        Zone of the times.
    """

    store: Store
    snapshots: Snapshots
    registries: Registries
    office: EventOffice
    zone: ZoneInfo

    def desk(self, query: PageQuery, party: Party) -> DeskView:
        """Return what who asks owes, and a page of the events within its scope.

        Who acts for no post and no department sees what everybody there owes.

        Parameters
        ----------
        query
            Which events.
        party
            Who asks.

        Raises
        ------
        UnknownEventError
            If the page is to go on after an event that is out of sight.
        """
        page = self.office.pages.page(query, party.scope)
        namer, actor = self._namer(page.at), party.actor
        tasks = self.store.tasks(
            TaskQuery(
                post_ids=tuple(sorted(actor.posts)),
                department_ids=tuple(sorted(actor.departments)),
                is_open=True,
                limit=MOST_TASKS,
            ),
            party.scope,
        )
        like = LoopQuery(
            states=(query.state,) if query.state else (),
            kinds=(query.kind,) if query.kind else (),
            overdue_at=page.at if query.is_overdue else None,
        )
        return DeskView(
            _whose(actor),
            tuple(self._duty(task, namer) for task in tasks[:SHOWN_TASKS]),
            len(tasks),
            sum(task.due_at < page.at for task in tasks),
            self._climbed(party, namer),
            tuple(_row(loop, namer) for loop in page.loops),
            self.store.count_loops(like, party.scope),
            _query(query, "") if query.after else "",
            _query(query, page.next) if page.next else "",
            tuple(state_names().items()),
            tuple(namer.kinds(party.scope).items()),
            namer.moment(page.at),
        )

    def event(
        self, event_id: str, party: Party, nonce: str, reading: Reading | None = None
    ) -> EventView:
        """Return what stands on the page of an event.

        Parameters
        ----------
        event_id
            Any text.
        party
            Who asks.
        nonce
            Begins what names the requests of the forms.
        reading
            For what closed fields are read; None shows those of no sensitive kind.

        Raises
        ------
        UnknownEventError
            If there is no such event, or it is out of sight.
        """
        dossier = self.dossier(event_id, party)
        stored = self.store.event(event_id)
        namer = self._namer(self.store.now())
        view = event_view(
            disclosed(dossier, reading), stored, self.snapshots.current, namer, nonce
        )
        record_reading(self.store, dossier, reading, "page")
        return view

    def report(self, event_id: str, nonce: str) -> ReportView:
        """Return what a citizen sees of the event that it reported.

        Parameters
        ----------
        event_id
            Of its token.
        nonce
            Begins what names the requests of the forms.

        Raises
        ------
        UnknownEventError
            If there is no such event.
        """
        dossier = self.dossier(event_id, self.reporter(event_id))
        return report_view(dossier, self._namer(self.store.now()), nonce)

    def dossier(self, event_id: str, party: Party) -> Dossier:
        """Return an event as it stands; raises as `event`."""
        return self.office.dossiers.open(event_id, party)

    def reporter(self, event_id: str) -> Party:
        """Return who reported an event, as the bearer of its token."""
        loop = self.store.loop(event_id)
        sources = () if loop is None else (loop.source,)
        return Party(BEARER, Scope(sources=sources))

    @property
    def synthetic(self) -> Words | None:
        """Said where the town is made up and has a clock of its own; None elsewhere."""
        return None if self.store.kept_clock() is None else SYNTHETIC

    def _namer(self, at: Instant) -> Namer:
        return Namer(self.registries.current, self.zone, at)

    def _climbed(self, party: Party, namer: Namer) -> ClimbedList | None:
        """Return what climbed to who asks."""
        duties = self.snapshots.current.territory.duties
        climbed = climbed_to(self.store, duties, party, namer.now)
        if climbed is None:
            return None
        arrivals = climbed.arrivals
        return ClimbedList(
            tuple(
                self._duty(task, namer)._replace(circle_id=circle_id)
                for task, circle_id in arrivals[:SHOWN_TASKS]
            ),
            len(arrivals),
            sum(arrival.task.due_at < namer.now for arrival in arrivals),
            MOST_CLIMBED if climbed.is_cut else 0,
        )

    def _duty(self, task: Task, namer: Namer) -> DutyRow:
        """Return a task that is owed, with what its event is about."""
        loop = self.store.loop(task.event_id)
        assert loop is not None  # noqa: S101  its task was listed
        return DutyRow(
            task.event_id,
            namer.kind(loop.kind),
            namer.task(task),
            namer.debtor(task),
            namer.due(task.due_at),
            loop.grid_id or "",
            bool(task.department_id),
            task.level,
        )


def _whose(actor: Actor) -> str:
    """Return whose tasks are counted for who asks."""
    if actor.posts:
        return "post"
    return "department" if actor.departments else "sight"


def _row(loop: Loop, namer: Namer) -> EventRow:
    """Return an event of the list."""
    return EventRow(
        loop.event_id,
        namer.kind(loop.kind),
        namer.state(loop.template, loop.state),
        namer.due(loop.due_at, is_open=loop.is_open),
        loop.grid_id,
        loop.post_id,
        namer.moment(loop.occurred_at),
        loop.is_supervised,
    )


def _query(query: PageQuery, after: str) -> str:
    """Return the query of another page of the same events."""
    values = {
        "state": query.state,
        "kind": query.kind,
        "overdue": "true" if query.is_overdue else "",
        "after": after,
    }
    return urlencode({name: value for name, value in values.items() if value})
