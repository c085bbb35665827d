"""Synthetic events have the dirt of real feeds, each kind where it should lie."""

import numpy as np
import pandas as pd
import pytest
import shapely

from gis.synthetic.events import CATEGORIES, CHANNELS, HOURS, Month, make_events
from gis.synthetic.places import make_hotspots
from support.makers.square_grids import square_grids

MONTH = Month("2026-09-01", 30, 4000)


@pytest.fixture(scope="module")
def grids():
    return square_grids()


def events_of(grids, seed):
    hotspots = make_hotspots(grids.geometry.to_numpy(), 5, np.random.default_rng(9))
    return make_events(grids, hotspots, MONTH, np.random.default_rng(seed))


@pytest.fixture(scope="module")
def events(grids):
    return events_of(grids, 1)


@pytest.fixture(scope="module")
def located(grids, events):
    """Events with a position that is not swapped, and how many grids hold each."""
    rows = events[events["lon"].notna() & ~(events["lat"] > 100)]
    points = shapely.points(rows[["lon", "lat"]].to_numpy())
    holding = shapely.intersects(grids.geometry.to_numpy()[:, None], points)
    return points, holding.sum(axis=0)


def test_ids_are_numbered_in_order_of_time(events):
    assert events["event_id"].tolist() == [f"S{n:06d}" for n in range(1, 4001)]
    times = pd.to_datetime(events["occurred_at"])
    assert times.is_monotonic_increasing
    assert (times.min().date(), times.max().date()) == (
        pd.Timestamp("2026-09-01").date(),
        pd.Timestamp("2026-09-30").date(),
    )


def test_events_follow_the_load_of_the_hours(events):
    hours = pd.to_datetime(events["occurred_at"]).dt.hour
    counts = np.bincount(hours, minlength=24)
    shares = counts / len(events)
    np.testing.assert_allclose(shares, np.array(HOURS) / sum(HOURS), atol=0.015)


def test_event_on_a_border_lies_on_a_vertex_to_the_bit(grids, located):
    points, count = located
    vertices = {(*xy,) for xy in shapely.get_coordinates(grids.geometry).tolist()}
    on_border = {(*xy,) for xy in shapely.get_coordinates(points[count > 1]).tolist()}
    assert on_border
    assert on_border <= vertices


def test_event_outside_lies_within_600_m_of_the_town(grids, located):
    points, count = located
    away = shapely.distance(points[count == 0], grids.geometry.union_all())
    assert 20 < len(away) < 100
    assert away.max() <= 0.006
    assert away.min() > 0


def test_event_without_a_position_has_the_community_and_no_other_has(grids, events):
    is_placed = events["lon"].notna()
    assert 20 < (~is_placed).sum() < 90
    assert (events["lat"].notna() == is_placed).all()
    assert set(events.loc[~is_placed, "community_id"]) <= set(grids["community_id"])
    assert set(events.loc[is_placed, "community_id"]) == {""}


def test_swapped_event_lies_in_the_town_once_it_is_swapped_back(grids, events):
    swapped = events[events["lat"] > 100]
    assert len(swapped) > 0
    points = shapely.points(swapped[["lat", "lon"]].to_numpy())
    assert shapely.contains(grids.geometry.union_all(), points).all()


def test_category_is_of_its_module_and_accuracy_of_its_channel(events):
    for category, module in zip(events["category"], events["module"], strict=True):
        assert category in CATEGORIES[module]
    accuracies = events["channel"].map({name: m for name, (_, m) in CHANNELS.items()})
    assert (events["accuracy_m"] == accuracies).all()
    assert set(events["severity"]) == {1, 2, 3, 4}


def test_disputes_are_two_in_a_thousand_and_other_categories_share_alike(grids):
    month = Month("2026-09-01", 30, 60_000)
    hotspots = make_hotspots(grids.geometry.to_numpy(), 5, np.random.default_rng(9))
    events = make_events(grids, hotspots, month, np.random.default_rng(3))
    assert (events["category"] == "dispute").mean() == pytest.approx(0.002, abs=6e-4)
    for name in ("fire_hazard", "theft", "electrical_hazard"):
        share = (events["category"] == name).mean()
        assert share == pytest.approx((0.22 - 0.002) / 3, abs=5e-3)


def test_same_chance_gives_the_same_events(grids, events):
    pd.testing.assert_frame_equal(events_of(grids, 1), events)
    assert not events_of(grids, 2).equals(events)
