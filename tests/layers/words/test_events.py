"""Everything odd about an event has words in both languages that say what to do."""

from pathlib import Path

import pytest

from gis.events import ROUTE_STEPS, STEP_REASONS, SUMMONS_REASONS
from layers.words import events
from layers.words.events import DELIVERY_REASONS, EVENT_FLAGS, EVENT_TAKEN
from support.harness.word_tables import one_sided, word_tables

ROOT = Path(__file__).resolve().parents[3]
SOURCES = "".join(
    path.read_text(encoding="utf-8")
    for path in sorted((ROOT / "api/service/events").glob("*.py"))
)
TABLES = word_tables(events)
WITHIN_SENTENCES = {"STEP_REASONS"}
"""Their words have no full stop; it is added where they are said."""
PRODUCED = {
    "ROUTE_STEPS": set(ROUTE_STEPS),
    "STEP_REASONS": {*STEP_REASONS, *SUMMONS_REASONS},
}
"""Table of words -> every code that something else makes."""


@pytest.mark.parametrize("table", TABLES)
def test_every_text_is_in_both_languages(table):
    assert one_sided(TABLES[table]) == []


@pytest.mark.parametrize("table", sorted({*TABLES} - WITHIN_SENTENCES))
def test_every_text_is_a_sentence(table):
    for words in TABLES[table]:
        assert words.zh.rstrip().endswith("。"), words
        assert words.en.rstrip().endswith("."), words


@pytest.mark.parametrize("code", [*EVENT_FLAGS, *DELIVERY_REASONS])
def test_every_code_is_produced_somewhere(code):
    assert f'"{code}"' in SOURCES


@pytest.mark.parametrize("table", PRODUCED)
def test_every_code_that_is_produced_has_words(table):
    assert PRODUCED[table] - set(getattr(events, table)) == set()


@pytest.mark.parametrize("table", PRODUCED)
def test_every_word_has_a_producer(table):
    assert set(getattr(events, table)) - PRODUCED[table] == set()


def test_what_happens_next_names_post_body_and_time():
    for words in EVENT_TAKEN.values():
        said = words.en.format(post="P", body="B", by="T")
        assert "P" in said
        assert "T" in said
