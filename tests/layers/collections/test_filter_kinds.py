"""Filters fit the fields that are there, or are refused: nothing is guessed."""

import pytest
from hypothesis import given

from layers.collections.filter_kinds import (
    check_filter,
    constant_text,
    inner_node,
    kinds_of,
)
from layers.collections.filter_text import read_filter_text
from layers.collections.filter_tree import Call, Constant, FilterError, Property
from layers.schema.layer import Field
from support.makers.filters import KINDS, trees


@given(trees)
def test_what_fits_passes(tree):
    check_filter(tree, KINDS)


@pytest.mark.parametrize(
    ("text", "place", "rule"),
    [
        ("hidden = 1", 1, "no queryable 'hidden'"),
        ("code = 'x' AND NOT hidden IS NULL", 20, "no queryable 'hidden'"),
        ("Code = 'x'", 1, "no queryable 'Code'"),
        ("code = 1", 6, "text is compared with a number"),
        ("level > '1'", 7, "a number is compared with text"),
        ("is_listed = 1", 11, "true or false is compared with a number"),
        ("is_listed BETWEEN TRUE AND TRUE", 11, "cannot be compared by between"),
        ("geometry = 'x'", 10, "a geometry cannot be compared"),
        ("level BETWEEN 1 AND 'x'", 7, "compared with text"),
        ("level IN (1, 'x')", 7, "compared with text"),
        ("level IN (1, score)", 14, "a field stands there"),
        ("code IN (CASEI(name))", 10, "a field stands there"),
        ("code = DATE('2026-09-01')", 6, "text is compared with a day"),
        ("code > TIMESTAMP('2026-09-01T00:00:00Z')", 6, "compared with a moment"),
        ("T_AFTER(code, seen_at)", 9, "text stands there, expected a day or a moment"),
        ("T_AFTER(seen_at, DATE('2026-09-01'))", 1, "a moment is compared with a day"),
        (
            "T_AFTER(seen_at, INTERVAL('2026-09-01', '..'))",
            1,
            "a moment is compared with a day",
        ),
        (
            "T_AFTER(seen_at, INTERVAL(seen_at, '2026-09-01'))",
            18,
            "a moment is compared with a day",
        ),
        ("T_AFTER(seen_at, INTERVAL(level, '..'))", 27, "a number stands there"),
        ("T_AFTER(seen_at, INTERVAL(gone_at, '..'))", 27, "no queryable 'gone_at'"),
        ("level LIKE 'a'", 1, "a number stands there, expected text"),
        ("code LIKE 1", 11, "a number stands there, expected text"),
        ("code LIKE name", 11, "a field stands there"),
        ("code LIKE CASEI(name)", 11, "a field stands there"),
        ("code LIKE 'a\\q'", 11, "no wildcard"),
        ("CASEI(level) = 'a'", 7, "a number stands there, expected text"),
        (
            "S_INTERSECTS(code, POINT(1 2))",
            14,
            "text stands there, expected a geometry",
        ),
        ("CASEI(level) IS NULL", 7, "a number stands there, expected text"),
        ("code LIKE '" + "%" * 33 + "'", 11, "33 wildcards"),
        ("code LIKE '%' AND (name LIKE '" + "_" * 32 + "')", 30, "33 wildcards"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(text, place, rule):
    with pytest.raises(FilterError, match=rule) as caught:
        check_filter(read_filter_text(text), KINDS)
    assert caught.value.place == place
    assert caught.value.text_zh.startswith("筛选条件")


@pytest.mark.parametrize(
    "tree",
    [
        Property("is_listed"),
        Constant("a"),
        Constant(1),
        Call("casei", (Property("code"),)),
        Call("not", (Constant(1),)),
        Call("and", (Constant(True), Property("geometry"))),
        Call("=", (Call("not", (Constant(True),)), Constant(True))),
    ],
)
def test_a_filter_is_a_condition(tree):
    with pytest.raises(FilterError):
        check_filter(tree, KINDS)


def test_kinds_are_those_of_fields_and_the_geometry():
    fields = [
        Field(name, name, False, "open", "")
        for name in ("text", "integer", "number", "instant", "flag")
    ]
    assert [*kinds_of(fields).values()] == [
        *("text", "number", "number", "moment", "flag", "geometry")
    ]


def test_a_constant_in_casei_is_folded():
    tree = read_filter_text("CASEI(CASEI('Straße')) = code")
    assert constant_text(tree.args[0]) == "strasse"
    assert constant_text(tree.args[1]) is None
    assert inner_node(tree.args[0]) == Constant("Straße")


@pytest.mark.parametrize("op", ["isNull", "=", "in", "not"])
def test_an_interval_stands_in_a_temporal_function_alone(op):
    interval = Call("interval", (Property("seen_at"), Constant("..")))
    args = (interval,) if op in ("isNull", "not") else (interval, interval)
    with pytest.raises(FilterError, match="an interval"):
        check_filter(Call(op, args), KINDS)


def test_all_time_goes_with_days_and_moments():
    for time in ("seen_at", "DATE('2026-09-01')"):
        check_filter(read_filter_text(f"T_DURING({time}, INTERVAL('..', '..'))"), KINDS)
