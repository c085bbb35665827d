"""Statuses, tie rule, chain and post, against shapely and by hand."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gis.assignment import REASONS, STATUSES, Assigner, Command
from gis.geodesy import PlanarRuler
from gis.index import Relation, RTreeIndex
from gis.models import Candidate, Circle, Post, Status
from gis.pagoda import build_pagoda
from gis.roster import Duty, DutyTable, Roster
from support.makers.strategies import coverages

WEST, EAST = shapely.box(0, 0, 10, 10), shapely.box(10, 0, 20, 10)


def assigner(polygons, ids=None, **options):
    ids = ids or [f"G{n}" for n in range(len(polygons))]
    index = RTreeIndex.build(ids, polygons)
    ordered = [
        p for _, p in sorted(zip(ids, polygons, strict=True), key=lambda z: z[0])
    ]
    return Assigner(index, ordered, PlanarRuler(), **options)


def command(**communities):
    pagoda = build_pagoda(
        [Circle("C", None, 1, "core"), Circle("E", "C", 2, "east")],
        {"G0": "E", "G1": "E"},
    )
    posts = [
        Post("G0-L", "G0", "grid_leader", "L1"),
        Post("G1-L", "G1", "grid_leader"),
        Post("E-L", "E", "circle_leader", "R2"),
        Post("C-L", "C", "circle_leader", "R1"),
    ]
    return Command(DutyTable(Roster(pagoda, posts)), communities)


def oracle(polygons, ids, x, y):
    """The lowest id that shapely says intersects, and the status by definition."""
    point = shapely.Point(x, y)
    hit = [i for i, p in zip(ids, polygons, strict=True) if p.intersects(point)]
    inner = [i for i, p in zip(ids, polygons, strict=True) if p.contains(point)]
    if not hit:
        return None, Status.OUTSIDE
    if not inner:
        return min(hit), Status.BOUNDARY
    return min(hit), Status.INSIDE if len(hit) == 1 else Status.OVERLAP


def hard_points(polygons, seed):
    """Vertices, middles of edges, points one ulp off both, and points around."""
    rng = np.random.default_rng(seed)
    vertices = shapely.get_coordinates(polygons)
    middles = (vertices[1:] + vertices[:-1]) / 2
    exact = np.vstack([vertices, middles])
    off = np.nextafter(exact, exact + rng.choice([-1.0, 0.0, 1.0], exact.shape))
    around = rng.uniform(-5, 45, (40, 2))
    xy = np.vstack([exact, off, around])
    # one ulp off 0 is below what a position may be
    return xy[((xy == 0) | (np.abs(xy) >= 1e-9)).all(axis=1)]


@given(coverages(), st.integers(0, 2**32 - 1), st.randoms(use_true_random=False))
def test_answers_equal_shapely_whatever_the_order_of_rows(coverage, seed, random):
    rows = list(zip(coverage.ids, coverage.polygons, strict=True))
    random.shuffle(rows)
    ids, polygons = [r[0] for r in rows], [r[1] for r in rows]
    engine = assigner(polygons, ids)
    xy = hard_points(polygons, seed)
    table = engine.assign_many(xy[:, 0], xy[:, 1])
    for place, (x, y) in enumerate(xy):
        answer = engine.record(table, place)
        assert (answer.grid_id, answer.status) == oracle(polygons, ids, x, y)
        assert engine.assign(x, y) == answer


def test_overlapping_grids_are_overlap_with_the_lowest_id():
    engine = assigner([WEST, shapely.box(5, 0, 15, 10)])
    assert engine.assign(7, 5).status is Status.OVERLAP
    assert engine.assign(7, 5).grid_id == "G0"
    assert engine.assign(5, 5).status is Status.OVERLAP  # interior and another's edge
    assert engine.assign(12, 5).status is Status.INSIDE


def test_point_on_shared_edge_goes_to_lowest_id_in_code_order():
    answer = assigner([EAST, WEST], ids=["G10", "G9"]).assign(10, 5)
    assert (answer.grid_id, answer.status) == ("G10", Status.BOUNDARY)
    assert answer.distance_m == 0


def test_outside_is_not_dropped_and_names_the_nearest_grid():
    answer = assigner([WEST, EAST]).assign(25, 5)
    assert answer.status is Status.OUTSIDE
    assert answer.grid_id is None
    assert (answer.reason, answer.distance_m) == ("nearest:G1", 5.0)


def test_tie_outside_goes_to_the_lowest_id():
    assert assigner([WEST, EAST]).assign(10, 13).reason == "nearest:G0"


@pytest.mark.parametrize(
    ("snap_m", "status"), [(4.999, Status.OUTSIDE), (5.0, Status.SNAPPED)]
)
def test_snapping_reaches_exactly_its_distance(snap_m, status):
    answer = assigner([WEST, EAST], snap_m=snap_m).assign(25, 5)
    assert answer.status is status
    assert answer.distance_m == 5.0
    assert answer.grid_id == ("G1" if status is Status.SNAPPED else None)


@pytest.mark.parametrize("place", [(np.nan, 1.0), (1.0, np.inf), (1e10, 1.0)])
def test_unusable_position_is_unlocated_with_a_reason(place):
    answer = assigner([WEST, EAST]).assign(*place)
    assert answer.status is Status.UNLOCATED
    assert answer.reason in ("not_a_number", "out_of_range")


def test_given_reason_makes_unlocated_and_a_flag_does_not():
    codes = [REASONS.index("swapped_axes"), REASONS.index("whole_degrees")]
    engine = assigner([WEST, EAST])
    table = engine.assign_many(
        np.array([5.0, 5.0]), np.array([5.0, 5.0]), reasons=np.array(codes, np.uint8)
    )
    answers = [engine.record(table, place) for place in (0, 1)]
    assert [a.status for a in answers] == [Status.UNLOCATED, Status.INSIDE]
    assert [a.reason for a in answers] == ["swapped_axes", "whole_degrees"]
    assert [a.grid_id for a in answers] == [None, "G0"]


def test_candidates_are_all_grids_within_the_radius():
    answer = assigner([WEST, EAST]).assign(9, 5, candidates_m=2)
    assert answer.candidates == (Candidate("G0", 0.0), Candidate("G1", 1.0))
    assert answer.status is Status.INSIDE
    assert assigner([WEST, EAST]).assign(5, 5, candidates_m=2).candidates == (
        Candidate("G0", 0.0),
    )


def test_candidates_skip_unlocated_positions():
    engine = assigner([WEST, EAST])
    table = engine.assign_many(
        np.array([np.nan, 9.0]), np.array([5.0, 5.0]), candidates_m=2
    )
    assert table.candidate_offsets.tolist() == [0, 0, 2]


def test_chain_community_and_post_come_with_the_grid():
    engine = assigner([WEST, EAST], command=command(G0="M1"))
    answer = engine.assign(5, 5)
    assert answer.chain == ("E", "C")
    assert answer.community_id == "M1"
    assert (answer.accountable_post, answer.accountable_reason) == ("G0-L", "")


def test_vacant_post_is_answered_by_the_circle_above():
    answer = assigner([WEST, EAST], command=command()).assign(15, 5)
    assert (answer.accountable_post, answer.accountable_reason) == (
        "E-L",
        "vacant_post",
    )


def test_nobody_owns_outside_so_the_core_takes_it():
    answer = assigner([WEST, EAST], command=command()).assign(99, 5)
    assert answer.chain == ()
    assert (answer.accountable_post, answer.accountable_reason) == ("C-L", "triage")


@given(coverages(), st.integers(0, 2**32 - 1))
def test_every_event_has_exactly_one_accountable_post(coverage, seed):
    pagoda = build_pagoda(
        [Circle("core", None, 1, "core")], dict.fromkeys(coverage.ids, "core")
    )
    posts = [Post("C-L", "core", "circle_leader", "R1")]
    duties = DutyTable(Roster(pagoda, posts))
    engine = assigner(coverage.polygons, coverage.ids, command=Command(duties))
    xy = hard_points(coverage.polygons, seed)
    table = engine.assign_many(xy[:, 0], xy[:, 1])
    posts_named = {engine.record(table, i).accountable_post for i in range(len(xy))}
    assert posts_named == {"C-L"}


def test_no_events_give_no_answers():
    table = assigner([WEST]).assign_many(np.empty(0), np.empty(0), candidates_m=5)
    assert len(table.rows) == 0
    assert table.candidate_offsets.tolist() == [0]


def test_status_codes_begin_with_the_relations():
    assert [STATUSES[r].upper() for r in Relation] == [r.name for r in Relation]


def on_duty(*duties):
    """The command with duties of the post G0-L: holder, from, until."""
    records = [
        Duty(f"D{n}", "G0-L", holder, start, end, 0)
        for n, (holder, start, end) in enumerate(duties)
    ]
    roster = command().duties.roster
    return Command(DutyTable(roster, records))


def test_hand_over_splits_two_events_at_one_point_between_two_leaders():
    engine = assigner([WEST, EAST], command=on_duty(("A", 0, 1000), ("B", 1000, 2000)))
    holders = [engine.assign(5, 5, at).accountable.holder_id for at in (999, 1000)]
    assert holders == ["A", "B"]
    table = engine.assign_many(
        np.full(2, 5.0), np.full(2, 5.0), at=np.array([999, 1000])
    )
    assert [engine.record(table, i).accountable.holder_id for i in (0, 1)] == holders


def test_gap_in_the_roster_climbs_with_its_reason():
    engine = assigner([WEST, EAST], command=on_duty(("A", 0, 1000)))
    answer = engine.assign(5, 5, at=1500)
    assert (answer.accountable_post, answer.accountable_reason) == (
        "E-L",
        "no_one_on_duty",
    )


def test_changed_duty_is_seen_without_a_new_index_and_the_old_answers_stay():
    before = assigner([WEST, EAST], command=on_duty(("A", 0, 1000)))
    before.assign(5, 5, at=10)
    table = DutyTable(command().duties.roster, [Duty("D0", "G0-L", "Z", 0, 1000, 7)])
    after = before.with_duties(table)
    assert after.assign(5, 5, at=10).accountable.holder_id == "Z"
    assert after.assign(5, 5, at=10).provenance.duty_revision == 7
    assert before.assign(5, 5, at=10).accountable.holder_id == "A"


def test_answer_carries_the_leaders_of_every_level():
    leaders = assigner([WEST, EAST], command=command()).assign(5, 5).leaders
    assert [h.post_id for h in leaders] == ["G0-L", "E-L", "C-L"]


def test_tree_without_posts_says_nothing_about_posts():
    pagoda = command().duties.roster.pagoda
    engine = assigner([WEST, EAST], command=Command(DutyTable(Roster(pagoda, []))))
    answer = engine.assign(5, 5)
    assert answer.chain == ("E", "C")
    assert (answer.accountable, answer.accountable_reason) == (None, "")
