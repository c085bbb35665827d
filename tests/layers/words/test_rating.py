"""What a rated day or a map leaves out is named, and every name is counted under."""

import ast
from pathlib import Path
from typing import get_args

import pytest

from layers.maps.details import Gap
from layers.rating.facts import LeftOut
from layers.words import Words, rating, words_of
from layers.words.answers import POSITION_REASONS
from layers.words.rating import LEFT_OUT, left_out_rows
from support.harness.word_tables import one_sided, word_tables

ROOT = Path(__file__).parents[3]
TABLES = word_tables(rating)

PRODUCERS = {
    LeftOut: ("layers/rating/facts.py",),
    Gap: ("layers/maps/areas.py", "layers/maps/points.py"),
}
"""Closed list of reasons -> the modules that count under them."""


def strings(node):
    """The constants of a node that are texts."""
    parts = ast.walk(node)
    return [
        part.value
        for part in parts
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    ]


@pytest.mark.parametrize("table", TABLES)
def test_every_text_is_in_both_languages(table):
    assert one_sided(TABLES[table]) == []


def test_every_reason_has_words_and_every_word_a_reason():
    assert set(LEFT_OUT) == {*get_args(LeftOut), *get_args(Gap)}


@pytest.mark.parametrize("reasons", PRODUCERS, ids=["rated day", "map"])
def test_every_reason_of_a_list_is_counted_under_somewhere(reasons):
    used = set()
    for name in PRODUCERS[reasons]:
        tree = ast.parse((ROOT / name).read_text(encoding="utf-8"))
        declared = [n for n in tree.body if isinstance(n, ast.AnnAssign)]
        body = [n for n in tree.body if n not in declared]
        used |= {text for node in body for text in strings(node)}
    assert set(get_args(reasons)) - used == set()


def test_sources_that_disagree_are_left_out_in_words():
    assert left_out_rows({"sources_disagree": 3}) == [
        ("各来源场景不一致的场所", "Places whose sources disagree on the scene", 3)
    ]


def test_unknown_code_stands_for_itself():
    assert words_of("burnt", LEFT_OUT) == Words("burnt", "burnt")


def test_event_without_a_usable_position_is_left_out_for_what_is_wrong_with_it():
    fault = POSITION_REASONS["missing"]
    ((zh, en, number),) = left_out_rows({"missing": 4})
    assert fault.zh in zh
    assert fault.en in en
    assert number == 4


def test_what_was_left_out_is_named_in_both_languages_and_zeros_are_not():
    rows = left_out_rows({"no_position": 2, "no_grid": 1, "uncovered": 0})
    names = [LEFT_OUT[reason].both for reason in ("no_grid", "no_position")]
    assert rows == [(*names[0], 1), (*names[1], 2)]
    assert left_out_rows({}) == []
    assert left_out_rows({"自己的话": 3}) == [("自己的话", "", 3)]
