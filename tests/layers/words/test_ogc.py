"""The pages of layers say everything in both languages."""

import pytest

from layers.words import ogc
from support.harness.word_tables import one_sided, word_tables

TABLES = word_tables(ogc)


@pytest.mark.parametrize("table", TABLES)
def test_every_text_is_in_both_languages(table):
    assert one_sided(TABLES[table]) == []
