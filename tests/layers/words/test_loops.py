"""Every code of loops has its words, in both languages."""

import pytest

from gis.access import Role
from gis.events import COMMON, PHASES, TASK_SORTS, TASK_STATES
from layers.packs.loop_files import templates
from layers.words import loops
from layers.words.loops import DUE, SHAPES, STEPS
from support.harness.word_tables import one_sided, word_tables

TABLES = {name: texts for name, texts in word_tables(loops).items() if name != "SHAPES"}
CODES = {
    "PARTIES": {*map(str, Role), "reporter", "pagoda"},
    "TASKS": {*TASK_SORTS},
    "TASK_STATES": {*TASK_STATES},
    "PHASES": {*PHASES},
}
"""Table of words -> every code that there is."""


@pytest.mark.parametrize("table", TABLES)
def test_every_text_is_in_both_languages(table):
    assert one_sided(TABLES[table]) == []


def test_every_step_of_every_loop_has_words():
    own = {t.action for loop in templates().values() for t in loop.transitions}
    assert set(STEPS) == {"report", *own, *COMMON}


@pytest.mark.parametrize("table", CODES)
def test_every_code_has_words(table):
    assert set(getattr(loops, table)) == CODES[table]


def test_every_urgency_has_a_word_and_a_shape_of_its_own():
    assert set(DUE) == set(SHAPES)
    assert len(set(SHAPES.values())) == len(SHAPES)
