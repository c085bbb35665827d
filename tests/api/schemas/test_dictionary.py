"""A class as a request sets it."""

import pytest
from pydantic import ValidationError

from api.schemas.dictionary import ClassIn


def test_a_reason_is_kept_without_blanks_and_numbers() -> None:
    body = ClassIn(sharing="open", reason=" asked by 13800138000 ")
    assert body.reason.startswith("asked by ")
    assert "13800138000" not in body.reason


@pytest.mark.parametrize(
    "body",
    [
        {"sharing": "open"},
        {"sharing": "open", "reason": "  "},
        {"sharing": "OPEN", "reason": "x"},
        {"sharing": None, "reason": "x"},
    ],
)
def test_a_class_needs_a_reason_and_is_one_of_three(body: dict) -> None:
    with pytest.raises(ValidationError):
        ClassIn.model_validate(body)
