"""Further columns are kept as JSON by class, and come back as columns."""

import datetime as dt
import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from gis.errors import SettingError
from layers.files.attributes import (
    attributes_of,
    fold_attributes,
    unfold_attributes,
)
from layers.schema.grids import GRIDS


def grids_of(**columns: object) -> gpd.GeoDataFrame:
    """Two grids with further columns."""
    shapes = [shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)]
    return gpd.GeoDataFrame({"grid_id": ["G1", "G2"], **columns}, geometry=shapes)


def test_further_columns_are_closed_unless_said_to_be_open() -> None:
    grids = fold_attributes(
        grids_of(sector=["3", "1"], district=["甲", None]), ["sector"]
    )
    assert list(grids.columns) == ["grid_id", "geometry", "attributes"]
    assert grids["attributes"].tolist() == [
        '{"closed":{"district":"甲"},"open":{"sector":"3"}}',
        '{"open":{"sector":"1"}}',
    ]


def test_grids_without_further_columns_stay_as_they_are() -> None:
    grids = grids_of(name=["a", "b"], residents=[1, 2])
    assert fold_attributes(grids) is grids


def test_order_of_columns_does_not_count() -> None:
    forth = fold_attributes(grids_of(a=["1", "2"], b=["3", "4"]))
    back = fold_attributes(grids_of(b=["3", "4"], a=["1", "2"]))
    assert forth["attributes"].equals(back["attributes"])


def test_column_that_is_not_there_cannot_be_open() -> None:
    with pytest.raises(SettingError, match=r"'nix', expected one of .*\['sector'\]"):
        fold_attributes(grids_of(sector=["3", "1"]), ["nix"])
    with pytest.raises(SettingError, match="'name'"):
        fold_attributes(grids_of(name=["a", "b"]), ["name"])


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (np.float64(0.1), "0.1"),
        (2**53 + 1, "9007199254740993"),
        (2**70, "1180591620717411303424"),
        (True, "true"),
        ("", '""'),
        ('a"\n\0', '"a\\"\\n\\u0000"'),
        ({"b": [1, None], "a": np.int64(2)}, '{"a":2,"b":[1,null]}'),
        (dt.date(2026, 9, 1), '"2026-09-01"'),
        (pd.Timestamp("2026-09-01T08:00+08:00"), '"2026-09-01T08:00:00+08:00"'),
        (b"\x01\xff", '"01ff"'),
        (float("inf"), '"inf"'),
    ],
    ids=str,
)
def test_every_value_is_kept_exactly(value: object, text: str) -> None:
    column = pd.Series([value, None], dtype=object)
    grids = fold_attributes(grids_of(x=column))
    assert grids["attributes"][0] == f'{{"closed":{{"x":{text}}}}}'
    assert pd.isna(grids["attributes"][1])


def test_columns_come_back_with_their_type_and_class() -> None:
    columns = {
        "n": [1, 2],
        "share": [0.5, 1.0],
        "word": ["x", None],
        "is_old": [True, False],
    }
    frame, schema = unfold_attributes(
        fold_attributes(grids_of(**columns), ["n"]), GRIDS
    )
    assert frame["n"].tolist() == [1, 2]
    assert frame["share"].tolist() == [0.5, 1.0]
    assert frame["word"].isna().tolist() == [False, True]
    assert frame["is_old"].tolist() == [True, False]
    sharing = {field.name: field.sharing for field in schema.fields}
    assert (sharing["n"], sharing["share"]) == ("open", "closed")


def test_values_of_two_types_come_back_as_json() -> None:
    mixed = pd.Series([1, "x"], dtype=object)
    frame, _ = unfold_attributes(fold_attributes(grids_of(mixed=mixed)), GRIDS)
    assert [json.loads(text) for text in frame["mixed"]] == [1, "x"]


def test_name_that_the_layer_has_comes_back_under_another() -> None:
    grids = fold_attributes(grids_of(attributes=["own", "too"]))
    assert attributes_of(grids["attributes"][0]) == {"closed": {"attributes": "own"}}
    frame, _ = unfold_attributes(grids, GRIDS)
    [name] = set(frame.columns) - set(grids.columns)
    assert frame[name].tolist() == ["own", "too"]


def test_grids_without_attributes_have_no_further_column() -> None:
    grids = grids_of(attributes=pd.Series([None, None], dtype="str"))
    frame, schema = unfold_attributes(grids, GRIDS)
    assert list(frame.columns) == list(grids.columns)
    assert schema == GRIDS
    assert attributes_of(None) == {}
