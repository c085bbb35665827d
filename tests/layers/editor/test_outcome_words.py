"""Every operation has words for what it has done, and limits say their open side."""

import pytest
import shapely

from gis.editing import Operation
from gis.editing.recorded import FIELDS
from layers.editor.outcome_words import OUTCOMES, beyond_words, outcome_words

PLACE = [120.0, 30.0]
VALUES = {
    **{name: name.upper() for name in ("a", "b", "grid", "new_id", "keep")},
    "line": [PLACE, PLACE],
    "old": PLACE,
    "new": PLACE,
    "at": PLACE,
    "tolerance_m": 2.0,
    "parent_id": "C-1",
    "figures": {"residents": 3},
    "grids": ["G-1", "G-2"],
    "polygons": {"G-1": shapely.box(120, 30, 121, 31)},
    "created": {},
    "retired": [],
}


@pytest.mark.parametrize("name", FIELDS)
def test_every_operation_says_what_it_has_done(name):
    values = {field: VALUES[field] for field in FIELDS[name]}
    words = outcome_words(Operation.of(name, **values))
    assert "{" not in words.line
    for field in ("a", "b", "new_id", "keep"):
        if field in values:
            assert values[field] in words.zh
            assert values[field] in words.en


def test_there_are_words_for_what_can_be_done_and_no_others():
    assert set(OUTCOMES) == {*FIELDS, "undo", "redo", "suggest"}
    assert outcome_words("redo", note="too heavy").en == "Done again: too heavy"


@pytest.mark.parametrize(
    ("limit", "zh", "en"),
    [
        ([300, None], "不少于 300", "300 or more"),
        ([None, 2500], "不多于 2500", "2500 or less"),
        ([300, 500], "不少于 300、不多于 500", "300 or more and 500 or less"),
    ],
    ids=["least", "most", "both"],
)
def test_a_limit_says_the_sides_that_it_has(limit, zh, en):
    excess = {"name": "households", "limit": limit}
    words = beyond_words("G-1", excess, {"households": 2750})
    assert words.zh == f"网格 G-1 的户数为 2750，规定{zh}。"
    assert words.en == f"Grid G-1 has 2750 as households; the rule gives {en}."


def test_a_figure_is_shown_without_decimals_that_say_nothing():
    excess = {"name": "load_a_member_h", "limit": [None, 160]}
    assert "161.5，" in beyond_words("G", excess, {"load_a_member_h": 161.5004}).zh
