"""CQL2 JSON is the same tree as text, or refused where it is wrong."""

import contextlib
import json
import os

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.collections.filter_json import read_filter_json
from layers.collections.filter_text import read_filter_text
from layers.collections.filter_tree import FilterError
from support.makers.filters import document_of, text_of, trees

COUNT = 10_000 if os.environ.get("PAGODA_SOAK") else 300
FIELD = {"property": "a"}


@settings(max_examples=COUNT)
@given(trees)
def test_json_and_text_are_one_tree(tree):
    written = orjson.dumps(document_of(tree)).decode()
    assert read_filter_json(written) == tree == read_filter_text(text_of(tree))


def test_days_and_moments_are_those_of_text():
    document = '{"op":"<","args":[{"%s":"%s"},{"%s":"%s"}]}'
    days = document % ("date", "2026-09-01", "date", "2026-09-02")
    assert read_filter_json(days) == read_filter_text(
        "DATE('2026-09-01') < DATE('2026-09-02')"
    )
    moment = "timestamp", "2026-09-01T08:15:00Z"
    assert read_filter_json(document % (moment * 2)).args[0].value.hour == 8


@pytest.mark.parametrize(
    ("document", "place"),
    [
        (None, ""),
        ([], ""),
        ({}, ""),
        ({"op": "="}, ""),
        ({"op": "=", "args": [FIELD, 1], "note": 1}, ""),
        ({"op": "=", "args": [FIELD, 1, 2]}, "/args"),
        ({"op": "=", "args": {}}, "/args"),
        ({"op": "=", "args": [FIELD, None]}, "/args/1"),
        ({"op": "and", "args": [True]}, "/args"),
        ({"op": ["and"], "args": [True]}, "/op"),
        ({"op": "drop", "args": [True]}, "/op"),
        ({"op": "AND", "args": [True, True]}, "/op"),
        ({"op": "not", "args": [{"op": "x", "args": []}]}, "/args/0/op"),
        ({"op": "in", "args": [FIELD, 1]}, "/args/1"),
        ({"op": "in", "args": [FIELD, []]}, "/args/1"),
        ({"op": "in", "args": [FIELD, [1, None]]}, "/args/1/1"),
        ({"op": "in", "args": [FIELD, 1, 2]}, "/args"),
        ({"op": "isNull", "args": [{"property": 1}]}, "/args/0"),
        ({"op": "isNull", "args": [{"property": "a", "x": 1}]}, "/args/0"),
        ({"op": "=", "args": [{"date": "soon"}, 1]}, "/args/0"),
        ({"op": "t_after", "args": [FIELD]}, "/args"),
        ({"op": "T_AFTER", "args": [FIELD, FIELD]}, "/op"),
        ({"op": "t_after", "args": [FIELD, {"interval": [".."]}]}, "/args/1/interval"),
        (
            {"op": "t_after", "args": [FIELD, {"interval": ["..", 1]}]},
            "/args/1/interval/1",
        ),
        (
            {"op": "t_after", "args": [FIELD, {"interval": ["soon", ".."]}]},
            "/args/1/interval/0",
        ),
        (
            {
                "op": "t_after",
                "args": [FIELD, {"interval": ["2026-09-02", "2026-09-01"]}],
            },
            "/args/1",
        ),
        ({"op": "s_intersects", "args": [FIELD, {"bbox": [1, 2]}]}, "/args/1"),
        ({"op": "s_intersects", "args": [FIELD, {"bbox": 1}]}, "/args/1"),
        (
            {"op": "s_intersects", "args": [FIELD, {"type": "X", "coordinates": []}]},
            "/args/1",
        ),
        (
            {"op": "s_intersects", "args": [FIELD, {"type": [], "coordinates": 1}]},
            "/args/1",
        ),
    ],
)
def test_what_is_wrong_is_refused_with_its_place(document, place):
    with pytest.raises(FilterError) as caught:
        read_filter_json(orjson.dumps(document).decode())
    assert caught.value.place == place
    assert place in caught.value.text_zh


@pytest.mark.parametrize(
    ("text", "place"),
    [("", 1), ("{", 2), ('{"op": nan}', 8), ("a = 1", 1), ("[" * 4000, None)],
)
def test_what_is_no_json_is_refused_with_its_character(text, place):
    with pytest.raises(FilterError) as caught:
        read_filter_json(text)
    assert isinstance(caught.value.place, int)
    assert place is None or caught.value.place == place


def nested(levels):
    return '{"op":"not","args":[' * levels + "true" + "]}" * levels


def test_what_is_deeper_than_text_may_be_is_refused():
    assert read_filter_json(nested(32)).levels == 32
    for levels in (33, 150):
        with pytest.raises(FilterError, match="more than 32 levels deep"):
            read_filter_json(nested(levels))
    with pytest.raises(FilterError, match="4097 characters"):
        read_filter_json(" " * 4097)


members = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["op", "args", "property", "bbox", "type", "coordinates"]),
            inner | st.sampled_from(["and", "in", "=", "s_intersects", "Point"]),
            max_size=3,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=COUNT)
@given(members)
def test_any_json_is_read_or_refused(document):
    with contextlib.suppress(FilterError):
        assert read_filter_json(json.dumps(document)) is not None
