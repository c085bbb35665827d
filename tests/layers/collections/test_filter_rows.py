"""Rows that meet a filter are those of a plain look at each row."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.collections import CollectionState, check_filter, read_filter_text
from layers.collections.filter_rows import rows_of_filter
from layers.schema.layer import Field, LayerSchema
from support.makers.filters import KINDS, WORDS, constant_text, moment, trees
from support.oracles.plain_filter import is_like, meets

SCHEMA = LayerSchema(
    "things",
    "thing_id",
    "point",
    (
        Field("thing_id", "text", True, "open", "Id."),
        Field("code", "text", False, "open", "Code."),
        Field("name", "text", False, "open", "Name."),
        Field("level", "integer", False, "open", "Level."),
        Field("score", "number", False, "open", "Score."),
        Field("is_listed", "flag", False, "open", "Whether it is listed."),
        Field("seen_at", "instant", False, "open", "When it was seen."),
        Field("ended_at", "instant", False, "open", "When it ended."),
    ),
)
step = st.integers(0, 4)
instants = step.map(lambda n: round(moment(n).timestamp() * 1000))
rows = st.fixed_dictionaries(
    {
        "code": st.sampled_from(WORDS) | st.none(),
        "name": st.sampled_from(WORDS) | st.none(),
        "level": st.integers(-3, 3) | st.none(),
        "score": st.sampled_from([-1.5, 0.0, 0.5, 1e3]) | st.none(),
        "is_listed": st.booleans() | st.none(),
        **dict.fromkeys(("seen_at", "ended_at"), instants | st.none()),
        "geometry": st.builds(shapely.Point, step, step) | st.none(),
    }
)


def state_of(records):
    """The rows under ids in their order; a column without any value is not there."""
    columns = {
        name: [row.get(name) for row in records]
        for name in KINDS
        if any(row.get(name) is not None for row in records) or name == "geometry"
    }
    ids = [f"T{n:02d}" for n in range(len(records))]
    shapes = columns.pop("geometry")
    columns = {"thing_id": ids, **columns}
    return CollectionState.of(
        gpd.GeoDataFrame(columns, geometry=shapes, crs=4490), SCHEMA
    )


@settings(max_examples=300)
@given(st.lists(rows, max_size=6), trees)
def test_rows_are_those_of_a_plain_look(records, tree):
    check_filter(tree, KINDS)
    flags = rows_of_filter(tree, state_of(records).columns)
    assert flags.dtype == np.bool_
    assert flags.tolist() == [meets(tree, row) is True for row in records]


@given(
    st.lists(rows, min_size=1, max_size=6),
    st.lists(st.sampled_from("ab%_\\网\n"), max_size=6).map("".join),
)
def test_texts_that_are_like_are_those_of_a_table(records, pattern):
    pattern = pattern.replace("\\", "\\\\")
    tree = read_filter_text(f"code LIKE {constant_text(pattern)}")
    flags = rows_of_filter(tree, state_of(records).columns)
    assert flags.tolist() == [
        row["code"] is not None and is_like(row["code"], pattern) for row in records
    ]


TWO = [
    {"code": "a", "name": None, "level": 1, "score": None, "is_listed": True},
    {"code": None, "name": "b", "level": None, "score": 2.5, "is_listed": None},
]


@pytest.mark.parametrize(
    ("text", "flags"),
    [
        ("TRUE", [True, True]),
        ("FALSE OR NOT TRUE", [False, False]),
        ("'a' LIKE 'A'", [False, False]),
        ("CASEI('ß') = CASEI(CASEI('SS'))", [True, True]),
        ("CASEI('A') LIKE 'a'", [True, True]),
        ("1 IN (1, 2.5)", [True, True]),
        ("'a' IN (CASEI('A'))", [True, True]),
        ("2.5 BETWEEN level AND score", [False, False]),
        ("level IN (0.5, 1e300, 1.0)", [True, False]),
        ("level = 1e300 OR level < 1.5", [True, False]),
        ("NOT code = 'b'", [True, False]),
        ("NOT (code = 'b' AND level = 2)", [True, False]),
        ("code = 'b' OR level IS NULL", [False, True]),
        ("S_INTERSECTS(POINT(1 1), BBOX(0,0,2,2))", [True, True]),
        ("S_INTERSECTS(geometry, geometry)", [True, False]),
        ("NOT S_INTERSECTS(geometry, POINT(9 9))", [True, False]),
        ("FALSE AND S_INTERSECTS(geometry, geometry)", [False, False]),
        ("geometry IS NULL", [False, True]),
        ("'a' IS NULL OR CASEI(code) IS NULL", [False, True]),
        ("is_listed > FALSE", [True, False]),
        ("DATE('2026-09-01') < DATE('2026-09-02')", [True, True]),
        (
            "TIMESTAMP('2026-09-01T00:00:00Z') IN (TIMESTAMP('2026-09-01T00:00:00Z'))",
            [True, True],
        ),
    ],
)
def test_constants_and_missing_values_are_as_sql_has_them(text, flags):
    records = [
        {**TWO[0], "geometry": shapely.Point(1, 1)},
        {**TWO[1], "geometry": None},
    ]
    tree = read_filter_text(text)
    check_filter(tree, KINDS)
    assert rows_of_filter(tree, state_of(records).columns).tolist() == flags
