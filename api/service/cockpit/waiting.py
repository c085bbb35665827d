"""What waits in an area: events, departments that were summoned, empty posts."""

import sys
from typing import Final, NamedTuple

from api.service.events.desk_words import Due, Namer
from gis.access import Scope
from gis.events import SUMMONS, Loop
from gis.roster import DutyTable
from layers.stores.loops import LoopQuery, TaskQuery
from layers.stores.protocol import Store
from layers.words import Words

LAST_EVENTS: Final = 12
MOST_LISTED: Final = 12
"""So much of each list is said; how much there is stands beside it."""


class EventNow(NamedTuple):
    """An event as the page lists it: no text, no person."""

    event_id: str
    kind: Words
    state: Words
    severity: int
    grid_id: str | None
    post_id: str
    occurred: str
    due: Due


class SummonsNow(NamedTuple):
    """A department that was summoned and still owes something."""

    event_id: str
    department: Words
    area_id: str
    due: Due


class PostNow(NamedTuple):
    """A leader post with nobody on duty, and who answers in its place."""

    post_id: str
    area_id: str
    reason: str
    stand_in: str | None


class Waiting(NamedTuple):
    """What waits in an area, as far as who asks may follow it.

    Attributes
    ----------
    store
        Where it is.
    scope
        Of who asks.
    path
        Of the area.
    namer
        Names it, at one time.
    """

    store: Store
    scope: Scope
    path: str
    namer: Namer

    def last_events(self) -> tuple[EventNow, ...]:
        """Return the last events that came, newest first."""
        query = LoopQuery(area_path=self.path, limit=LAST_EVENTS)
        return tuple(map(self._event, self.store.loops(query, self.scope)))

    def open_events(self) -> tuple[EventNow, ...]:
        """Return the last open events that came, newest first."""
        query = LoopQuery(area_path=self.path, is_open=True, limit=LAST_EVENTS)
        return tuple(map(self._event, self.store.loops(query, self.scope)))

    def overdue(self) -> tuple[EventNow, ...]:
        """Return events that are overdue, the longest first."""
        query = TaskQuery(area_path=self.path, is_open=True, limit=MOST_LISTED)
        tasks = self.store.tasks(query, self.scope)
        late = dict.fromkeys(t.event_id for t in tasks if t.due_at < self.namer.now)
        loops = map(self.store.loop, late)
        return tuple(self._event(loop) for loop in loops if loop is not None)

    def whistles(self) -> tuple[SummonsNow, ...]:
        """Return departments that were summoned, the first due first."""
        query = TaskQuery(
            sorts=SUMMONS, area_path=self.path, is_open=True, limit=sys.maxsize
        )
        return tuple(
            SummonsNow(
                task.event_id,
                self.namer.department(task.department_id),
                task.area_path.rstrip("/").rpartition("/")[2],
                self.namer.due(task.due_at),
            )
            for task in self.store.tasks(query, self.scope)
        )

    def vacant(self, duties: DutyTable) -> tuple[PostNow, ...]:
        """Return leader posts with nobody on duty, and who stands in.

        Parameters
        ----------
        duties
            The tree with its posts, and who is on duty when.
        """
        pagoda = duties.roster.pagoda
        areas = (*map(str, pagoda.circles), *map(str, pagoda.grid_parents))
        posts = (self._vacant(duties, area_id) for area_id in areas)
        return tuple(post for post in posts if post is not None)

    def _vacant(self, duties: DutyTable, area_id: str) -> PostNow | None:
        """Return the leader post of an area; None where somebody is on duty."""
        path = duties.roster.pagoda.path(area_id) or ""
        own, *above = reversed(path.split("/")[:-1])
        holding = duties.leaders(own).at(self.namer.now)
        if holding.holder_id is not None or not path.startswith(self.path):
            return None
        holdings = (duties.leaders(area).at(self.namer.now) for area in above)
        stand_in = next((h.post_id for h in holdings if h.holder_id is not None), None)
        return PostNow(holding.post_id or "", area_id, holding.reason, stand_in)

    def _event(self, loop: Loop) -> EventNow:
        namer = self.namer
        return EventNow(
            loop.event_id,
            namer.kind(loop.kind),
            namer.state(loop.template, loop.state),
            loop.severity,
            loop.grid_id,
            loop.post_id,
            namer.moment(loop.occurred_at),
            namer.due(loop.due_at, is_open=loop.is_open),
        )
