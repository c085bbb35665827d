"""Answers are columns behind the events, in one order, to the millimetre."""

from dataclasses import replace

import geopandas
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from gis.assignment import (
    REASONS,
    Jurisdiction,
    Jurisdictions,
    Positions,
    Request,
    answer_many,
)
from gis.crs import parse_datum
from gis.errors import CrsError
from gis.roster import TRIAGE
from gis.synthetic import make_s_town
from layers.assignment import answer_columns, assign_frame, coded_columns
from layers.territory import Territory, make_territory, town_territory
from support.makers import broken_files as broken
from support.makers.strategies import Coverage, coverages

NAMES = ["grid_id", "status", "reason", "distance_m", "candidates", "band"]
LAST = ["community_id", "accountable_post"]
METRIC = parse_datum("EPSG:4549")


def squares(**columns: object) -> geopandas.GeoDataFrame:
    """The three squares of `broken_files` as a layer of grids."""
    frame = broken.grids_frame()[["code", "geometry"]]
    return frame.rename(columns={"code": "grid_id"}).assign(**columns)


@pytest.fixture
def territory() -> Territory:
    """Three squares under one circle, one of them with a leader."""
    circles = pd.DataFrame({"circle_id": ["C"], "parent_id": [None], "tier": [1]})
    posts = pd.DataFrame(
        {
            "post_id": ["P", "P1"],
            "area_id": ["C", "G1"],
            "role": ["circle_leader", "grid_leader"],
            "holder_id": ["L", "L1"],
        }
    )
    grids = squares(parent_id="C", community_id=["V1", None, None])
    return make_territory(grids, circles, posts)


def events(
    *places: tuple[float, float] | None, **columns: object
) -> geopandas.GeoDataFrame:
    """Events at places in degrees; None is no point."""
    points = [None if place is None else shapely.Point(place) for place in places]
    data = {"id": range(len(places)), **columns}
    return geopandas.GeoDataFrame(data, geometry=points, crs="EPSG:4490")


def test_columns_stand_in_one_order(territory: Territory) -> None:
    answers = assign_frame(territory, events((120.05, 30.05)))
    assert list(answers.columns) == ["id", "geometry", *NAMES, "tier1_id", *LAST]


def test_without_a_tree_there_is_no_tier() -> None:
    answers = assign_frame(make_territory(squares()), events((120.05, 30.05)))
    assert list(answers.columns) == ["id", "geometry", *NAMES, *LAST]
    assert answers["accountable_post"].isna().all()


def test_owner_chain_and_post_of_every_status(territory: Territory) -> None:
    frame = events((120.05, 30.05), (120.15, 30.05), (120.05, 29.9), None)
    answers = assign_frame(territory, frame)
    expected = {
        "grid_id": ["G1", "G2", None, None],
        "status": ["inside", "inside", "outside", "unlocated"],
        "reason": [None, "vacant_post", "nearest:G1", "missing"],
        "tier1_id": ["C", "C", None, None],
        "community_id": ["V1", None, None, None],
        "accountable_post": ["P1", "P", "P", "P"],
    }
    for name, values in expected.items():
        column = answers[name].astype(object)
        assert column.where(column.notna(), None).tolist() == values, name


def test_reasons_of_one_event_are_joined(territory: Territory) -> None:
    answers = assign_frame(territory, events((121.0, 31.0), (120.15, 30.05)))
    assert answers["reason"].tolist() == ["whole_degrees;nearest:G3", "vacant_post"]


def test_distances_and_candidates_are_to_the_millimetre(territory: Territory) -> None:
    answers = assign_frame(territory, events((120.05, 29.999)), candidates_m=200)
    metres = answers["distance_m"].item()
    assert metres == round(metres, 3)
    assert answers["candidates"].item() == f"G1:{metres:.3f}"


def test_index_order_and_rows_of_the_frame_stay(territory: Territory) -> None:
    frame = events((120.15, 30.05), None, (120.05, 30.05)).set_index(
        pd.Index(["c", "a", "a"], name="key")
    )
    answers = assign_frame(territory, frame)
    assert answers.index.tolist() == ["c", "a", "a"]
    assert answers.index.name == "key"
    assert answers["id"].tolist() == [0, 1, 2]
    pd.testing.assert_frame_equal(answers[["id", "geometry"]], frame)


def test_a_column_of_our_name_stays(territory: Territory) -> None:
    answers = assign_frame(territory, events((120.05, 30.05), status=["open"]))
    assert answers["status"].tolist() == ["open"]
    assert answers["pagoda_status"].tolist() == ["inside"]
    again = assign_frame(territory, answers)
    assert again["pagoda_status"].tolist() == ["inside"]
    assert again["pagoda_status_2"].tolist() == ["inside"]
    assert again["status"].tolist() == ["open"]


def test_a_frame_is_brought_to_the_grids(territory: Territory) -> None:
    frame = events((120.05, 30.05)).to_crs(4549)
    assert assign_frame(territory, frame)["grid_id"].tolist() == ["G1"]


def test_a_frame_without_crs_is_refused(territory: Territory) -> None:
    frame = events((120.05, 30.05)).set_crs(None, allow_override=True)
    with pytest.raises(CrsError, match="The events declare no CRS, expected one"):
        assign_frame(territory, frame)


@pytest.mark.parametrize("crs", [3857, 4549])
def test_metres_and_doubts_are_those_of_the_same_grids_in_degrees(crs: int) -> None:
    degrees = make_territory(squares())
    metres = make_territory(squares().to_crs(crs))
    x = np.array([120.05, 119.9991, 120.0998, 120.05])
    y = np.array([29.9992, 30.05, 30.05, 30.0994])
    positions = Positions(x, y, np.zeros(4, dtype=np.uint8))
    answers = [
        answer_columns(
            answer_many(
                territory.basis(snap_m=90.0),
                positions,
                parse_datum("wgs84"),
                accuracy_m=np.array([30.0, 60.0, 20.0, 40.0]),
                request=Request(candidates_m=150.0),
            )
        )
        for territory in (degrees, metres)
    ]
    assert {"snapped", "inside"} <= set(answers[0]["status"].to_pylist())
    assert answers[1].to_pydict() == answers[0].to_pydict()


def test_no_events_give_no_rows(territory: Territory) -> None:
    answers = assign_frame(territory, events())
    assert len(answers) == 0
    assert set(NAMES) <= set(answers.columns)


@given(coverages(), st.data())
def test_every_point_goes_to_the_lowest_id_that_intersects(
    coverage: Coverage, data: st.DataObject
) -> None:
    order = data.draw(st.permutations(range(len(coverage.ids))))
    grids = geopandas.GeoDataFrame(
        {"grid_id": coverage.ids}, geometry=coverage.polygons, crs=4549
    ).iloc[list(order)]
    territory = make_territory(grids)
    x, y = np.meshgrid(np.arange(-4.0, 45.0, 3.5), np.arange(-4.0, 45.0, 3.5))
    vertices = np.array(list(coverage.vertices.values()), dtype=np.float64)
    xs = np.concatenate([x.ravel(), vertices[:, 0]])
    ys = np.concatenate([y.ravel(), vertices[:, 1]])
    positions = Positions(xs, ys, np.full(len(xs), REASONS.index(""), dtype=np.uint8))
    answers = answer_many(territory.basis(), positions, METRIC)
    found = answer_columns(answers)["grid_id"].to_pylist()
    assert found == lowest(coverage, shapely.points(xs, ys))


def lowest(coverage: Coverage, points: NDArray[np.object_]) -> list[str | None]:
    """The lowest id of the polygons that shapely says intersect each point."""
    owners = np.full(len(points), None, dtype=object)
    pairs = sorted(zip(coverage.ids, coverage.polygons, strict=True), reverse=True)
    for name, shape in pairs:
        owners[shapely.intersects(shape, points)] = name
    return owners.tolist()


def test_neighbour_has_a_column_where_some_are_known(territory: Territory) -> None:
    areas = Jurisdictions([Jurisdiction("330109")], [shapely.box(119, 29, 121, 30)])
    points = [shapely.Point(120.05, 30.05), shapely.Point(120.05, 29.999)]
    events = geopandas.GeoDataFrame(geometry=points, crs=4490)
    answers = assign_frame(replace(territory, jurisdictions=areas), events)
    assert answers["neighbour_id"].isna().tolist() == [True, False]
    assert answers["neighbour_id"][1] == "330109"
    assert "neighbour_id" not in assign_frame(territory, events)


def test_codes_say_what_the_texts_say() -> None:
    town = make_s_town()
    basis = town_territory(town).basis()
    rng = np.random.default_rng(17)
    low, high = np.split(np.array(basis.bounds), 2)
    x, y = rng.uniform(low - 0.02, high + 0.02, (4000, 2)).T
    reasons = rng.choice([0] * 9 + [REASONS.index("missing")], 4000).astype(np.uint8)
    accuracy = rng.choice([np.nan, -1.0, 5.0, 1e7], 4000)
    answers = answer_many(
        basis, Positions(x, y, reasons), basis.datum, accuracy_m=accuracy
    )
    coded, plain = coded_columns(answers), answer_columns(answers)
    assert coded.to_pydict() == plain.to_pydict()
    assert not any(pa.types.is_dictionary(kind) for kind in plain.schema.types)
    for place, row in enumerate(coded.to_pylist()[:400]):
        answer = answers.answer(place)
        own = answer.assignment
        assert (row["grid_id"], row["status"]) == (own.grid_id, own.status.value)
        assert row["community_id"] == own.community_id
        assert [row[f"tier{tier}_id"] for tier in (4, 3, 2, 1)] == (
            list(own.chain) or [None] * 4
        )
        post = own.accountable_reason
        texts = (own.reason, "" if post == TRIAGE else post, answer.accuracy_fault)
        assert (row["reason"] or "") == ";".join(filter(None, texts))
