"""Whole numbers of queries are digits."""

import pytest
from pydantic import TypeAdapter, ValidationError

from api.schemas.numbers import WholeNumber


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("3", 3), ("007", 7)])
def test_digits_are_a_number(text: str, number: int) -> None:
    assert TypeAdapter(WholeNumber).validate_python(text) == number


@pytest.mark.parametrize(
    "text", ["1_0", "+3", " 3", "3 ", "3.0", "3e0", "-3", "３", "", "9" * 5000]
)
def test_other_text_is_no_number(text: str) -> None:
    with pytest.raises(ValidationError, match="expected digits"):
        TypeAdapter(WholeNumber).validate_python(text)
