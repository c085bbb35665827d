"""What an area has beside its events: places, checks, colour, posts, whistles."""

import datetime as dt
from collections.abc import Iterable
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from gis.events import Task
from gis.models import Instant, SafetyCode
from gis.pagoda import Pagoda
from gis.roster import DutyTable
from layers.figures.columns import Area
from layers.figures.counting import CODE_COLUMNS, Span
from layers.figures.question import Ground
from layers.rating.day import RiskDay

COUNTED: Final = ("check", "drill")
SEVERAL: Final = 2
"""So many departments at one place are told of."""


class PlaceFigures(NamedTuple):
    """Places with a code at the end of a day, and inspections of a time until then.

    Attributes
    ----------
    places, green, yellow, red
        Coded places, and by their code.
    checks_due, checks_overdue
        Of how many a check is due by the end of the day, or was before it.
    checks, drills, findings, fixed
        Done in the time; findings found and fixed by them.
    checked_by_several
        Places that at least two departments checked in the time.
    """

    places: int
    green: int
    yellow: int
    red: int
    checks_due: int
    checks_overdue: int
    checks: int
    drills: int
    findings: int
    fixed: int
    checked_by_several: int


class Rating(NamedTuple):
    """Score and level of an area, and by which versions.

    Attributes
    ----------
    day
        At the end of which it is.
    score, level
        None of an area that is not rated; the level is 1 green to 5 red, 0 no data.
    safety_rule, risk_method
        Versions in force.
    """

    day: dt.date
    score: float | None
    level: int | None
    safety_rule: str
    risk_method: str


class PostFigures(NamedTuple):
    """Posts of an area at a time.

    Attributes
    ----------
    posts, vacant
        How many there are, and how many nobody holds then.
    grids_unattended
        Grids whose own leader is not on duty then.
    """

    posts: int
    vacant: int
    grids_unattended: int


class WhistleFigures(NamedTuple):
    """Summons of departments in a time, as they stood at its end.

    Attributes
    ----------
    whistles
        Tasks that whistles and bells gave.
    running, late, solved
        Still owed; owed longer than they were to be; done.
    """

    whistles: int
    running: int
    late: int
    solved: int


def grids_of(pagoda: Pagoda, ground: Ground) -> frozenset[str]:
    """Return the grids of an area.

    Parameters
    ----------
    pagoda
        The tree in force.
    ground
        The area.
    """
    if ground.grids is not None:
        return ground.grids
    return frozenset(
        str(grid_id)
        for grid_id in pagoda.grid_parents
        if ground.area_id == grid_id or ground.area_id in pagoda.chain(grid_id)
    )


def place_figures(day: RiskDay, grid_ids: frozenset[str], span: Span) -> PlaceFigures:
    """Return the figures of the places of some grids.

    Parameters
    ----------
    day
        Facts at the end of the last day of the span.
    grid_ids
        The grids.
    span
        Days of the inspections.
    """
    places = day.places[(day.places["code"] > 0) & day.places["grid_id"].isin(grid_ids)]
    codes = places["code"].to_numpy()
    due_on = pd.to_datetime(places["due_on"])
    rows = day.inspections
    rows = rows[span.holds(rows["day"]) & rows["grid_id"].isin(grid_ids).to_numpy()]
    by_code = dict(
        zip(CODE_COLUMNS, (int((codes == c).sum()) for c in SafetyCode), strict=True)
    )
    checks, drills = (int((rows["kind"] == kind).sum()) for kind in COUNTED)
    return PlaceFigures(
        places=len(places),
        **by_code,
        checks_due=int((due_on <= pd.Timestamp(span.last)).sum()),
        checks_overdue=int((places["overdue_days"] > 0).sum()),
        checks=checks,
        drills=drills,
        findings=int(rows["found"].sum()),
        fixed=int(rows["fixed"].sum()),
        checked_by_several=_checked_by_several(rows),
    )


def _checked_by_several(inspections: pd.DataFrame) -> int:
    """Return how many places at least two departments checked."""
    is_known = (inspections["kind"] == "check") & (inspections["department"] != "")
    by_place = inspections[is_known].groupby("place_id")["department"]
    return int((by_place.nunique() >= SEVERAL).sum())


def rating_of(day: RiskDay, area_id: str) -> Rating:
    """Return score and level of a grid, circle or community.

    Parameters
    ----------
    day
        The rated day.
    area_id
        The area; an id stands in one layer.
    """
    score: float | None = None
    level: int | None = None
    for areas, name in (
        (day.grids, "grid_id"),
        (day.circles, "circle_id"),
        (day.communities, "community_id"),
    ):
        if areas is None:
            continue
        for row in np.flatnonzero((areas[name] == area_id).to_numpy()):
            value = float(areas["score"].iloc[row])
            score = None if np.isnan(value) else value
            level = int(areas["level"].iloc[row])
    return Rating(day.day, score, level, day.rule.version, day.method.version)


def post_figures(duties: DutyTable, ground: Ground, at: Instant) -> PostFigures:
    """Return the figures of the posts of an area.

    Parameters
    ----------
    duties
        The tree with its posts, and who is on duty when.
    ground
        The area.
    at
        When.
    """
    pagoda = duties.roster.pagoda
    grid_ids = grids_of(pagoda, ground)
    posts = [
        post.post_id
        for post in duties.roster.posts.values()
        if post.area_id in grid_ids or _is_below(pagoda, post.area_id, ground)
    ]
    rows = [n for n, grid_id in enumerate(pagoda.grid_parents) if grid_id in grid_ids]
    reasons = [duties.on_duty(row, at).reason for row in rows]
    return PostFigures(
        len(posts),
        sum(duties.holder(post_id, at) is None for post_id in posts),
        sum(bool(reason) for reason in reasons),
    )


def whistle_figures(
    tasks: Iterable[Task], until: Instant, moment: Instant
) -> WhistleFigures:
    """Return the figures of summons as they stood at a time.

    Parameters
    ----------
    tasks
        Those given in the time.
    until
        What ended before counts as ended.
    moment
        What was due before it is late: the same, or now if that is earlier.

    Examples
    --------
    >>> task = Task("E/1", "E", "whistle", given_at=0, due_at=5, ended_at=9)
    >>> whistle_figures([task], 9, 9)
    WhistleFigures(whistles=1, running=1, late=1, solved=0)
    """
    some = list(tasks)
    ends = [
        task.ended_at if task.ended_at is not None and task.ended_at < until else None
        for task in some
    ]
    pairs = [*zip(some, ends, strict=True)]
    return WhistleFigures(
        len(some),
        sum(end is None for end in ends),
        sum(task.due_at < (moment if end is None else end) for task, end in pairs),
        sum(task.state == "done" for task, end in pairs if end is not None),
    )


def _is_below(pagoda: Pagoda, area_id: str, ground: Ground) -> bool:
    """Say whether a circle is the area or lies below it; never in a community."""
    path = pagoda.path(area_id)
    if path is None or ground.grids is not None:
        return False
    return ground.child(Area(path, None)) is not None
