"""Data of any text is text wherever it is written."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.inert_text import escape_text, visible_text


@given(st.text())
def test_escaped_text_has_no_sign_that_code_reads(text):
    escaped = escape_text(text)
    assert not set(escaped) & set("<>\"'`$\\{}\n\r\u2028\u2029\u202e")
    assert re.sub(r"&#\d+;", "", escaped).count("&") == 0
    assert "//" not in escaped
    escaped.encode()


@pytest.mark.parametrize("text", ["网格 014", "Grid 14 (north)", "é·—"])
def test_plain_text_stays(text):
    assert escape_text(text) == text


def test_direction_marks_become_visible():
    assert escape_text("abc\u202egnp\u2066") == "abc[U+202E]gnp[U+2066]"
    assert visible_text("<b>\u202egnp\n") == "<b>[U+202E]gnp\n"
