"""Ids that a spreadsheet wrote are told from those that are meant."""

import pandas as pd
import pytest

from layers.schema.damaged_ids import (
    damaged_faults,
    damaged_ids,
    rewritten_ids,
    rounded_ids,
    wide_ids,
)


@pytest.mark.parametrize(
    "text",
    ["3.30199E+14", "3,3E+14", "1e+20", "1001.0", "3.30199101001E14", "7.00", "7,0"],
)
def test_shortened_number_is_no_id(text: str) -> None:
    [fault] = damaged_ids(pd.Series(["G1", text], name="grid_id"))
    assert (fault.row, fault.field) == (2, "grid_id")
    assert repr(text) in fault.rule


@pytest.mark.parametrize(
    "text",
    ["330199101001001", "1E", "E+14", "1.10", "G-1.0", "3E14", "1,000", "南", ""],
)
def test_other_text_is_an_id(text: str) -> None:
    assert damaged_ids(pd.Series([text, text], name="grid_id")) == []


@pytest.mark.parametrize("text", ["#N/A", "#REF!", "########", "nan", "None", "NULL"])
def test_what_programs_write_for_nothing_is_no_id(text: str) -> None:
    [fault] = damaged_ids(pd.Series(["G1", text], name="grid_id"))
    assert (fault.row, fault.rule[: len(text) + 2]) == (2, repr(text))


@pytest.mark.parametrize("text", ["A1\u200b", "\ufeffA1", "A\n1", "A\t1", "A\u202e1"])
def test_an_id_shows_all_of_its_signs(text: str) -> None:
    [fault] = damaged_ids(pd.Series(["A1", text], name="grid_id"))
    assert "nobody sees" in fault.rule


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("3301991010010010", 2),
        ("330199101001001000", 2),
        ("330199000000000", 2),
        ("3301991010010011", 0),
        ("330106000000", 0),
        ("330199101001000", 0),
    ],
    ids=["16 digits", "18 digits", "shown digits", "exact", "county", "15 digits"],
)
def test_zeros_of_a_rounded_number_are_told_where_the_id_repeats(
    text: str, count: int
) -> None:
    assert len(rounded_ids(pd.Series([text, text, "G1"], name="grid_id"))) == count
    assert rounded_ids(pd.Series([text, "G1"], name="grid_id")) == []


def test_every_column_of_ids_is_looked_at_and_the_key_may_not_be_rounded() -> None:
    rows = pd.DataFrame(
        {
            "grid_id": ["3301991010010010", "3301991010010010"],
            "parent_id": ["C1", "1001.0"],
            "name": ["1001.0", "3.30199E+14"],
        }
    )
    faults = damaged_faults(rows, "grid_id")
    assert sorted((fault.row, fault.field) for fault in faults) == [
        (1, "grid_id"),
        (2, "grid_id"),
        (2, "parent_id"),
    ]


@pytest.mark.parametrize(
    ("text", "plain"), [("００５", "005"), ("Ｇ1", "G1"), ("ｇ-1", "g-1")]
)
def test_full_width_id_is_told_with_what_it_would_be(text: str, plain: str) -> None:
    [fault] = wide_ids(pd.Series(["G1", text], name="grid_id"))
    assert (fault.row, fault.field) == (2, "grid_id")
    assert (
        f"{text!r} has full-width digits or letters, expected {plain!r}" in fault.rule
    )


@pytest.mark.parametrize("text", ["005", "东风里1号", "网格（东）", "Ω-1", ""])
def test_other_signs_of_an_id_are_not_full_width(text: str) -> None:
    assert wide_ids(pd.Series([text], name="grid_id")) == []


def test_ids_without_their_zeros_are_those_of_before() -> None:
    lacking = ["001", "010", "A-02"]
    assert rewritten_ids(["1", "10", "a-02", "2", "A-2"], lacking) == [
        ("1", "001"),
        ("10", "010"),
        ("a-02", "A-02"),
    ]
    assert rewritten_ids(["1"], []) == []
