"""What all pages share is said in both languages."""

import pytest

from layers.words import pages
from support.harness.word_tables import one_sided, word_tables

TABLES = word_tables(pages)


@pytest.mark.parametrize("table", TABLES)
def test_every_text_is_in_both_languages(table):
    assert one_sided(TABLES[table]) == []
