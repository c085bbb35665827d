"""Every phase has words for who reported an event: sentences in both languages."""

import pytest

from gis.events import PHASES
from layers.words import citizen
from layers.words.citizen import NEXT_FOR_CITIZENS
from support.harness.word_tables import one_sided, word_tables

TABLES = word_tables(citizen)


@pytest.mark.parametrize("table", TABLES)
def test_every_text_is_in_both_languages(table):
    assert one_sided(TABLES[table]) == []


def test_every_phase_says_what_happens_next():
    assert set(NEXT_FOR_CITIZENS) == {*PHASES, "withdrawn"}


def test_what_citizens_read_ends_as_a_sentence():
    for words in NEXT_FOR_CITIZENS.values():
        assert words.zh.endswith("。")
        assert words.en.endswith(".")
