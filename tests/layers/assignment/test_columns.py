"""Answers as columns, whatever the CRS of the grids."""

import geopandas
import numpy as np
import pyarrow as pa
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from gis.assignment import REASONS, Positions, Request, answer_many
from gis.crs import parse_datum
from gis.roster import TRIAGE
from gis.synthetic import make_s_town
from layers.assignment import answer_columns, coded_columns
from layers.territory import build_territory, make_territory, town_territory
from support.makers import broken_files as broken
from support.makers.strategies import Coverage, coverages

METRIC = parse_datum("EPSG:4549")


def squares(**columns: object) -> geopandas.GeoDataFrame:
    """The three squares of `broken_files` as a layer of grids."""
    frame = broken.grids_frame()[["code", "geometry"]]
    return frame.rename(columns={"code": "grid_id"}).assign(**columns)


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


@given(coverages(), st.data())
def test_every_point_goes_to_the_lowest_id_that_intersects(
    coverage: Coverage, data: st.DataObject
) -> None:
    order = data.draw(st.permutations(range(len(coverage.ids))))
    grids = geopandas.GeoDataFrame(
        {"grid_id": coverage.ids}, geometry=coverage.polygons, crs=4549
    ).iloc[list(order)]
    territory = build_territory(grids)
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
