"""Every status and reason of an answer has words, and every word a producer."""

import pytest

from gis.assignment import FAULTS, NO_VERSION, REASONS
from gis.models import Status
from gis.roster import (
    NO_LEADER_ON_DUTY,
    NO_ONE_ON_DUTY,
    NO_TIME,
    TRIAGE,
    VACANT_POST,
)
from layers.words import answers
from support.harness.word_tables import one_sided, word_tables

TABLES = word_tables(answers)
PRODUCED = {
    "ANSWERS": set(Status),
    "STATUSES": set(Status),
    "POSITION_REASONS": {*filter(None, REASONS), NO_VERSION},
    "ACCURACY_FAULTS": set(filter(None, FAULTS)),
    "HOLDING_REASONS": {
        VACANT_POST,
        NO_ONE_ON_DUTY,
        NO_LEADER_ON_DUTY,
        NO_TIME,
        TRIAGE,
    },
}
"""Table of words -> every code that something else makes."""


@pytest.mark.parametrize("table", TABLES)
def test_every_text_is_in_both_languages(table):
    assert one_sided(TABLES[table]) == []


@pytest.mark.parametrize("table", PRODUCED)
def test_every_code_that_is_produced_has_words(table):
    assert PRODUCED[table] - set(getattr(answers, table)) == set()


@pytest.mark.parametrize("table", PRODUCED)
def test_every_word_has_a_producer(table):
    assert set(getattr(answers, table)) - PRODUCED[table] == set()


def test_post_that_does_not_answer_for_a_place_has_another_duty():
    assert set(answers.DUTIES) == {Status.OUTSIDE, Status.UNLOCATED}
