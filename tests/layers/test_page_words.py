"""Every code that a page shows has its words, in both languages."""

import re

import pytest

from gis.access import Role
from gis.events import COMMON, PHASES, TASK_SORTS, TASK_STATES
from layers import page_words
from layers.packs.loop_files import templates
from layers.page_words import DUE, NEXT_FOR_CITIZENS, SHAPES, STEPS
from layers.words import Words

CHINESE = re.compile("[一-鿿]")
TABLES = {
    name: table
    for name, table in vars(page_words).items()
    if name.isupper() and name != "SHAPES" and hasattr(table, "items")
}


def test_every_step_of_every_loop_has_words():
    own = {t.action for loop in templates().values() for t in loop.transitions}
    assert set(STEPS) == {"report", *own, *COMMON}


@pytest.mark.parametrize(
    ("table", "codes"),
    [
        ("PARTIES", {*map(str, Role), "reporter", "pagoda"}),
        ("TASKS", {*TASK_SORTS}),
        ("TASK_STATES", {*TASK_STATES}),
        ("PHASES", {*PHASES}),
        ("NEXT_FOR_CITIZENS", {*PHASES, "withdrawn"}),
    ],
)
def test_every_code_has_words(table, codes):
    assert set(TABLES[table]) == codes


def test_every_urgency_has_a_word_and_a_shape_of_its_own():
    assert set(DUE) == set(SHAPES)
    assert len(set(SHAPES.values())) == len(SHAPES)


@pytest.mark.parametrize("table", TABLES)
def test_every_text_is_said_in_both_languages(table):
    for code, words in TABLES[table].items():
        assert isinstance(words, Words), code
        assert CHINESE.search(words.zh), code
        assert words.en, code
        assert not CHINESE.search(words.en), code


def test_what_citizens_read_ends_as_a_sentence():
    for words in NEXT_FOR_CITIZENS.values():
        assert words.zh.endswith("。")
        assert words.en.endswith(".")
