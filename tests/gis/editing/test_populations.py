"""People follow the ground in whole numbers, and the total of the town stays."""

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gis.editing.caseload import Redrawing
from gis.editing.ground_points import GroundPoints
from gis.editing.populations import Count, Homes, populations_of

SQUARE = shapely.box(0, 0, 3, 1)
WEST, EAST = shapely.box(0, 0, 1, 1), shapely.box(1, 0, 3, 1)
SPLIT = Redrawing({"A": SQUARE}, {"A": WEST, "B": EAST})


def residents(of_base, change, homes=None, typed=None):
    """Residents of the grids of a change, in code order."""
    ids = sorted(change.after)
    counts = populations_of(
        {"residents": of_base}, change, ids, homes, {"residents": typed or {}}
    )
    assert counts["registered"] == counts["households"] == [None] * len(ids)
    return counts["residents"]


def estimates(*values):
    return [Count(value, is_estimate=True) for value in values]


def homes_at(*spots):
    """Homes at (x, people) along the middle of the square."""
    x, people = np.array(spots, dtype=float).T
    points = GroundPoints.locate({"A": SQUARE}, x, np.full(len(x), 0.5))
    return Homes(points, people)


def test_people_follow_the_area_and_are_estimates():
    assert residents({"A": 100}, SPLIT) == estimates(33, 67)


def test_people_follow_the_points_where_there_are_some():
    assert residents({"A": 100}, SPLIT, homes_at((0.5, 9), (2.5, 1))) == estimates(
        90, 10
    )
    # nobody lives at the points: by area again
    assert residents({"A": 100}, SPLIT, homes_at((0.5, 0))) == estimates(33, 67)


def test_typed_numbers_are_no_estimates():
    assert residents({"A": 100}, SPLIT, typed={"B": 7}) == [
        Count(33, is_estimate=True),
        Count(7, is_estimate=False),
    ]


def test_grid_whose_ground_stayed_keeps_its_number():
    change = Redrawing({"A": WEST, "B": EAST}, {"A": WEST, "C": EAST})
    assert residents({"A": 10, "B": 20}, change) == [
        Count(10, is_estimate=False),
        Count(20, is_estimate=False),
    ]


def test_merger_adds_up_and_an_unknown_part_makes_it_unknown():
    change = Redrawing({"A": WEST, "B": EAST}, {"C": SQUARE})
    assert residents({"A": 10, "B": 20}, change) == [Count(30, is_estimate=False)]
    assert residents({"A": 10, "B": None}, change) == [None]
    assert residents({"A": 10}, change) == [None]


def test_merger_with_more_than_whole_grids_is_an_estimate():
    wider = {"C": shapely.union_all([SQUARE, shapely.box(3, 0, 4, 1)])}
    change = Redrawing({"A": WEST, "B": EAST}, wider)
    assert residents({"A": 10, "B": 20}, change) == estimates(30)


def test_count_that_was_emptied_is_none():
    ids, typed = ["A", "B"], {"residents": {"B": None}}
    assert populations_of({"residents": {"A": 100}}, SPLIT, ids, typed=typed)[
        "residents"
    ] == [Count(33, is_estimate=True), None]


def test_new_ground_has_nobody_that_is_known():
    change = Redrawing({"A": WEST}, {"A": WEST, "B": shapely.box(9, 9, 10, 10)})
    assert residents({"A": 10}, change) == [Count(10, is_estimate=False), None]


def test_layer_that_is_not_loaded_is_none_for_all():
    ids = ["A", "B"]
    assert populations_of({}, SPLIT, ids)["residents"] == [None, None]


cuts = st.lists(
    st.floats(0.01, 2.99), min_size=1, max_size=6, unique_by=lambda x: round(x, 3)
)


@given(
    cuts, cuts, st.lists(st.integers(0, 10**6), min_size=7, max_size=7), st.booleans()
)
def test_the_total_stays_whatever_is_cut_and_however_people_are_placed(
    before, after, counts, has_homes
):
    """Strips of one town cut in two ways, against a plain sum."""
    old, new = strips("A", before), strips("B", after)
    people = {grid: counts[n % 7] for n, grid in enumerate(old)}
    homes = None
    if has_homes:
        x = np.linspace(0.05, 2.95, 30)
        homes = Homes(GroundPoints.locate(old, x, np.full(30, 0.5)), np.arange(30.0))
    shares = residents(people, Redrawing(old, new), homes)
    assert sum(share.value for share in shares) == sum(people.values())
    if not has_homes:
        for share, grid in zip(shares, new.values(), strict=True):
            exact = sum(
                people[g] * shapely.intersection(p, grid).area / p.area
                for g, p in old.items()
            )
            assert share.value == pytest.approx(exact, abs=len(old))


def strips(prefix, at):
    """The square cut at some places."""
    ends = [0.0, *sorted(at), 3.0]
    return {
        f"{prefix}{n}": shapely.box(a, 0, b, 1)
        for n, (a, b) in enumerate(pairwise(ends))
    }


def test_corner_on_the_border_makes_no_estimate():
    square = shapely.box(0, 0, 3, 1)
    cornered = shapely.Polygon([(0, 0), (1, 1e-9), (3, 0), (3, 1), (0, 1)])
    change = Redrawing({"A": square}, {"A": cornered})
    [count] = populations_of({"residents": {"A": 10}}, change, ["A"])["residents"]
    assert count == Count(10, is_estimate=False)
    change = Redrawing({"A": square}, {"A": shapely.box(0, 0, 2.99999, 1)})
    [count] = populations_of({"residents": {"A": 10}}, change, ["A"])["residents"]
    assert count == Count(10, is_estimate=True)
