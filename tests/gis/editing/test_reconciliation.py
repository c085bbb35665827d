"""Grids that came back, made one coverage again or refused."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from shapely import MultiPolygon, box

from gis.coverage import certify
from gis.editing.reconciliation import Passage, reconcile
from gis.editing.returned import match_grids
from gis.errors import SettingError
from gis.geometry import area_m2, round_coordinates
from layers.files import join_parts, read_grids
from support.makers.returned_grids import (
    CRS,
    edited_coverages,
    moved,
    redigitised,
    redrawn_coverages,
)

WEST, EAST = box(120.0, 30.0, 120.01, 30.01), box(120.01, 30.0, 120.02, 30.01)
BASE = {"A": WEST, "B": EAST}
METRE = 1 / 96_487.0
"""Degrees of longitude there."""


def healed(base, rows, **options):
    return reconcile(match_grids(base, rows), CRS, is_healed=True, **options)


def parts(polygons):
    return {grid: len(shapely.get_parts(shape)) for grid, shape in polygons.items()}


@given(redrawn_coverages())
def test_what_is_healed_is_the_ground_of_the_base_in_no_more_pieces(drawn):
    base, rows = drawn
    outcome = healed(base, rows)
    assert bool(outcome.conflicts) != bool(outcome.polygons)
    if outcome.conflicts:
        return
    polygons = outcome.polygons
    assert certify(list(polygons), list(polygons.values()), CRS).is_clean
    town, again = (shapely.union_all(list(g.values())) for g in (base, polygons))
    assert shapely.symmetric_difference(town, again).area < 1e-9
    most = parts(base)
    assert all(count <= most[grid] for grid, count in parts(polygons).items())
    before, after = (area_m2(list(g.values()), CRS) for g in (base, polygons))
    assert after.sum() == pytest.approx(before.sum(), rel=1e-6)
    assert all(polygons[grid] is base[grid] for grid in outcome.unchanged)
    assert {*outcome.unchanged, *outcome.noded, *outcome.changed} == {*base}


@given(edited_coverages())
def test_splits_and_mergers_with_noise_are_a_coverage_or_refused(drawn):
    base, rows = drawn
    outcome = healed(base, rows)
    assert bool(outcome.conflicts) != bool(outcome.polygons)
    polygons = outcome.polygons
    if not polygons:
        return
    assert certify(list(polygons), list(polygons.values()), CRS).is_clean
    town, again = (shapely.union_all(list(g.values())) for g in (base, polygons))
    assert shapely.symmetric_difference(town, again).area < 1e-9
    assert set(parts(polygons).values()) == {1}
    assert {*polygons} == {*outcome.returned.polygons}
    shares = {merger.grid: merger.into for merger in outcome.mergers}
    assert {*shares} == {*outcome.returned.lacking}
    for into in shares.values():
        assert sum(share for _, share in into) == pytest.approx(1.0, abs=0.05)


@given(redrawn_coverages())
def test_healing_what_is_healed_changes_nothing(drawn):
    base, rows = drawn
    outcome = healed(base, rows)
    if not outcome.polygons:
        return
    again = reconcile(match_grids(base, outcome.polygons.items()), CRS, is_healed=False)
    assert again.disputes == ()
    assert again.conflicts == ()
    assert all(
        shapely.normalize(again.polygons[g]) == shapely.normalize(outcome.polygons[g])
        for g in base
    )


@given(redrawn_coverages())
def test_ground_that_changes_hands_is_what_grids_gain_and_lose(drawn):
    base, rows = drawn
    outcome = healed(base, rows)
    if not outcome.polygons:
        return
    gains = dict.fromkeys(base, 0.0)
    for passage in outcome.passages:
        gains[passage.target] += passage.area_m2
        gains[passage.source] -= passage.area_m2
    before, after = (
        dict(zip(g, area_m2(list(g.values()), CRS), strict=True))
        for g in (base, outcome.polygons)
    )
    for grid, gain in gains.items():
        assert gain == pytest.approx(after[grid] - before[grid], abs=1.0)


@pytest.mark.parametrize("seed", [0, 1, 4])
def test_twelve_grids_of_s_town_drawn_anew_are_healed(s_town, seed):
    grids = s_town.grids
    base = dict(zip(grids["grid_id"], grids.geometry, strict=True))
    rows = redigitised(base, 12, 0.4, seed)
    match = match_grids(base, rows)
    assert len(match.changed) == 12
    before = reconcile(match, CRS, is_healed=False)
    assert 250 < sum(pair.count for pair in before.disputes) < 350
    assert before.polygons == {}
    assert {conflict.remedy for conflict in before.conflicts} == {"heal it with --heal"}
    after = reconcile(match, CRS, is_healed=True)
    assert after.disputes == before.disputes
    polygons = after.polygons
    certificate = certify(list(polygons), list(polygons.values()), CRS)
    assert certificate.is_clean
    assert certificate.notes == ()
    assert len(after.changed) <= 12
    assert len(after.unchanged) >= 113 - len(after.noded)


@pytest.mark.parametrize(
    ("name", "key", "count"), [("beats", "beat_num", 275), ("wards_2015", "ward", 50)]
)
def test_grids_of_chicago_come_back(real_data, name, key, count):
    """Beat 3100 is in three pieces; wards lie around the ground of others."""
    grids = join_parts(read_grids(real_data / "chicago" / f"{name}.geojson", key))
    shapes = round_coordinates(grids.geometry.to_numpy())
    base = dict(zip(grids["grid_id"], shapes, strict=True))
    near = [(grid, moved(shape, 0.009, 1)) for grid, shape in base.items()]
    assert len(match_grids(base, near).unchanged) == count
    exploded = [(g, part) for g, s in base.items() for part in shapely.get_parts(s)]
    assert len(exploded) > count
    assert len(match_grids(base, exploded).unchanged) == count
    chosen = sorted(base)[::25]
    rows = [(g, moved(s, 0.5, 3) if g in chosen else s) for g, s in base.items()]
    rows = [(g, s if s.is_valid else base[g]) for g, s in rows]
    outcome = healed(base, rows)
    assert outcome.conflicts == ()
    assert outcome.disputes
    assert parts(outcome.polygons) == parts(base)
    shapes_after = list(outcome.polygons.values())
    before, after = (
        [f.kind for f in certify(list(base), polygons, CRS).faults]
        for polygons in (list(base.values()), shapes_after)
    )
    assert before == after


def test_a_border_moved_for_both_grids_is_no_dispute():
    x = 120.01 + 30 * METRE
    rows = [("A", box(120.0, 30.0, x, 30.01)), ("B", box(x, 30.0, 120.02, 30.01))]
    outcome = reconcile(match_grids(BASE, rows), CRS, is_healed=False)
    assert (outcome.disputes, outcome.conflicts) == ((), ())
    assert outcome.changed == ("A", "B")
    [passage] = outcome.passages
    assert passage[:2] == ("B", "A")
    assert passage.area_m2 == pytest.approx(30 * 1108.5, rel=0.01)


@pytest.mark.parametrize(("metres", "is_refused"), [(0.9, False), (1.2, True)])
def test_a_gap_is_healed_below_the_noise_and_refused_above(metres, is_refused):
    drawn = box(120.01 + metres * METRE, 30.0, 120.02, 30.01)
    outcome = healed(BASE, [("A", WEST), ("B", drawn)])
    if not is_refused:
        assert outcome.unchanged == ("A", "B")
        return
    [conflict] = outcome.conflicts
    assert (conflict.kind, conflict.grids) == ("gap", ("A", "B"))
    assert conflict.width_m == pytest.approx(1.2, rel=0.01)
    assert 120.01 < conflict.lon < 120.011
    assert outcome.polygons == {}
    assert healed(BASE, [("A", WEST), ("B", drawn)], noise_m=2.0).unchanged == (
        "A",
        "B",
    )


def test_an_overlap_goes_back_to_who_had_it():
    drawn = box(120.01 - 0.5 * METRE, 30.0, 120.02, 30.01)
    outcome = healed(BASE, [("A", WEST), ("B", drawn)])
    assert [pair.kind for pair in outcome.disputes] == ["overlap"]
    assert outcome.unchanged == ("A", "B")


def test_ground_outside_the_base_is_cut_off_or_refused():
    near, far = (box(120.01, 30.0, 120.02 + m * METRE, 30.01) for m in (0.5, 5.0))
    assert healed(BASE, [("A", WEST), ("B", near)]).unchanged == ("A", "B")
    [conflict] = healed(BASE, [("A", WEST), ("B", far)]).conflicts
    assert (conflict.kind, conflict.grids) == ("beyond", ("B",))


def test_a_split_puts_its_corners_into_the_grid_beside_it():
    south, north = box(120.01, 30.0, 120.02, 30.004), box(120.01, 30.004, 120.02, 30.01)
    rows = [("A", WEST), ("B", south), ("B", north)]
    outcome = reconcile(match_grids(BASE, rows), CRS, is_healed=False)
    assert outcome.conflicts == ()
    assert (outcome.noded, outcome.unchanged) == (("A",), ())
    assert [120.01, 30.004] in shapely.get_coordinates(outcome.polygons["A"]).tolist()
    assert outcome.polygons["B/2"].equals(south)
    [passage] = outcome.passages
    assert passage[:2] == ("B", "B/2")


def test_what_two_halves_left_goes_to_the_half_beside_it():
    y = 30.004 + 0.5 / 110_850
    rows = [
        ("A", WEST),
        ("B", box(120.01, 30.0, 120.02, 30.004)),
        ("B", box(120.01, y, 120.02 - 0.5 * METRE, 30.01)),
    ]
    outcome = healed(BASE, rows)
    assert outcome.conflicts == ()
    union = shapely.union(outcome.polygons["B"], outcome.polygons["B/2"])
    assert shapely.symmetric_difference(union, EAST).area < 1e-12
    assert parts(outcome.polygons) == {"A": 1, "B": 1, "B/2": 1}


def test_a_grid_that_others_have_is_a_merger():
    rows = [
        ("A", box(120.0, 30.0, 120.013, 30.01)),
        ("C", box(120.013, 30, 120.02, 30.01)),
    ]
    outcome = reconcile(match_grids(BASE, rows), CRS, is_healed=False)
    [merger] = outcome.mergers
    assert merger.grid == "B"
    assert [key for key, _ in merger.into] == ["C", "A"]
    assert [share for _, share in merger.into] == pytest.approx([0.7, 0.3], abs=1e-6)
    assert outcome.conflicts == ()
    assert {*outcome.polygons} == {"A", "C"}


def test_noise_beside_a_merged_grid_goes_to_who_got_it():
    rows = [("A", box(120.0, 30.0, 120.02 - 0.5 * METRE, 30.01))]
    outcome = healed(BASE, rows)
    assert outcome.conflicts == ()
    assert (
        shapely.symmetric_difference(
            outcome.polygons["A"], shapely.union(WEST, EAST)
        ).area
        < 1e-12
    )


def test_a_grid_that_nobody_has_is_lost():
    outcome = healed(BASE, [("A", WEST)])
    [conflict] = outcome.conflicts
    assert (conflict.kind, conflict.grids) == ("lost", ("B",))
    assert "put it back" in conflict.to_text()
    assert outcome.mergers == ()


def test_a_grid_in_pieces_is_refused_with_the_piece():
    strip = box(120.004, 30.0, 120.006, 30.01)
    pieces = WEST.difference(strip)
    rows = [("A", pieces), ("B", EAST), ("C", strip)]
    [conflict] = healed(BASE, rows).conflicts
    assert (conflict.kind, conflict.grids) == ("pieces", ("A",))
    two = {"A": MultiPolygon(shapely.get_parts(pieces).tolist()), "C": strip}
    assert healed(two, [("A", pieces), ("C", strip)]).conflicts == ()


def test_crumbs_that_hang_nowhere_are_given_away():
    """B draws itself a tooth in A where A drew the border a little too far back."""
    tooth = box(120.0099, 30.004, 120.00995, 30.005)
    rows = [
        ("A", WEST.difference(tooth)),
        ("B", MultiPolygon([EAST, box(120.0099, 30.004, 120.0099 + 5e-6, 30.005)])),
    ]
    outcome = reconcile(match_grids(BASE, rows), CRS, is_healed=True, noise_m=6.0)
    assert outcome.conflicts == ()
    assert parts(outcome.polygons) == {"A": 1, "B": 1}


def test_a_grid_of_noise_alone_is_refused():
    thin = box(120.01, 30.0, 120.01 + 0.5 * METRE, 30.01)
    outcome = healed(BASE, [("A", WEST), ("B", EAST), ("C", thin)])
    assert [(c.kind, c.grids) for c in outcome.conflicts] == [("nothing left", ("C",))]


def test_passages_are_by_grid():
    x = 120.01 + 10 * METRE
    rows = [("A", box(120.0, 30.0, x, 30.01)), ("B", box(x, 30.0, 120.02, 30.01))]
    [passage] = healed(BASE, rows).passages
    assert isinstance(passage, Passage)


@pytest.mark.parametrize("noise_m", [-1.0, np.nan, np.inf])
def test_a_width_that_is_none_is_refused(noise_m):
    match = match_grids(BASE, [("A", WEST), ("B", EAST)])
    with pytest.raises(SettingError, match="width of noise"):
        reconcile(match, CRS, is_healed=True, noise_m=noise_m)
