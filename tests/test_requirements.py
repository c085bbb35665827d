"""Rows of the requirements, each by its own check; the row number is in the name."""

import socket

import numpy as np
import pandas as pd
import pytest
import shapely

from gis.coverage import certify
from gis.crs import parse_datum
from gis.geometry import area_m2
from gis.models import RiskLevel, Status
from gis.positions import Positions
from gis.synthetic import make_s_town
from layers.answers import answer_columns
from layers.event_load import Days, count_events, measure_event_load
from layers.territory import town_territory


@pytest.fixture(scope="module")
def town():
    return make_s_town()


@pytest.fixture(scope="module")
def territory(town):
    return town_territory(town)


@pytest.fixture(scope="module")
def answers(town, territory):
    assigner = territory.assigner()
    events = town.events
    reported = Positions(
        events["lon"].to_numpy(),
        events["lat"].to_numpy(),
        events["lon"].isna().to_numpy().astype(np.uint8),
    )
    ready = territory.bring(reported, parse_datum("wgs84"))
    table = assigner.assign_many(ready.x, ready.y, reasons=ready.reasons)
    return answer_columns(assigner, table).to_pandas()


def test_row_2_01_town_of_38_km2_with_its_enterprises_and_sites(town):
    grids = town.grids
    total = area_m2(grids.geometry.to_numpy(), grids.crs).sum()
    assert total == pytest.approx(38e6, rel=0.01)
    outline = shapely.coverage_union_all(grids.geometry.to_numpy())
    assert area_m2([outline], grids.crs)[0] == pytest.approx(total, rel=1e-6)
    assert len(grids) == 125
    assert len(town.enterprises) == 20_000
    assert (town.enterprises["scene"] == "construction_site").sum() == 100


def test_row_2_09_every_event_in_a_grid_returns_its_chain_of_five(
    town, territory, answers
):
    counts = [len(territory.pagoda.of_tier(tier)) for tier in (1, 2, 3, 4)]
    assert counts == [1, 6, 12, 30]
    owned = answers[answers["grid_id"].notna()]
    chain = owned[["grid_id", "tier4_id", "tier3_id", "tier2_id", "tier1_id"]]
    assert chain.notna().all().all()
    per_grid = chain.drop_duplicates()
    assert len(per_grid) == per_grid["grid_id"].nunique()


def test_row_2_22_levels_of_all_areas_sum_to_125_and_are_repeatable(territory, answers):
    counts = count_events(territory, answers["grid_id"])
    days = Days(pd.Timestamp("2026-09-01").date(), pd.Timestamp("2026-09-30").date())
    first = measure_event_load(territory, counts, days)
    again = measure_event_load(territory, counts, days)
    assert first.grids["level"].isin([int(level) for level in RiskLevel]).sum() == 125
    np.testing.assert_array_equal(first.grids["score"], again.grids["score"])
    assert list(RiskLevel) == sorted(RiskLevel)
    assert RiskLevel.RED > RiskLevel.ORANGE > RiskLevel.YELLOW > RiskLevel.BLUE


def test_row_1_18_gap_area_is_0_and_the_certificate_carries_the_digest(town):
    grids = town.grids
    certificate = certify(grids["grid_id"], grids.geometry, grids.crs)
    assert certificate.is_clean
    assert len(certificate.digest) == 64
    holed = grids.drop(index=60)
    faults = certify(holed["grid_id"], holed.geometry, holed.crs).faults
    assert sum(f.area_m2 for f in faults) > 1e5


def test_row_3_08_every_row_is_answered_or_counted_under_a_named_reason(town, answers):
    assert len(answers) == len(town.events)
    assert answers["status"].notna().all()
    without = answers[answers["grid_id"].isna()]
    assert without["reason"].notna().all()


def test_row_3_28_runs_with_no_network(monkeypatch, territory, town):
    def refuse(*_args, **_kwargs):
        raise OSError("no network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert territory.assigner().assign(120.08, 30.33).status is Status.INSIDE


def test_row_3_30_point_5_m_outside_names_the_nearest_grid_and_distance(
    town, territory
):
    outline = shapely.coverage_union_all(town.grids.geometry.to_numpy())
    east = shapely.get_coordinates(outline)
    x, y = east[east[:, 0].argmax()]
    answer = territory.assigner().assign(x + 5 / 96_100, y)
    assert answer.status is Status.OUTSIDE
    assert answer.reason.startswith("nearest:330199101")
    assert answer.distance_m == pytest.approx(5, abs=0.5)
    assert answer.accountable_reason == "triage"
