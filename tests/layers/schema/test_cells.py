"""Ids and names as text, and the other kinds of cells."""

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from layers.schema.cells import CELL_READERS, text_of


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("e\u0301", "\u00e9"),
        (" G1\u3000", "G1"),
        (np.int64(7), "7"),
        (7.0, "7"),
        (7.5, "7.5"),
        (np.float32(7.0), "7"),
        (330106109000001, "330106109000001"),
        ("007", "007"),
        ("", None),
        (None, None),
        (float("nan"), None),
        (pd.NA, None),
    ],
)
def test_ids_are_nfc_trimmed_and_without_decimals(
    value: object, text: str | None
) -> None:
    assert text_of(value) == text


@pytest.mark.parametrize("text", ["a\0", "\ud800"])
def test_text_that_no_database_keeps_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no database keeps"):
        text_of(text)


@pytest.mark.parametrize("value", [True, [1], b"x", float("inf"), 1e17])
def test_what_is_no_id_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"is|has"):
        text_of(value)


@pytest.mark.parametrize(
    "value", [Decimal("1001"), Decimal("1001.00"), Decimal("1001E0")]
)
def test_whole_decimal_number_is_an_id(value: Decimal) -> None:
    assert text_of(value) == "1001"


@pytest.mark.parametrize("value", [Decimal("1001.5"), 2.0**53])
def test_number_with_a_fraction_or_lost_digits_is_no_id(value: object) -> None:
    with pytest.raises(ValueError, match=r"neither text nor a number|lost digits"):
        text_of(value)


@pytest.mark.parametrize(
    ("value", "flag"), [("是", True), ("否", False), ("TRUE", True), (0, False)]
)
def test_flags_are_read_in_chinese_too(value: object, flag: bool) -> None:
    assert CELL_READERS["flag"][0](value) is flag


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("integer", "\uff12", 2),
        ("number", "\uff12.\uff15", 2.5),
        ("flag", "\uff11", True),
    ],
)
def test_digits_of_full_width_are_digits(kind: str, text: str, value: object) -> None:
    read, _ = CELL_READERS[kind]
    assert read(text) == value
