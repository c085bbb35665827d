"""The ground of somebody's posts: how its areas stand, and the checks that are owed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd
import shapely

from api.service.access.sight import Sight
from api.service.events.dossier import Party
from api.service.rating.next_checks import NextCheck, NextChecks, Spot
from gis.models import SCENE_NAMES, CircleId, RiskLevel, Scene
from layers.pages.outline import Outline, outline
from layers.rating.day import RiskDay
from layers.snapshots import Snapshot
from layers.words import Words
from layers.words.phone import MY
from layers.words.vocabulary import CODES, LEVELS

MOST_CHECKS: Final = 5
"""Of each of the three lists."""
MOST_AREAS: Final = 2
FROM_KM: Final = 950
"""From so many metres on a distance is said in kilometres."""


class CheckRow(NamedTuple):
    """A check that is owed, numbered as on the drawing of the area."""

    number: int
    place_id: str
    name: str
    scene: Words
    code: Words
    when: Words
    distance: Words | None


class CheckGroup(NamedTuple):
    """Checks that are late, owed today, or owed soon; and how many there are."""

    name: str
    title: Words
    rows: tuple[CheckRow, ...]
    total: int


class AreaCard(NamedTuple):
    """How an area stands, and how it looks."""

    area_id: str
    level: str
    sentence: Words
    outline: Outline


def areas_of(snapshot: Snapshot, party: Party) -> tuple[str, ...]:
    """Return the grids and circles of the posts of who asks, in code order.

    Parameters
    ----------
    snapshot
        Posts in force.
    party
        Who asks.
    """
    duties = snapshot.territory.duties
    posts = duties.roster.posts if duties else {}
    own = {str(post.area_id) for id_, post in posts.items() if id_ in party.actor.posts}
    return tuple(sorted(own))


def has_own_grid(
    sight: Sight, snapshot: Snapshot, areas: tuple[str, ...]
) -> Callable[[str | None], bool]:
    """Return what says of a grid whether its places are somebody's.

    Parameters
    ----------
    sight
        Of who asks: nothing else is ever theirs.
    snapshot
        The tree in force.
    areas
        Of their posts; without any, all that they see is.
    """
    pagoda = snapshot.territory.pagoda

    def is_mine(grid_id: str | None) -> bool:
        if not sight.has_place(grid_id):
            return False
        if not areas or grid_id is None or pagoda is None:
            return not areas
        path = f"/{pagoda.path(grid_id) or ''}"
        return any(f"/{area}/" in path for area in areas)

    return is_mine


def shape_of(snapshot: Snapshot, area_id: str) -> shapely.Geometry | None:
    """Return the ground of a grid or circle; None where it is not in force.

    Parameters
    ----------
    snapshot
        Boundaries in force.
    area_id
        The area.
    """
    layers = snapshot.layers
    for frame, key in ((layers.grids, "grid_id"), (layers.circles, "circle_id")):
        row = _row_of(frame, key, area_id)
        if row is not None:
            shape: shapely.Geometry = frame.geometry.array[row]
            return shape
    return None


def _row_of(frame: pd.DataFrame, key: str, value: str) -> int | None:
    """Return the place of a row; a whole row of many columns is slow to choose."""
    rows = np.flatnonzero((frame[key] == value).to_numpy())
    return int(rows[0]) if len(rows) else None


def middle_of(snapshot: Snapshot, areas: tuple[str, ...]) -> Spot | None:
    """Return a spot in the middle of some areas; None without any.

    Parameters
    ----------
    snapshot, areas
        As `has_own_grid` takes them.
    """
    shapes = [shape for area in areas if (shape := shape_of(snapshot, area))]
    if not shapes:
        return None
    spot = shapely.point_on_surface(shapely.union_all(shapes))
    return Spot(spot.x, spot.y)


def spot_of(rating: RiskDay, place_id: str) -> Spot | None:
    """Return where a place that is seen is; None where it is not, or nowhere known.

    Parameters
    ----------
    rating
        The day as it is seen.
    place_id
        Any text.
    """
    places = rating.places
    row = _row_of(places, "place_id", place_id) if place_id else None
    point = None if row is None else places.geometry.array[row]
    if not isinstance(point, shapely.Point) or point.is_empty:
        return None
    return Spot(point.x, point.y)


def origin_words(near: str, middle: Spot | None) -> Words | None:
    """Return from where distances are measured, in words; None from nowhere.

    Parameters
    ----------
    near
        Id of the place that one stands at; empty for none.
    middle
        Of the areas.

    Examples
    --------
    >>> origin_words("E1", None).zh, origin_words("", None)
    ('按离场所 E1 的远近排列', None)
    """
    if near:
        return _filled("from_place", place=near)
    return MY["from_middle"] if middle else None


def groups_of(checks: NextChecks) -> tuple[CheckGroup, ...]:
    """Return checks in words: late, today, soon; the first few of each, numbered.

    Parameters
    ----------
    checks
        In the order in which they are shown.
    """
    rows = {check.place_id: _row(n, check) for n, check in _numbered(checks)}
    return tuple(
        CheckGroup(
            name,
            MY[f"checks_{name}"],
            tuple(rows[check.place_id] for check in group[:MOST_CHECKS]),
            len(group),
        )
        for name, group in _lists(checks)
    )


def cards_of(
    rating: RiskDay, snapshot: Snapshot, areas: tuple[str, ...], checks: NextChecks
) -> Iterator[AreaCard]:
    """Yield how each area stands, with the places of the checks that are shown.

    Parameters
    ----------
    rating
        The day as it is seen.
    snapshot, areas
        As `has_own_grid` takes them.
    checks
        What is owed there.
    """
    spots = [
        (number, check.spot.lon, check.spot.lat)
        for number, check in _numbered(checks)
        if check.spot is not None
    ]
    for area_id in areas[:MOST_AREAS]:
        row = _rated(rating, snapshot, area_id)
        shape = shape_of(snapshot, area_id)
        if row is None or shape is None:
            continue
        level = RiskLevel(row["level"]) if row["level"] else None
        name = "no-data" if level is None else f"risk-{level:d}"
        sentence = _sentence(area_id, level, row)
        yield AreaCard(area_id, name, sentence, outline(shape, spots))


def _sentence(area_id: str, level: RiskLevel | None, row: Mapping[str, Any]) -> Words:
    """Return how an area stands in one sentence; counts as far as they are seen."""
    if level is None:
        return _filled("area_plain", area=area_id)
    words = LEVELS[level]
    zh, en = words.zh.split()[0], words.en.split(":")[0].lower()
    counts = [row.get(column) for column in ("red", "yellow", "overdue")]
    is_seen = not any(count is None or pd.isna(count) for count in counts)
    first = MY["area_colour" if is_seen else "area_only"]
    sentence = Words(
        first.zh.format(area=area_id, level=zh), first.en.format(area=area_id, level=en)
    )
    if not is_seen:
        return sentence
    red, yellow, overdue = (int(count or 0) for count in counts)
    rest = _filled("area_counts", red=red, yellow=yellow, overdue=overdue)
    return Words(sentence.zh + rest.zh, sentence.en + rest.en)


def _rated(rating: RiskDay, snapshot: Snapshot, area_id: str) -> dict[str, Any] | None:
    """Return the rated row of an area; None where the day has none."""
    pagoda = snapshot.territory.pagoda
    circle = pagoda.circles.get(CircleId(area_id)) if pagoda else None
    tier, key = "grids", "grid_id"
    if circle is not None:
        tier, key = f"tier{circle.tier}", "circle_id"
    if tier not in rating.tiers:
        return None
    frame = rating.tiers[tier].frame
    row = _row_of(frame, key, area_id)
    names = ("level", "red", "yellow", "overdue")
    return None if row is None else {name: frame[name].iloc[row] for name in names}


def _lists(checks: NextChecks) -> Iterator[tuple[str, Sequence[NextCheck]]]:
    """Yield the three lists by name."""
    yield "late", checks.late
    yield "today", checks.today
    yield "ahead", checks.ahead


def _numbered(checks: NextChecks) -> Iterator[tuple[int, NextCheck]]:
    """Yield the checks that are shown, numbered through all lists."""
    firsts = (check for _, group in _lists(checks) for check in group[:MOST_CHECKS])
    yield from enumerate(firsts, start=1)


def _row(number: int, check: NextCheck) -> CheckRow:
    """Return a check in words."""
    scene = Words(check.scene, check.scene)
    if check.scene in {*Scene}:
        scene = Words(*SCENE_NAMES[Scene(check.scene)])
    return CheckRow(
        number,
        check.place_id,
        check.name or check.place_id,
        scene,
        _code(check),
        _filled("check_late", n=check.overdue_days, day=check.due_on)
        if check.overdue_days
        else _filled("check_by", day=check.due_on),
        None if check.distance_m is None else _distance(check.distance_m),
    )


def _code(check: NextCheck) -> Words:
    """Return the colour of a code, without how often that is checked."""
    words = CODES[check.code]
    return Words(words.zh.split()[0], words.en.split(":")[0])


def _distance(metres: float) -> Words:
    """Return a distance in words, rounded as one would say it."""
    if metres < FROM_KM:
        return _filled("metres", n=max(10, 10 * round(metres / 10)))
    return _filled("kilometres", n=f"{metres / 1000:.1f}")


def _filled(name: str, **values: object) -> Words:
    words = MY[name]
    return Words(words.zh.format(**values), words.en.format(**values))
