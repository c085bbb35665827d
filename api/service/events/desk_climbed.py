"""What climbed to who asks: tasks of others that the circles it leads watch over."""

from collections.abc import Iterator
from functools import cache, partial
from typing import Final, NamedTuple

from api.service.events.dossier import Party
from gis.events import Task, climbs_to
from gis.models import Instant
from gis.roster import DutyTable
from layers.command import post_on_duty
from layers.stores.loops import TaskQuery
from layers.stores.protocol import Store

MOST_CLIMBED: Final = 1000
"""So many tasks are looked at in each circle."""
ANY_LEVEL: Final = 2**31 - 1


class Arrival(NamedTuple):
    """A task whose last climb came to a circle.

    Attributes
    ----------
    task
        As it stands.
    circle_id
        The circle.
    """

    task: Task
    circle_id: str


class Climbed(NamedTuple):
    """What climbed to who asks.

    Attributes
    ----------
    arrivals
        The first due first, each task once.
    is_cut
        Whether a circle has more tasks than are looked at.
    """

    arrivals: tuple[Arrival, ...]
    is_cut: bool


def climbed_to(
    store: Store, duties: DutyTable | None, party: Party, at: Instant
) -> Climbed | None:
    """Return the open tasks whose last climb came to a circle that who asks leads.

    A circle whose post nobody holds at that time is passed over upwards, as in a climb.

    Parameters
    ----------
    store
        Has the tasks.
    duties
        The tree in force with who is on duty when; None where the grids stand alone.
    party
        Who asks; only what it may see is listed.
    at
        When.

    Returns
    -------
    climbed
        None where who asks holds the leader post of no circle.
    """
    if duties is None:
        return None
    queries = tuple(_queries(duties, party.actor.posts))
    if not queries:
        return None
    post_of = cache(partial(_post_of, duties, at))
    arrivals: dict[str, Arrival] = {}
    is_cut = False
    for query in queries:
        tasks = store.tasks(query, party.scope)
        is_cut |= len(tasks) > MOST_CLIMBED
        for task in tasks[:MOST_CLIMBED]:
            circle_id, post_id = climbs_to(task.area_path, task.level, post_of)
            if post_id in party.actor.posts:
                arrivals[task.task_id] = Arrival(task, circle_id)
    ordered = sorted(arrivals.values(), key=lambda a: (a.task.due_at, a.task.task_id))
    return Climbed(tuple(ordered), is_cut)


def _queries(duties: DutyTable, posts: frozenset[str]) -> Iterator[TaskQuery]:
    """Yield for each circle that is led what may have climbed to it and no further."""
    pagoda, leaders = duties.roster.pagoda, duties.roster.leaders
    for circle_id in pagoda.circles:
        leader, path = leaders.get(circle_id), pagoda.path(circle_id)
        if leader is None or path is None or leader.post_id not in posts:
            continue
        depth = path.count("/")
        # what comes to the core climbs there again and again
        most = ANY_LEVEL if depth == 1 else len(pagoda.tiers) + 1 - depth
        yield TaskQuery(
            area_path=path, levels=(1, most), is_open=True, limit=MOST_CLIMBED + 1
        )


def _post_of(duties: DutyTable, at: Instant, area_id: str) -> str:
    """Return who answers for an area; empty where nobody does."""
    return post_on_duty(duties, area_id, at)
