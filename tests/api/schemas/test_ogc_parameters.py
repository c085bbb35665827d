"""Parameters of OGC API Features are read whole or refused in both languages."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.refusals import RequestError
from api.schemas.ogc_parameters import (
    read_crs,
    read_form,
    read_item_query,
    read_state_query,
)
from api.service.ogc.crs_names import CRS84, EPSG
from api.service.ogc.item_query import Period, StateQuery, page_token
from gis.models import Instant
from layers.collections import Place, SortKey, read_filter_text
from layers.schema.layer import Field

ZONE = "Asia/Shanghai"
NOW = Instant(1_790_000_000_000)
CRS_NAMES = (CRS84, EPSG.format(code=4490))
FIELDS = (
    Field("code", "text", False, "open", "Code."),
    Field("level", "integer", False, "open", "Level."),
    Field("score", "number", False, "open", "Score."),
    Field("is_listed", "flag", False, "open", "Whether it is listed."),
)
ORIGIN = "grids open"


def items(**parameters):
    named = {name.replace("_crs", "-crs"): text for name, text in parameters.items()}
    return read_item_query(named, FIELDS, CRS_NAMES, ORIGIN)


def state(**parameters):
    return read_state_query(parameters, ZONE, NOW)


def test_without_parameters_all_of_now_is_asked_for():
    query = items()
    assert (query.limit, query.after, query.window, query.crs) == (
        1000,
        None,
        None,
        CRS84,
    )
    assert (query.order, query.properties) == ((), None)
    assert state() == StateQuery()


@pytest.mark.parametrize(
    ("text", "limit"), [("1", 1), ("0010", 10), ("10000", 10_000), ("9" * 17, 10_000)]
)
def test_a_limit_beyond_the_greatest_is_the_greatest(text, limit):
    assert items(limit=text).limit == limit


@pytest.mark.parametrize(
    ("text", "window"),
    [
        ("1,2,3,4", (1, 2, 3, 4)),
        ("1,2,-9,3,4,9", (1, 2, 3, 4)),
        ("1.5,2,1.5,2", (1.5, 2, 1.5, 2)),
        ("170,30,121,31", (170, 30, 121, 31)),
        ("180,-5,0,-180,5,9", (180, -5, -180, 5)),
    ],
)
def test_a_window_has_two_axes_whatever_heights_it_names(text, window):
    assert items(bbox=text).window == window


def test_values_are_read_as_their_fields_are():
    query = items(code="yellow", level="-3", score="1e2", is_listed="true")
    assert query.values == {
        "code": "yellow",
        "level": -3,
        "score": 100.0,
        "is_listed": True,
    }


def filtered(**parameters):
    named = {name.replace("_", "-"): text for name, text in parameters.items()}
    return read_item_query(named, FIELDS, CRS_NAMES, ORIGIN)


def test_a_filter_is_read_in_its_language_and_crs():
    assert items().tree is None
    query = filtered(filter="level > 3")
    assert query.tree == read_filter_text("level > 3")
    assert query.tree_crs == CRS84
    document = '{"op": ">", "args": [{"property": "level"}, 3]}'
    query = filtered(filter=document, filter_lang="cql2-json", filter_crs=CRS_NAMES[1])
    assert (query.tree, query.tree_crs) == (read_filter_text("level > 3"), CRS_NAMES[1])


@pytest.mark.parametrize(
    ("parameters", "place"),
    [
        ({"filter": ""}, "at character 1"),
        ({"filter": "level > "}, "at character 8"),
        ({"filter": "level = 'x'"}, "at character 7"),
        ({"filter": "rabbits = 1"}, "at character 1"),
        ({"filter": "level = " + "9" * 5000}, "at character 4097"),
        ({"filter": "code LIKE '" + "%" * 4000 + "'"}, "at character 11"),
        ({"filter": "level > 3", "filter_lang": "cql2-json"}, "at character 1"),
        ({"filter": "{}", "filter_lang": "cql2-json"}, "at member /"),
        ({"filter": "level > 3", "filter_lang": "cql"}, "'filter-lang'"),
        ({"filter_lang": "CQL2-text"}, "'filter-lang'"),
        ({"filter": "level > 3", "filter_crs": "4490"}, "'filter-crs'"),
        ({"filter": "S_INTERSECTS(geometry, POINT(30 120))"}, "at character 24"),
        ({"filter": "S_INTERSECTS(geometry, POINT(181 1))"}, "at character 24"),
        (
            {
                "filter": "NOT S_INTERSECTS(BBOX(120, 30, 121, 31), geometry)",
                "filter_crs": CRS_NAMES[1],
            },
            "at character 18",
        ),
    ],
)
def test_a_filter_that_cannot_be_is_refused_with_its_place(parameters, place):
    with pytest.raises(RequestError) as caught:
        filtered(**parameters)
    assert (caught.value.status, caught.value.kind) == (400, "invalid-parameter")
    assert place in caught.value.detail
    assert len(caught.value.detail_zh) < 300


def test_a_token_of_this_query_goes_on_after_its_item():
    place = Place((), "G-9")
    assert items(after=page_token(ORIGIN, place)).after == place


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("code", (SortKey("code"),)),
        ("+code", (SortKey("code"),)),
        (" code", (SortKey("code"),)),
        ("-level,code", (SortKey("level", True), SortKey("code"))),
    ],
)
def test_items_are_sorted_by_names_with_a_sign(text, order):
    assert items(sortby=text).order == order


def test_a_token_goes_on_in_its_own_order_alone():
    query = items(sortby="-level")
    token = page_token(query.origin, Place((3,), "G-9"))
    assert items(sortby="-level", after=token).after == Place((3,), "G-9")
    for other in ("level", "-level,code", "score"):
        with pytest.raises(RequestError):
            items(sortby=other, after=token)
    with pytest.raises(RequestError):
        items(after=token)


def test_an_answer_has_the_properties_that_are_wanted():
    assert items(properties="score,code").properties == ("score", "code")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        *(("limit", text) for text in ("0", "-1", "1.5", "", "ten", "+1", "１")),
        *(("bbox", text) for text in ("1,2,3", "1,2,3,4,5", "", "a,b,c,d", "3,5,1,4")),
        *(("bbox", text) for text in ("1,4,3,2", "1,2,nan,4", "1,2,inf,4", "1;2;3;4")),
        *(("bbox", text) for text in ("190,2,1,4", "1,2,-190,4")),
        *(("bbox-crs", text) for text in ("4490", "EPSG:4490", "", CRS84.lower())),
        ("crs", EPSG.format(code=4549)),
        ("after", "AAAA"),
        ("after", page_token("circles open", Place((), "C1"))),
        *(("sortby", text) for text in ("", "+", "--code", "hidden", "code,-code")),
        *(("sortby", text) for text in ("code,", "code;level", "CODE", "geometry")),
        *(("properties", text) for text in ("", "hidden", "code,code", "-code", "*")),
        ("level", "3.5"),
        ("level", ""),
        ("level", "9" * 40),
        ("score", "nan"),
        ("score", "high"),
        ("is_listed", "1"),
        ("code", ""),
    ],
)
def test_what_cannot_be_is_refused_by_its_name(name, text):
    with pytest.raises(RequestError) as caught:
        read_item_query({name: text}, FIELDS, CRS_NAMES, ORIGIN)
    assert caught.value.status == 400
    assert f"'{name}'" in caught.value.detail
    assert caught.value.detail.endswith("; correct it.")
    assert name in caught.value.detail_zh
    assert caught.value.detail_zh.endswith("请改正。")


def test_a_long_value_is_not_repeated_whole():
    with pytest.raises(RequestError) as caught:
        items(limit="x" * 5000)
    assert len(caught.value.detail) < 300


DAY = 86_400_000
FIRST = 1_788_192_000_000  # 2026-09-01T00:00+08:00


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("2026-09-01", StateQuery(at=Instant(FIRST))),
        ("2026-08-31T16:00:00Z", StateQuery(at=Instant(FIRST))),
        ("2026-09-01T00:00:00 08:00", StateQuery(at=Instant(FIRST))),
        (
            "2026-09-01/2026-09-02",
            StateQuery(period=Period(Instant(FIRST), Instant(FIRST + DAY + 1))),
        ),
        ("../2026-09-01", StateQuery(period=Period(None, Instant(FIRST + 1)))),
        ("2026-09-01/", StateQuery(period=Period(Instant(FIRST), None))),
        ("2026-09-01/..", StateQuery(period=Period(Instant(FIRST), None))),
    ],
)
def test_both_ends_of_an_interval_are_in_it(text, query):
    assert state(datetime=text) == query


@pytest.mark.parametrize(
    "parameters",
    [
        {"datetime": "yesterday"},
        {"datetime": "2026-09-02/2026-09-01"},
        {"datetime": "2026-09-01/2026-09-02/2026-09-03"},
        {"datetime": ""},
        {"known_at": "2126-09-02"},
        {"known_at": ".."},
        {"known_at": "2026-09-01/.."},
    ],
)
def test_times_that_cannot_be_are_refused(parameters):
    with pytest.raises(RequestError) as caught:
        state(**parameters)
    assert (caught.value.status, caught.value.kind) == (400, "invalid-parameter")


def test_known_at_is_now_or_before():
    assert state(known_at="2026-09-01").known_at == FIRST


@given(
    st.text(max_size=30),
    st.sampled_from(
        ["limit", "bbox", "crs", "after", "level", "filter", "sortby", "properties"]
    ),
)
def test_any_text_is_read_or_refused(text, name):
    with contextlib.suppress(RequestError):
        query = read_item_query({name: text}, FIELDS, CRS_NAMES, ORIGIN)
        assert 1 <= query.limit <= 10_000
        assert query.crs in CRS_NAMES


@pytest.mark.parametrize("text", ["xml", "", "HTML", "json,html"])
def test_a_form_is_one_of_those_there_are(text):
    assert [read_form(p) for p in ({}, {"f": "json"}, {"f": "html"})] == [
        *("", "json", "html")
    ]
    with pytest.raises(RequestError, match="expected json or html"):
        read_form({"f": text})


def test_a_crs_is_one_of_the_collection():
    assert read_crs({}, CRS_NAMES) == CRS84
    with pytest.raises(RequestError, match="none of the CRS"):
        read_crs({"crs": "x"}, CRS_NAMES)
