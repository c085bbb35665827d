"""Facts of a period, and the enterprises with all that their registers say."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from api.service.ogc.collections import COLLECTIONS
from api.service.ogc.item_query import Period
from api.service.ogc.row_sources import (
    enterprise_state,
    fact_state,
    next_change,
    no_rows,
)
from gis.models import Instant
from layers.collections import CollectionState
from layers.schema.grids import GRIDS
from support.makers.square_town import FOUNDED, NOW, SINCE, SquareTown, local
from support.makers.store_history import CRS

BY_NAME = {item.collection_id: item for item in COLLECTIONS}


def records(state: CollectionState) -> list[dict[str, object]]:
    """All rows."""
    return state.records(state.choose())


def moment(at: Instant) -> Period:
    """The period of an instant."""
    return Period(at, Instant(at + 1))


@pytest.fixture
def registered(squares: SquareTown) -> SquareTown:
    """The town with a second register of P1 that calls it otherwise."""
    second = gpd.GeoDataFrame(
        {
            "place_id": ["P1"],
            "scene": ["street_shop"],
            "is_coded": [True],
            "source": ["aaa"],
            "name": ["别名"],
            "valid_from": [SINCE],
        },
        geometry=[shapely.Point(120.035, 30.005)],
        crs=CRS,
    )
    squares.store.record("enterprises", second)
    return squares


def test_an_enterprise_lies_in_the_grid_that_holds_it(registered: SquareTown) -> None:
    state = enterprise_state(registered.store, registered.snapshot(), moment(NOW), None)
    rows = {row["place_id"]: row for row in records(state)}
    assert sorted(rows) == ["P1", "P2", "P3", "P4"]
    assert "source" not in rows["P1"]
    assert rows["P2"]["grid_id"] == "G2"
    assert rows["P4"]["grid_id"] is None
    first = rows["P1"]
    assert str(first["sources"]).split(";")[0] == "aaa"
    assert len(str(first["sources"]).split(";")) == 2
    assert first["grid_id"] == "G4"


def test_facts_are_those_of_the_period(squares: SquareTown) -> None:
    squares.record(
        "posts",
        {"post_id": "X", "area_id": "G1", "role": "station"}
        | {"valid_from": "2026-09-10T00:00:00+08:00"}
        | {"valid_to": "2026-09-20T00:00:00+08:00"},
    )
    posts, store = BY_NAME["posts"], squares.store

    def has_it(period: Period, known_at: Instant | None = None) -> bool:
        state = fact_state(store, posts, period, known_at)
        return state.row_of("X") is not None

    first, last = local("2026-09-10"), local("2026-09-20")
    assert [
        has_it(moment(Instant(at))) for at in (first - 1, first, last - 1, last)
    ] == [*(False, True, True, False)]
    assert has_it(Period(None, None))
    assert has_it(Period(local("2026-09-19"), None))
    assert not has_it(Period(last, None))
    assert not has_it(Period(None, first))
    assert not has_it(moment(first), FOUNDED)


def test_a_post_stands_in_its_area(squares: SquareTown) -> None:
    state = fact_state(squares.store, BY_NAME["posts"], moment(NOW), None)
    layers = squares.store.version_layers(1)
    grids = layers.grids.set_index("grid_id").geometry
    circles = layers.circles.set_index("circle_id").geometry
    rows = state.choose()
    points = dict(zip(state.ids_of(rows), state.shapes.take(rows), strict=True))
    assert grids["G1"].contains(points["G1-L"])
    assert circles["C"].contains(points["C-L"])
    before = fact_state(
        squares.store, BY_NAME["posts"], Period(None, None), Instant(FOUNDED - 1)
    )
    assert len(before) == 0


def test_a_fact_that_begins_or_ends_is_the_next_change(squares: SquareTown) -> None:
    squares.record(
        "posts",
        {"post_id": "X", "area_id": "G1", "role": "station"}
        | {"valid_from": "2026-10-10T00:00:00+08:00"}
        | {"valid_to": "2026-10-20T00:00:00+08:00"},
    )
    first, last = local("2026-10-10"), local("2026-10-20")
    assert next_change(squares.store, "posts", NOW) == first
    assert next_change(squares.store, "posts", first) == last
    assert next_change(squares.store, "posts", last) is None


def test_nothing_has_the_columns_of_its_schema() -> None:
    state = no_rows(GRIDS, CRS)
    assert len(state) == 0
    assert {*state.table.column_names} == {f.name for f in GRIDS.fields}


def test_no_facts_are_no_rows(squares: SquareTown) -> None:
    state = fact_state(squares.store, BY_NAME["stations"], moment(NOW), None)
    assert isinstance(state.table.to_pandas(), pd.DataFrame)
    assert len(state) == 0
