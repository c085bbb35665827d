"""Every code of a closed list has words, and every word a producer."""

from dataclasses import fields

import pytest

from gis.crosswalk import Relation
from gis.risk import MethodCard
from gis.safety import MEASURES
from layers.figures.counting import COUNT_COLUMNS, SEVERITY_COLUMNS
from layers.figures.report import AREA_COLUMNS
from layers.packs.rulebook import HOLIDAYS, IMPRINT, SHIPPED
from layers.reports.area_table import AREA_COUNTS
from layers.schema.inspections import KINDS
from layers.words import code_lists
from support.harness.word_tables import one_sided, word_tables

TABLES = word_tables(code_lists)
PRODUCED = {
    "KINDS": set(KINDS),
    "RELATIONS": {*map(str, Relation)} - {"1:1"},
    "RULES": {*SHIPPED, HOLIDAYS, IMPRINT},
    "MEASURES": set(MEASURES),
    "HEADINGS": {"events", "before", *AREA_COUNTS},
}
"""Table of words -> every code that something else makes."""


@pytest.mark.parametrize("table", TABLES)
def test_every_text_is_in_both_languages(table):
    assert one_sided(TABLES[table]) == []


@pytest.mark.parametrize("table", PRODUCED)
def test_every_code_that_is_produced_has_words(table):
    assert PRODUCED[table] - set(getattr(code_lists, table)) == set()


@pytest.mark.parametrize("table", PRODUCED)
def test_every_word_has_a_producer(table):
    assert set(getattr(code_lists, table)) - PRODUCED[table] == set()


def test_every_count_of_a_report_is_one_of_its_columns():
    assert set(AREA_COUNTS) <= {*COUNT_COLUMNS, *AREA_COLUMNS}
    assert len(code_lists.SEVERITIES) == len(SEVERITY_COLUMNS)


def test_every_caption_of_a_method_card_is_a_field_of_it():
    names = {field.name for field in fields(MethodCard)}
    assert set(code_lists.METHOD_CARD) - names == set()
