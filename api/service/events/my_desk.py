"""The page of somebody with a post: what is owed, and what may be done at once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from api.service.access.sight import Sight
from api.service.events.desk import EventDesk
from api.service.events.desk_words import Namer
from api.service.events.dossier import Party
from api.service.events.event_cards import CardDesk, EventCard
from api.service.events.my_ground import (
    AreaCard,
    CheckGroup,
    areas_of,
    cards_of,
    groups_of,
    has_own_grid,
    middle_of,
    origin_words,
    spot_of,
)
from api.service.rating.days import RiskDesk
from api.service.rating.next_checks import list_next
from api.service.rating.seen import seen_day
from gis.events import Loop, Task
from gis.models import CircleId
from layers.snapshots import NEVER
from layers.stores.loops import LoopQuery, TaskQuery
from layers.words import Words

MOST_TASKS: Final = 1000
MOST_EVENTS: Final = 10
EXTRA_STEPS: Final = frozenset({"return", "solve"})
"""Steps on the page beside those of a loop itself; the page of an event has all."""
Owed: TypeAlias = Mapping[str, Task]
"""The first task due of each event."""


@dataclass(frozen=True, slots=True)
class MyView:
    """What stands on the page.

    Attributes
    ----------
    posts
        Ids of the posts of who asks; none for who holds none.
    areas
        The areas of these posts.
    whose
        Who owes what is owed: posts of the own ``grid``, ``circle`` or several
        ``areas``, the ``department``, or whoever is in ``sight``.
    events, event_count, late_count
        What is owed, overdue first; how many events, and how many are overdue.
    rest, rest_count
        Open events of the areas that others owe, the first due first; how many.
    groups, origin
        Checks, and from where their distances are measured.
    near
        Id of the place that one stands at; empty where that is not known.
    at
        When, in local time.
    """

    posts: tuple[str, ...]
    areas: tuple[AreaCard, ...]
    whose: str
    events: tuple[EventCard, ...]
    event_count: int
    late_count: int
    rest: tuple[EventCard, ...]
    rest_count: int
    groups: tuple[CheckGroup, ...]
    origin: Words | None
    near: str
    at: str


@dataclass(frozen=True, slots=True)
class MyDesk:
    """Says what stands on the page of somebody with a post.

    Attributes
    ----------
    events
        The desk of events.
    rating
        Rates the day.
    """

    events: EventDesk
    rating: RiskDesk

    def view(self, party: Party, sight: Sight, near: str, nonce: str) -> MyView:
        """Return what stands on the page.

        What is owed by any post of the areas of one's own posts is theirs; who holds no
        post sees what everybody in its scope owes.

        Parameters
        ----------
        party, sight
            Who asks.
        near
            Id of the place that one stands at; empty or unknown takes the middle of
            the area.
        nonce
            Begins what names the requests of the forms.
        """
        snapshot = self.events.snapshots.current
        namer = self._namer()
        areas = areas_of(snapshot, party)
        rating = seen_day(self.rating.on(), sight)
        place, middle = spot_of(rating, near), middle_of(snapshot, areas)
        is_own = has_own_grid(sight, snapshot, areas)
        checks = list_next(rating, is_own, place or middle)
        own = self._owed(party, areas)
        cards = CardDesk(self.events, party, namer, EXTRA_STEPS)
        rest = [loop for loop in self._open(party, areas) if loop.event_id not in own]
        return MyView(
            tuple(sorted(party.actor.posts)),
            tuple(cards_of(rating, snapshot, areas, checks)),
            self._whose(party, areas),
            tuple(self._events([*own], cards, nonce, own)),
            len(own),
            sum(task.due_at < namer.now for task in own.values()),
            tuple(self._events([e.event_id for e in rest], cards, f"{nonce}.o", {})),
            len(rest),
            groups_of(checks),
            origin_words(near if place else "", middle),
            near if place else "",
            namer.moment(namer.now),
        )

    def _namer(self) -> Namer:
        desk = self.events
        return Namer(desk.registries.current, desk.zone, desk.store.now())

    def _whose(self, party: Party, areas: tuple[str, ...]) -> str:
        """Return who owes what is owed here."""
        pagoda = self.events.snapshots.current.territory.pagoda
        if not areas or pagoda is None:
            return "department" if party.actor.departments else "sight"
        if len(areas) > 1:
            return "areas"
        return "circle" if CircleId(areas[0]) in pagoda.circles else "grid"

    def _owed(self, party: Party, areas: tuple[str, ...]) -> dict[str, Task]:
        """Return the first task due of each event that is owed here, in that order."""
        duties = self.events.snapshots.current.territory.duties
        posts = duties.roster.posts.values() if duties else ()
        own = {str(post.post_id) for post in posts if post.area_id in areas}
        tasks = self.events.store.tasks(
            TaskQuery(
                post_ids=tuple(sorted(own | party.actor.posts)),
                department_ids=tuple(sorted(party.actor.departments)),
                is_open=True,
                limit=MOST_TASKS,
            ),
            party.scope,
        )
        owed: dict[str, Task] = {}
        for task in tasks:
            owed.setdefault(task.event_id, task)
        return owed

    def _open(self, party: Party, areas: tuple[str, ...]) -> list[Loop]:
        """Return the open events of the areas, the first due first."""
        pagoda, store = (
            self.events.snapshots.current.territory.pagoda,
            self.events.store,
        )
        paths = [path for area in areas if (path := pagoda and pagoda.path(area))]
        loops = {
            loop.event_id: loop
            for path in paths
            for loop in store.loops(
                LoopQuery(area_path=path, is_open=True, limit=MOST_TASKS), party.scope
            )
        }
        return sorted(
            loops.values(), key=lambda loop: (loop.due_at or NEVER, loop.event_id)
        )

    def _events(
        self, event_ids: list[str], cards: CardDesk, nonce: str, tasks: Owed
    ) -> Iterator[EventCard]:
        """Yield the first of some events, each with what may be done."""
        for number, event_id in enumerate(event_ids[:MOST_EVENTS]):
            card = cards.card(event_id, tasks.get(event_id), f"{nonce}.{number}")
            if card is not None:
                yield card
