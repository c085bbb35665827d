"""Pages of events, newest first, of those that who asks may see."""

from dataclasses import dataclass
from functools import partial
from typing import Final

from gis.access import Scope
from gis.errors import UnknownEventError
from gis.events import Loop
from gis.models import Instant
from layers.command import path_of_area
from layers.snapshots import Snapshots
from layers.stores.loops import LoopQuery
from layers.stores.protocol import Store
from layers.stores.replica import Replica

MOST_LOOPS: Final = 1000


@dataclass(frozen=True, slots=True)
class PageQuery:
    """Which events are asked for; what is empty takes all.

    Attributes
    ----------
    state, kind
        Only those.
    area_id
        Only those in a grid or circle.
    is_overdue
        Only those that somebody should have moved by now.
    after
        `Page.next` of the page before.
    limit
        At most so many, and never more than `MOST_LOOPS`.
    """

    state: str = ""
    kind: str = ""
    area_id: str = ""
    is_overdue: bool = False
    after: str = ""
    limit: int = 100


@dataclass(frozen=True, slots=True)
class Page:
    """Some events.

    Attributes
    ----------
    loops
        Newest first.
    next
        Asks for the page after; None where there is none.
    at
        When it was asked for.
    """

    loops: tuple[Loop, ...]
    next: str | None
    at: Instant


@dataclass(frozen=True, slots=True)
class Pages:
    """Lists the events of a store.

    Attributes
    ----------
    store, snapshots
        Where they are, and the areas in force.
    replica
        Read in place of the store; None where it has none.
    """

    store: Store
    snapshots: Snapshots
    replica: Replica | None = None

    def page(self, query: PageQuery, scope: Scope) -> Page:
        """Return a page of events.

        A page goes on after an event that was seen before, so that nothing can be told
        of how many there are out of sight.

        Parameters
        ----------
        query
            What is asked for.
        scope
            Of who asks.

        Raises
        ------
        UnknownEventError
            If there is no such area or event before, or it is out of sight.
        """
        if self.replica is None:
            return self._page(query, scope, self.store)
        return self.replica.read(partial(self._page, query, scope))

    def _page(self, query: PageQuery, scope: Scope, source: Store) -> Page:
        """Return a page as the store or its replica has it."""
        at = self.store.now()
        limit = min(query.limit, MOST_LOOPS)
        row = _row(query.after, scope, source) if query.after else None
        loops = source.loops(
            LoopQuery(
                states=(query.state,) if query.state else (),
                kinds=(query.kind,) if query.kind else (),
                area_path=self._path(query.area_id, scope) if query.area_id else "",
                overdue_at=at if query.is_overdue else None,
                below=row,
                limit=limit + 1,
            ),
            scope,
        )
        has_more = len(loops) > limit
        return Page(loops[:limit], loops[limit - 1].event_id if has_more else None, at)

    def _path(self, area_id: str, scope: Scope) -> str:
        """Return the path of an area that who asks sees something of."""
        path = path_of_area(self.snapshots.current, area_id)
        if path is None:
            raise UnknownEventError
        is_body = bool(scope.sources or scope.departments)
        if not is_body and not any(
            path.startswith(own) or own.startswith(path) for own in scope.area_paths
        ):
            raise UnknownEventError
        return path


def _row(event_id: str, scope: Scope, source: Store) -> int:
    """Return the row of an event that who asks sees."""
    if not source.is_visible(event_id, scope):
        raise UnknownEventError
    loop = source.loop(event_id)
    assert loop is not None  # noqa: S101  it is seen
    return loop.row
