"""Figures of changed grids equal a plain recount; what is not loaded is None."""

import math

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.editing.caseload import Redrawing
from gis.editing.figures import Events, GroundFacts, Places, Staff, figures_of
from gis.editing.ground_points import GroundPoints
from gis.editing.populations import Homes
from gis.editing.sizing import ITEMS, SizingRule
from gis.errors import InvalidLayerError
from gis.models import Post, SafetyCode
from gis.roster import PostsPlan
from gis.synthetic import make_s_town
from support.oracles.owners import owner_of

METRES = pyproj.CRS("+proj=laea +lat_0=0 +lon_0=0 +ellps=GRS80")
WEST, EAST = shapely.box(0, 0, 1000, 1000), shapely.box(1000, 0, 3000, 1000)
BASE = {"A": WEST, "B": EAST}
MOVED = {"A": shapely.box(0, 0, 2000, 1000), "B": shapely.box(2000, 0, 3000, 1000)}
CHANGE = Redrawing.between(BASE, MOVED)
HOURS = dict(zip(ITEMS, (0.01, 0.1, 1.0, 2.0, 10.0), strict=True))
RULE = SizingRule("r/1", "office", "residents", HOURS, {})
POSTS = (
    Post("A-1", "A", "full_time_member"),
    Post("A-2", "A", "full_time_member"),
    Post("A-L", "A", "grid_leader"),
    Post("B-1", "B", "full_time_member", "M1"),
)


def whole_town(**changes):
    """Every layer loaded: a place each 500 m, an event each 100 m, along the middle."""
    x, events = np.arange(250.0, 3000.0, 500.0), np.arange(50.0, 3000.0, 100.0)
    codes = [SafetyCode.GREEN, SafetyCode.RED, None] * 2
    scenes = ["street_shop", "crowded_place"] * 3
    facts = {
        "populations": {"residents": {"A": 1000, "B": 501}},
        "places": Places.locate(BASE, (x, np.full(6, 500.0)), scenes, codes),
        "events": Events.locate(BASE, (events, np.full(30, 500.0)), 60.0),
        "staff": Staff(POSTS),
    }
    return GroundFacts(METRES, **(facts | changes))


def test_figures_of_a_border_that_moved():
    west, east = figures_of(whole_town(), CHANGE, RULE)
    assert (west.grid_id, east.grid_id) == ("A", "B")
    assert west.area_m2 == pytest.approx(2e6, rel=1e-6)
    assert west.compactness == pytest.approx(4 * math.pi * 2e6 / 6000**2, rel=1e-6)
    # half of B's 501 people, the odd one to the first
    assert (west.residents, east.residents) == ((1251, True), (250, True))
    assert west.places == {
        ("street_shop", SafetyCode.GREEN): 1,
        ("crowded_place", SafetyCode.RED): 1,
        ("street_shop", None): 1,
        ("crowded_place", SafetyCode.GREEN): 1,
    }
    # two green places once a month, a red one every day
    assert west.checks == 32.0
    # 20 events in 60 days
    assert (west.events, east.events) == (10.0, 5.0)
    assert west.window_days == 60.0
    assert (west.members, east.members) == (2, 1)
    assert west.load_h == pytest.approx(12.51 + 0.4 + 32 + 20 + 20, rel=1e-6)
    assert west.load_a_member_h == pytest.approx(west.load_h / 2)


def test_figures_before_are_those_of_no_change():
    west, east = figures_of(whole_town(), Redrawing(BASE, BASE), RULE)
    assert (west.residents, east.residents) == ((1000, False), (501, False))
    assert (west.events, east.events) == (5.0, 10.0)
    assert sum(east.places.values()) == 4


@pytest.mark.parametrize(
    ("layer", "names"),
    [
        ("places", {"places", "checks"}),
        ("events", {"events"}),
        ("staff", {"members"}),
        ("populations", {"residents"}),
    ],
)
def test_layer_that_is_not_loaded_is_none_and_so_is_the_load_that_needs_it(
    layer, names
):
    facts = whole_town(**{layer: {} if layer == "populations" else None})
    for figures in figures_of(facts, CHANGE, RULE):
        for name in names:
            assert figures.value(name) is None
        if layer == "staff":
            assert figures.load_h > 0
        else:
            assert figures.load_h is None
        assert figures.load_a_member_h is None


def test_work_that_weighs_nothing_need_not_be_loaded():
    rule = SizingRule("r/1", "office", "residents", HOURS | {"event": 0.0}, {})
    facts = whole_town(events=None)
    assert all(figures.load_h for figures in figures_of(facts, CHANGE, rule))


def test_loaded_layer_without_rows_is_zero():
    nothing = np.empty(0)
    facts = whole_town(
        events=Events.locate(BASE, (nothing, nothing), 30.0),
        places=Places.locate(BASE, (nothing, nothing), [], []),
        staff=Staff(()),
    )
    west, _ = figures_of(facts, CHANGE, RULE)
    assert (west.events, west.places, west.checks, west.members) == (0.0, {}, 0.0, 0)
    assert west.load_h > 0
    assert west.load_a_member_h is None


def test_events_of_sensitive_kinds_are_in_no_figure():
    x = np.array([100.0, 200.0, 300.0])
    events = Events.locate(
        BASE, (x, np.full(3, 5.0)), 30.0, np.array([True, False, True])
    )
    west, _ = figures_of(whole_town(events=events), CHANGE, RULE)
    assert west.events == 1.0


def test_members_follow_the_plan_of_posts():
    plan = PostsPlan(
        ended=frozenset({"A-1", "A-L"}),
        moved={"A-2": "B"},
        created=(Post("N", "B", "full_time_member"), Post("L", "B", "grid_leader")),
    )
    west, east = figures_of(whole_town(), CHANGE, RULE, plan=plan)
    assert (west.members, east.members) == (0, 3)
    # the next question is not changed by this one
    assert figures_of(whole_town(), CHANGE, RULE)[0].members == 2


def test_pieces_and_holes_count_in_the_shape():
    parts = shapely.MultiPolygon(
        [shapely.box(0, 0, 100, 100), shapely.box(200, 0, 300, 100)]
    )
    ring = shapely.difference(
        shapely.box(0, 200, 100, 300), shapely.box(40, 240, 60, 260)
    )
    two, one = figures_of(
        GroundFacts(METRES), Redrawing({}, {"two": parts, "one": ring}), RULE
    )[::-1]
    assert (two.pieces, one.pieces) == (2, 1)
    assert two.compactness == pytest.approx(math.pi / 8, rel=1e-6)
    assert one.compactness == pytest.approx(4 * math.pi * 9600 / 480**2, rel=1e-6)


def test_figures_beyond_the_limits_are_named_with_them():
    limits = {
        "residents": (300, 1200.0),
        "members": (2, None),
        "households": (300, 500),
        "area_km2": (None, 5.0),
    }
    rule = SizingRule("r/1", "office", "residents", HOURS, limits)
    west, east = figures_of(whole_town(), CHANGE, rule)
    assert west.beyond(rule) == (("residents", 1251, (300, 1200.0)),)
    assert [name for name, _, _ in east.beyond(rule)] == ["residents", "members"]


@pytest.mark.parametrize("days", [0.0, -1.0, math.nan, math.inf])
def test_window_that_is_none_is_refused(days):
    with pytest.raises(InvalidLayerError, match="expected more than 0"):
        Events.locate(BASE, (np.empty(0), np.empty(0)), days)


@pytest.fixture(scope="module")
def town():
    """S town with what is on its ground, prepared once, and the same as plain rows."""
    made = make_s_town()
    grids = dict(zip(made.grids["grid_id"], made.grids.geometry, strict=True))
    points = shapely.get_coordinates(made.enterprises.geometry.to_numpy())[::20]
    scenes = made.enterprises["scene"].tolist()[::20]
    codes = [SafetyCode(n % 3 + 1) if n % 4 else None for n in range(len(scenes))]
    xy = points[:, 0], points[:, 1]
    residents = dict(zip(made.grids["grid_id"], made.grids["residents"], strict=True))
    facts = GroundFacts(
        pyproj.CRS(4490),
        {"residents": residents},
        Places.locate(grids, xy, scenes, codes),
        Events.locate(grids, xy, 30.0),
        Homes(GroundPoints.locate(grids, *xy), np.ones(len(points))),
    )
    return grids, facts, list(zip(points.tolist(), scenes, codes, strict=True))


@settings(max_examples=20, deadline=None)
@given(st.data())
def test_figures_of_a_town_equal_a_plain_recount(town, data):
    """A grid is cut along a meridian or merged with others, wherever they lie."""
    grids, facts, rows = town
    ids = sorted(grids)
    three = st.lists(st.sampled_from(ids), min_size=3, max_size=3)
    first, second, third = data.draw(three, label="grids")
    west, _, east, _ = grids[first].bounds
    cut = west + data.draw(st.floats(0.0, 1.0), label="cut") * (east - west)
    after = {g: p for g, p in grids.items() if g not in (first, second, third)}
    half = shapely.intersection(grids[first], shapely.box(west, 0, cut, 90))
    rest = shapely.difference(grids[first], half)
    parts = {"1": half, "9": shapely.union_all([rest, grids[second], grids[third]])}
    after |= {grid: part for grid, part in parts.items() if part.area > 1e-12}
    change = Redrawing.between(grids, after)
    figures = figures_of(facts, change, RULE)
    assert sum(f.residents.value for f in figures) == sum(
        facts.populations["residents"][grid] for grid in change.before
    )
    ground = {grid: after[grid] for grid in change.after}
    owners = [owner_of(x, y, ground) for (x, y), _, _ in rows]
    for own in figures:
        expected = [
            (scene, code)
            for owner, (_, scene, code) in zip(owners, rows, strict=True)
            if owner == own.grid_id
        ]
        assert own.events == len(expected)
        assert own.places == {kind: expected.count(kind) for kind in set(expected)}
