"""Entries of the index: answers and pointers in one 32-bit number, never confused."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gis.index import Relation
from gis.index.layout import (
    EDGES_SHIFT,
    MOST_EDGES,
    MOST_WORDS,
    NEXT_BIT,
    NOWHERE,
    SLOTS,
    answer_entry,
    block_bit,
    is_answer,
    pointer_entry,
    word_of,
)

INT32 = np.iinfo(np.int32)
rows = st.integers(0, (INT32.max >> 2) - 1)
even_words = st.integers(0, MOST_WORDS // 2).map(lambda half: 2 * half)


@given(rows, st.sampled_from(Relation))
def test_answer_gives_back_its_row_and_relation(row, relation):
    entry = answer_entry(row, int(relation))
    assert is_answer(entry)
    assert (entry >> 2, entry & 3) == (row, relation)
    assert entry <= INT32.max


def test_nowhere_is_the_answer_of_no_row():
    assert answer_entry(-1, int(Relation.OUTSIDE)) == NOWHERE
    assert is_answer(NOWHERE)
    assert not is_answer(NOWHERE - 1)


@given(even_words, st.integers(0, 1))
@example(0, 0)
@example(MOST_WORDS, 1)
def test_pointer_gives_back_its_word_and_kind(word, is_block):
    entry = pointer_entry(word, is_block)
    assert not is_answer(entry)
    assert (word_of(entry), block_bit(entry)) == (word, is_block)
    assert entry >= INT32.min


@pytest.mark.parametrize(
    ("most", "first_bit", "end_bit"),
    [(SLOTS, 32, NEXT_BIT), (4 * MOST_EDGES, EDGES_SHIFT, 63)],
    ids=["slots", "edges"],
)
def test_counts_of_a_record_fit_in_their_bits_of_its_head(most, first_bit, end_bit):
    assert most < 1 << (end_bit - first_bit)
    assert NEXT_BIT < EDGES_SHIFT
