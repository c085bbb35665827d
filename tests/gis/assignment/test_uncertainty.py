"""Probabilities of grids against the normal distribution, Monte Carlo, calibration."""

import math
import os

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gis.assignment import (
    BANDS,
    FAULTS,
    Likelihood,
    Uncertainty,
    decide_tiers,
    record,
    sigma_of,
)
from gis.assignment.shares import UNITS
from gis.errors import SettingError
from gis.geodesy import metres_per_degree
from gis.index import RTreeIndex
from support.makers.strategies import coverages
from support.oracles.normal import normal_below

SOAK = bool(os.environ.get("PAGODA_SOAK"))
R68_PER_SIGMA = math.sqrt(-2 * math.log(0.32))
R95_PER_SIGMA = math.sqrt(-2 * math.log(0.05))


def in_metres(x, y):
    return np.ones((2, len(x)))


def in_degrees(x, y):
    return metres_per_degree(y)


def r68(sigma_m):
    return sigma_m * R68_PER_SIGMA


@pytest.fixture(scope="module")
def town(s_town):
    grids = s_town.grids.sort_values("grid_id")
    return grids["grid_id"].tolist(), list(grids.geometry)


def test_radius_of_68_and_95_per_cent_give_the_sigma_of_the_plane_normal():
    assert sigma_of(np.array([1.5096]), 0.68) == pytest.approx(1.0, abs=1e-4)
    assert sigma_of(np.array([2.4477]), 0.95) == pytest.approx(1.0, abs=1e-4)


def test_straight_border_gives_half_to_each_side():
    west, east = shapely.box(0, 0, 1000, 1000), shapely.box(1000, 0, 2000, 1000)
    likelihood = Uncertainty([west, east], in_metres).at(1000.0, 500.0, 30.0, owner=0)
    assert likelihood == Likelihood(((0, 0.5), (1, 0.5)), 0.0, 0.5, "ambiguous")


def test_corner_of_four_squares_gives_a_quarter_to_each():
    squares = [shapely.box(i, j, i + 500, j + 500) for i in (0, 500) for j in (0, 500)]
    likelihood = Uncertainty(squares, in_metres).at(500.0, 500.0, 30.0, owner=0)
    assert likelihood.probabilities == tuple((row, 0.25) for row in range(4))


def test_accuracy_0_is_a_point():
    west, east = shapely.box(0, 0, 10, 10), shapely.box(10, 0, 20, 10)
    uncertainty = Uncertainty([west, east], in_metres)
    assert uncertainty.at(9.9, 5.0, 0.0, owner=0).probabilities == ((0, 1.0),)
    assert uncertainty.at(10.0, 5.0, 0.0, owner=0).p_owner == 0.5


def test_declared_95_per_cent_radius_is_a_smaller_error():
    west, east = shapely.box(-1e4, -1e4, 0, 1e4), shapely.box(0, -1e4, 1e4, 1e4)
    uncertainty = Uncertainty([west, east], in_metres)
    sure = uncertainty.at(-10.0, 0.0, 20.0, owner=0, confidence=0.95)
    assert sure.p_owner == pytest.approx(
        normal_below(10 * R95_PER_SIGMA / 20), abs=1e-4
    )
    assert uncertainty.at(-10.0, 0.0, 20.0, owner=0).p_owner < sure.p_owner


@given(coverages(), st.integers(0, 2**32 - 1), st.floats(0.2, 25))
def test_probabilities_agree_with_monte_carlo(coverage, seed, sigma):
    rng = np.random.default_rng(seed)
    x, y = rng.uniform(-8, 48, 2)
    uncertainty = Uncertainty(coverage.polygons, in_metres)
    sigma = min(sigma, 0.999 * uncertainty.extent_m / R68_PER_SIGMA)
    index = RTreeIndex.build(coverage.ids, coverage.polygons)
    drawn = index.locate_many(*(np.array([[x], [y]]) + rng.normal(0, sigma, (2, 8000))))
    likelihood = uncertainty.at(x, y, r68(sigma), owner=-1)
    given_p = dict(likelihood.probabilities) | {-1: likelihood.p_outside}
    for row in range(-1, len(coverage.ids)):
        # five standard errors of 8,000 draws, and a unit of rounding
        error = 5 * math.sqrt(0.25 / 8000) + 1e-4
        assert given_p.get(row, 0.0) == pytest.approx((drawn == row).mean(), abs=error)


@given(coverages(), st.integers(0, 2**32 - 1), st.floats(0.0, 30))
def test_probabilities_are_whole_units_that_sum_to_one(coverage, seed, accuracy_m):
    x, y = np.random.default_rng(seed).uniform(-30, 70, (2, 20))
    uncertainty = Uncertainty(coverage.polygons, in_metres)
    accuracy = np.full(20, min(accuracy_m, uncertainty.extent_m))
    owners = np.full(20, -1, np.int32)
    table = uncertainty.at_many(x, y, accuracy, owners)
    for i in range(20):
        answer = record(table, i)
        units = [p * UNITS for _, p in answer.probabilities] + [
            answer.p_outside * UNITS
        ]
        np.testing.assert_allclose(units, np.round(units), atol=1e-9)
        assert round(sum(units)) == UNITS
        assert answer.p_owner == answer.p_outside


def test_hole_belongs_to_what_fills_it():
    core = shapely.box(40, 40, 60, 60)
    ring = shapely.difference(shapely.box(0, 0, 100, 100), core)
    likelihood = Uncertainty([core, ring], in_metres).at(50.0, 50.0, r68(10), owner=0)
    inside = math.erf(1 / math.sqrt(2)) ** 2
    assert dict(likelihood.probabilities)[0] == pytest.approx(inside, abs=1e-4)
    assert dict(likelihood.probabilities)[1] == pytest.approx(1 - inside, abs=1e-4)


def test_unfilled_hole_is_outside():
    core = shapely.box(40, 40, 60, 60)
    ring = shapely.difference(shapely.box(0, 0, 100, 100), core)
    answer = Uncertainty([ring], in_metres).at(50.0, 50.0, r68(10), owner=-1)
    assert answer.p_outside == pytest.approx(math.erf(1 / math.sqrt(2)) ** 2, abs=1e-4)


def test_parts_of_one_grid_count_together():
    parts = shapely.MultiPolygon(
        [shapely.box(-90, -90, -10, 90), shapely.box(10, -90, 90, 90)]
    )
    between = shapely.box(-10, -90, 10, 90)
    answer = Uncertainty([parts, between], in_metres).at(0.0, 0.0, r68(10), owner=1)
    assert answer.p_owner == pytest.approx(math.erf(1 / math.sqrt(2)), abs=1e-4)
    assert dict(answer.probabilities)[0] == pytest.approx(1 - answer.p_owner, abs=1e-4)


def test_common_ground_of_overlapping_grids_counts_for_the_lowest_row():
    first, second = shapely.box(0, 0, 60, 100), shapely.box(40, 0, 100, 100)
    answer = Uncertainty([first, second], in_metres).at(50.0, 50.0, 5.0, owner=0)
    assert answer.p_owner == pytest.approx(
        normal_below(10 * R68_PER_SIGMA / 5), abs=1e-4
    )
    assert sum(p for _, p in answer.probabilities) + answer.p_outside == 1.0


@pytest.mark.parametrize("is_small_first", [True, False])
def test_grid_on_top_of_another_counts_for_the_lowest_row(is_small_first):
    small, large = shapely.box(40, 40, 60, 60), shapely.box(0, 0, 100, 100)
    grids = [small, large] if is_small_first else [large, small]
    answer = Uncertainty(grids, in_metres).at(50.0, 50.0, 5.0, owner=0)
    assert answer.probabilities[0][0] == 0
    assert sum(p for _, p in answer.probabilities) + answer.p_outside == 1.0
    assert (len(answer.probabilities) == 2) == is_small_first


def test_crossed_outline_counts_the_ground_that_it_holds():
    bow = shapely.Polygon([(0, 0), (20, 20), (20, 0), (0, 20)])
    answer = Uncertainty([bow], in_metres).at(15.0, 10.0, 0.1, owner=0)
    assert answer.p_owner == 1.0


def test_far_point_is_outside():
    square = shapely.box(0, 0, 100, 100)
    answer = Uncertainty([square], in_metres).at(5000.0, 0.0, 20.0, owner=-1)
    assert answer == Likelihood((), 1.0, 1.0, "sure")


def test_equal_metres_north_and_east_of_a_border_are_equally_probable(town):
    square = shapely.box(120.08, 30.32, 120.09, 30.33)
    uncertainty = Uncertainty([square], in_degrees)
    per_lon, per_lat = metres_per_degree(np.array([30.325]))[:, 0]
    east = uncertainty.at(120.09 + 10 / per_lon, 30.325, 20.0, owner=0)
    north = uncertainty.at(120.085, 30.33 + 10 / per_lat, 20.0, owner=0)
    assert east.p_owner == pytest.approx(north.p_owner, abs=2e-4)


@pytest.mark.parametrize(
    ("distance_m", "band"), [(17.0, "sure"), (16.0, "likely"), (5.0, "ambiguous")]
)
def test_band_follows_the_probability_of_the_owner(distance_m, band):
    west, east = shapely.box(-500, -500, 0, 500), shapely.box(0, -500, 500, 500)
    uncertainty = Uncertainty([west, east], in_metres)
    assert uncertainty.at(-distance_m, 0.0, r68(10), owner=0).band == band


@pytest.mark.parametrize("accuracy_m", [-1.0, math.nan, math.inf, 1e5])
def test_accuracy_that_cannot_be_is_refused_in_one_sentence(accuracy_m):
    uncertainty = Uncertainty([shapely.box(0, 0, 100, 100)], in_metres)
    with pytest.raises(SettingError, match=r"Accuracy .* m cannot be used; give .*\.$"):
        uncertainty.at(50.0, 50.0, accuracy_m, owner=0)


def test_position_that_cannot_be_located_is_refused():
    uncertainty = Uncertainty([shapely.box(0, 0, 100, 100)], in_metres)
    with pytest.raises(SettingError, match="cannot be located"):
        uncertainty.at(math.nan, 50.0, 10.0, owner=-1)


def test_unknown_confidence_is_refused():
    uncertainty = Uncertainty([shapely.box(0, 0, 100, 100)], in_metres)
    with pytest.raises(SettingError, match=r"Confidence 0\.5 "):
        uncertainty.at(50.0, 50.0, 10.0, owner=0, confidence=0.5)


def test_bulk_names_the_fault_of_a_row_and_answers_the_others():
    uncertainty = Uncertainty([shapely.box(0, 0, 100, 100)], in_metres)
    table = uncertainty.at_many(
        np.array([50.0, np.nan, 50.0, 50.0, 50.0, 50.0]),
        np.full(6, 50.0),
        np.array([5.0, 5.0, np.nan, -5.0, 500.0, np.inf]),
        np.zeros(6, np.int32),
    )
    assert [FAULTS[code] for code in table.faults] == [
        "",
        "unusable_position",
        "accuracy_missing",
        "accuracy_negative",
        "accuracy_larger_than_town",
        "accuracy_larger_than_town",
    ]
    assert [BANDS[code] for code in table.bands] == ["sure", "", "", "", "", ""]
    assert table.offsets.tolist() == [0, 1, 1, 1, 1, 1, 1]
    assert np.isnan(table.p_owner[1:]).all()
    assert np.isnan(table.p_outside[1:]).all()


def test_no_positions_give_an_empty_table():
    uncertainty = Uncertainty([shapely.box(0, 0, 100, 100)], in_metres)
    table = uncertainty.at_many(*np.empty((3, 0)), np.empty(0, np.int32))
    assert table.offsets.tolist() == [0]
    assert len(table.p_owner) == 0


def test_bulk_equals_one_by_one(town):
    ids, polygons = town
    uncertainty = Uncertainty(polygons, in_degrees)
    rng = np.random.default_rng(5)
    x, y = rng.uniform(120.04, 120.12, 300), rng.uniform(30.30, 30.36, 300)
    accuracy = rng.uniform(0, 400, 300)
    owners = RTreeIndex.build(ids, polygons).locate_many(x, y)
    table = uncertainty.at_many(x, y, accuracy, owners)
    for i in range(300):
        one = uncertainty.at(x[i], y[i], accuracy[i], int(owners[i]))
        assert record(table, i) == one


CHAINS = np.array([[2, 1, 0], [2, 1, 0], [3, 1, 0]], dtype=np.int32)


@pytest.mark.parametrize(
    ("probabilities", "expected", "decided"),
    [
        ([(0, 0.96), (1, 0.04)], (0.96, 1.0, 1.0, 1.0), 0),
        ([(0, 0.5), (1, 0.5)], (0.5, 1.0, 1.0, 1.0), 1),
        ([(2, 0.6), (0, 0.4)], (0.4, 0.4, 1.0, 1.0), 2),
        ([(0, 0.5)], (0.5, 0.5, 0.5, 0.5), None),
        ([(1, 1.0)], (0.0, 1.0, 1.0, 1.0), 1),
    ],
    ids=["grid", "circle_above", "circle_two_above", "edge_of_town", "owner_has_none"],
)
def test_doubt_is_decided_at_the_lowest_sure_tier(probabilities, expected, decided):
    decision = decide_tiers(probabilities, 0, CHAINS)
    assert decision.probabilities == expected
    assert decision.decided == decided


def test_without_an_owner_no_tier_is_decided():
    decision = decide_tiers([(0, 0.3)], -1, CHAINS)
    assert (decision.probabilities, decision.decided) == ((), None)


def test_four_of_five_answers_that_say_eighty_per_cent_are_right(town):
    ids, polygons = town
    uncertainty, index = (
        Uncertainty(polygons, in_degrees),
        RTreeIndex.build(ids, polygons),
    )
    rng = np.random.default_rng(80)
    count = 1_500_000 if SOAK else 150_000
    low, high = np.array([120.03, 30.29]), np.array([120.13, 30.37])
    true = rng.uniform(low, high, (count, 2))
    accuracy = rng.uniform(15.0, 90.0, count)
    sigma = accuracy / R68_PER_SIGMA / metres_per_degree(true[:, 1])
    seen = true + rng.normal(0.0, 1.0, (count, 2)) * sigma.T
    owners = index.locate_many(*seen.T)
    table = uncertainty.at_many(*seen.T, accuracy, owners)
    says = np.flatnonzero((table.p_owner > 0.75) & (table.p_owner < 0.85))
    right = index.locate_many(*true[says].T) == owners[says]
    standard_error = 0.4 / math.sqrt(len(says))
    assert standard_error < (0.002 if SOAK else 0.006)
    expected = table.p_owner[says].mean()
    assert right.mean() == pytest.approx(expected, abs=0.01)
