"""Texts of both languages stand in columns."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.text_width import padded, text_width


@pytest.mark.parametrize(
    ("text", "width"),
    [("", 0), ("grid 7", 6), ("网格", 4), ("网格7（甲）", 11), ("é", 1)],
)
def test_chinese_signs_are_two_letters_wide(text: str, width: int) -> None:
    assert text_width(text) == width


@given(st.text(st.sampled_from("ab 7网格（")), st.integers(0, 12), st.booleans())
def test_padding_reaches_the_width_and_keeps_the_text(
    text: str, width: int, to_right: bool
) -> None:
    whole = padded(text, width, to_right=to_right)
    assert text_width(whole) == max(width, text_width(text))
    assert whole.endswith(text) if to_right else whole.startswith(text)
