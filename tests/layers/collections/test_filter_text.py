"""CQL2 text is read as the package cql2 reads it, or refused where it is wrong."""

import contextlib
import os

import cql2
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.collections.filter_text import PARSER, SIGNS, read_filter_text
from layers.collections.filter_tree import (
    MOST_CHARACTERS,
    MOST_LEVELS,
    Call,
    Constant,
    FilterError,
    Property,
    shapes_of,
)
from support.makers.filters import document_of, text_of, trees

COUNT = 10_000 if os.environ.get("PAGODA_SOAK") else 300


@settings(max_examples=COUNT)
@given(trees)
def test_a_filter_is_the_tree_that_cql2_reads(tree):
    text = text_of(tree)
    assert read_filter_text(text) == tree
    # cql2 reads a backslash as any other sign
    written = orjson.dumps(cql2.parse_text(text).to_json())
    assert document_of(tree) == orjson.loads(written.replace(b"\\" * 4, b"\\" * 2))


@pytest.mark.parametrize(
    "text",
    [
        "NOT a = 1 AND b = 2 OR c = 3 AND NOT (d = 4 OR e = 5)",
        "a=1 and(b=2)and((c<>-5e1))",
        "a NOT LIKE 'x%' AND b NOT BETWEEN 1 AND 2 AND c NOT IN ('x','y')",
        "a IS NOT NULL and b is null",
        "casei(a) not like casei('X_') or likes = 'it''s'",
        "a=TRUE AND TRUE OR false=b",
        "NOT NOT a = 1",
        "\"a b\" = 1 AND 网格 = '' AND x.y = 1 AND eo:c = 2",
        "S_INTERSECTS(geometry,MULTIPOINT(0 0,1 1))",
        "s_intersects ( geometry , multipoint((0 0),(1 1)) )",
        "a > 1\n\tAND\r\n b < +2.",
    ],
)
def test_what_is_written_otherwise_is_the_same_to_cql2(text):
    assert document_of(read_filter_text(text)) == cql2.parse_text(text).to_json()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (r"'it\'s'", "it's"),
        (r"'\\'", "\\"),
        (r"'\a\b\t\n\v\f\r'", "\a\b\t\n\v\f\r"),
        (r"'100\%\_'", r"100\%\_"),
    ],
)
def test_a_backslash_stands_before_a_sign_that_is_meant(text, value):
    assert read_filter_text(f"a = {text}").args[1].value == value


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("POINT Z(1 2 3)", "POINT(1 2)"),
        ("LineString\tz (1 2 3, 4 5 6)", "LINESTRING(1 2, 4 5)"),
        ("MULTIPOINT((1 2 3), (4 5 6))", "MULTIPOINT(1 2, 4 5)"),
        ("BBOX(1,2,-3,4,5,-6)", "BBOX(1,2,4,5)"),
    ],
)
def test_heights_say_nothing(text, plain):
    trees_of_both = [read_filter_text(f"S_INTERSECTS(g, {t})") for t in (text, plain)]
    assert trees_of_both[0] == trees_of_both[1]
    [shape] = list(shapes_of(trees_of_both[0]))
    assert not shape.geometry.has_z


def test_days_and_moments_are_read():
    tree = read_filter_text(
        "DATE('2026-09-01') = DATE('2026-09-02') OR "
        "TIMESTAMP('2026-09-01T08:15:00Z') < timestamp('2026-09-01T08:15:00.5Z')"
    )
    days, moments = tree.args
    assert [item.value.isoformat() for item in days.args] == [
        "2026-09-01",
        "2026-09-02",
    ]
    assert moments.args[0].value < moments.args[1].value


def test_whole_numbers_are_whole_as_far_as_they_are_exact():
    values = [
        read_filter_text(f"a={text}").args[1].value
        for text in ("007", "-9007199254740992", "9007199254740993", "1.0", ".5", "2.")
    ]
    assert values == [7, -(2**53), 2.0**53, 1.0, 0.5, 2.0]
    assert [type(value) for value in values] == [int, int, float, float, float, float]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", 1),
        ("   ", 1),
        ("a", 2),
        ("a =", 4),
        ("a = 'x", 5),
        ('a = "x', 5),
        ("a = 1)", 6),
        ("(a = 1", 7),
        ("a = 1 b = 2", 7),
        ("a = ?", 5),
        ("a = 1; DROP", 6),
        ("a == 1", 4),
        ("a != 1", 3),
        ("a = NULL", 5),
        ("a IN ()", 7),
        ("a LIKE", 7),
        ("a BETWEEN 1", 12),
        ("a IS 1", 6),
        ("a = 1e999", 5),
        ("a = ١", 5),
        ("(a) = 1", 3),
        ("a + 1 = 2", 3),
        ("like = 1", 1),
        ("a = 'it\\'", 5),
        ("a = DATE('2026-02-30')", 10),
        ("a = DATE('20260201')", 10),
        ("a = TIMESTAMP('2026-09-01')", 15),
        ("a = TIMESTAMP('nowZ')", 15),
        ("AREA(geometry) > 1", 5),
        ("T_AFTER(a)", 10),
        ("T_AFTER(a, 'x')", 12),
        ("T_SOON(a, b)", 7),
        ("T_AFTER(a, INTERVAL('2026-09-01'))", 33),
        ("T_AFTER(a, INTERVAL('soon', '..'))", 21),
        ("T_AFTER(a, INTERVAL('2026-09-02', '2026-09-01'))", 12),
        ("INTERVAL(a, b) = c", 1),
        ("S_WITHIN(geometry, POINT(1 2))", 9),
        ("S_INTERSECTS(geometry, 1)", 24),
        ("S_INTERSECTS(geometry, POINT(1))", 31),
        ("S_INTERSECTS(geometry, POINT(1 2 3 4))", 36),
        ("S_INTERSECTS(geometry, BBOX(1,2,3,4,5))", 38),
        ("S_INTERSECTS(geometry, BBOX(1,2,3))", 34),
        ("S_INTERSECTS(geometry, BBOX(3,2,1,4))", 24),
        ("S_INTERSECTS(geometry, POINT(1e300 2))", 24),
        ("S_INTERSECTS(geometry, LINESTRING(1 2))", 24),
        ("S_INTERSECTS(geometry, POLYGON((0 0,1 0,1 1)))", 24),
        ("S_INTERSECTS(geometry, POLYGON((0 0,1 0,1 1,0 1)))", 24),
        ("S_INTERSECTS(geometry, POLYGON((0 0,1 1,1 0,0 1,0 0)))", 24),
        ("(" * 33 + "a=1" + ")" * 33, 33),
        ("(" * 2040 + "a=1" + ")" * 2040, 33),
        ("(" * 4000, 33),
        ("NOT " * 40 + "a=1", 33),
        ("NOT " * 1000 + "a=1", 3873),
        ("a = '" + "%" * 4092, MOST_CHARACTERS + 1),
    ],
)
def test_what_is_wrong_is_refused_with_its_place(text, place):
    with pytest.raises(FilterError) as caught:
        read_filter_text(text)
    assert caught.value.place == place
    assert str(caught.value).startswith(f"The filter is wrong at character {place}: ")
    assert caught.value.text_zh.startswith(f"筛选条件第 {place} 个字符处有误：")
    assert len(str(caught.value)) < 400


def test_the_deepest_filter_is_read():
    around = MOST_LEVELS, MOST_LEVELS - 1
    assert read_filter_text("(" * around[0] + "a=1" + ")" * around[0]).levels == 1
    assert read_filter_text("NOT " * around[1] + "a=1").levels == MOST_LEVELS
    many = " AND ".join(["a=1"] * 512)
    assert len(read_filter_text(many).args) == 512


def test_names_that_begin_like_words_are_names():
    tree = read_filter_text("android = 1 AND \"AND\" IN ('and') AND Trueish = inner")
    assert [item.args[0] for item in tree.args] == [
        Property("android"),
        Property("AND"),
        Property("Trueish"),
    ]
    assert tree.args[1] == Call("in", (Property("AND"), Constant("and")))


def test_every_token_has_a_word():
    names = {terminal.name for terminal in PARSER.terminals} - {"__IGNORE_0"}
    others = {name for name in names if not PARSER.get_terminal(name).pattern.flags}
    assert others <= {*SIGNS}


@settings(max_examples=COUNT)
@given(
    st.text(max_size=60)
    | st.lists(
        st.sampled_from(
            [
                *("a", "'x'", "1", "(", ")", ",", "=", "<>", "AND", "OR", "NOT"),
                *("IN", "LIKE", "BETWEEN", "IS", "NULL", "TRUE", "CASEI"),
                *("S_INTERSECTS", "POINT", "BBOX", "DATE"),
            ]
        ),
        max_size=20,
    ).map(" ".join)
)
def test_any_text_is_read_or_refused_in_both_languages(text):
    with contextlib.suppress(FilterError):
        assert read_filter_text(text) is not None
