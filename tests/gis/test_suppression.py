"""Small counts cannot be worked out: checked by trying every table that fits."""

import dataclasses
import datetime as dt
import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from gis.errors import InvalidLayerError, SettingError
from gis.suppression import WITHHELD, WithheldTable, edition_of_month, withhold

TODAY = dt.date(2026, 9, 11)
AUGUST = edition_of_month(
    2026, 8, boundary_version="7", area_layer="communities", on=TODAY
)
LEAST_2, LEAST_3 = (dataclasses.replace(AUGUST, least=least) for least in (2, 3))

small_tables = st.sampled_from([(1, 1), (1, 3), (2, 2), (2, 3), (3, 2)]).flatmap(
    lambda shape: arrays.arrays(np.int64, shape, elements=st.integers(0, 4))
)
tables = arrays.array_shapes(min_dims=2, max_dims=2, max_side=9).flatmap(
    lambda shape: arrays.arrays(np.int64, shape, elements=st.integers(0, 40))
)


def with_totals(inner):
    """Tables of the last two axes with their totals."""
    wide = np.concatenate([inner, inner.sum(axis=-1, keepdims=True)], axis=-1)
    return np.concatenate([wide, wide.sum(axis=-2, keepdims=True)], axis=-2)


def narrowest_range(shown, highest):
    """Narrowest range of a withheld cell over all tables that fit what is shown.

    Every table with counts from 0 to `highest` in withheld cells is tried.
    """
    inner = shown[:-1, :-1]
    free = np.argwhere(inner == WITHHELD)
    choices = list(itertools.product(range(highest + 1), repeat=len(free)))
    tried = np.repeat(inner[None], len(choices), axis=0)
    tried[:, free[:, 0], free[:, 1]] = choices
    full = with_totals(tried)
    fits = ((full == shown) | (shown == WITHHELD)).all(axis=(1, 2))
    ranges = np.ptp(full[fits], axis=0)
    return ranges[shown == WITHHELD].min(initial=highest)


@given(small_tables)
def test_range_of_every_withheld_cell_is_least_or_wider(counts):
    table = withhold(counts, LEAST_2, LEAST_2)
    assert narrowest_range(table.counts, 4 + 2) >= 2


def test_check_finds_what_withholding_small_cells_alone_gives_away():
    full = with_totals(np.array([[2, 5], [4, 4]]))
    assert narrowest_range(np.where(full < 3, WITHHELD, full), 8) == 0


def test_check_finds_two_small_cells_that_hold_each_other_tight():
    counts = np.array([[0, 1, 4], [4, 4, 4]])
    shown = with_totals(counts)
    shown[:2, :2] = WITHHELD
    assert narrowest_range(shown, 8) == 1
    table = withhold(counts, LEAST_3, LEAST_3)
    assert narrowest_range(table.counts, 4 + 3) >= 3


@given(tables)
def test_every_cell_below_least_is_withheld_and_the_others_are_true(counts):
    table = withhold(counts, AUGUST, AUGUST).counts
    full = with_totals(counts)
    assert (table[full < 5] == WITHHELD).all()
    given_cells = table != WITHHELD
    assert (table[given_cells] == full[given_cells]).all()


@given(tables)
def test_no_row_or_column_hides_one_cell_alone(counts):
    hidden = withhold(counts, AUGUST, AUGUST).counts == WITHHELD
    assert 1 not in hidden.sum(axis=0)
    assert 1 not in hidden.sum(axis=1)


@given(tables)
def test_table_without_small_counts_is_given_whole(counts):
    table = withhold(counts + 5, AUGUST, AUGUST)
    np.testing.assert_array_equal(table.counts, with_totals(counts + 5))


def test_cells_that_lose_least_are_withheld_besides():
    counts = np.array([[2, 60, 200], [40, 6, 300], [50, 70, 400]])
    table = withhold(counts, AUGUST, AUGUST)
    assert np.argwhere(table.counts == WITHHELD).tolist() == [
        [0, 0], [0, 1], [1, 0], [1, 1],
    ]  # fmt: skip


def test_table_of_nobody_is_withheld_whole():
    table = withhold(np.zeros((2, 2), dtype=np.int64), AUGUST, AUGUST)
    assert (table.counts == WITHHELD).all()


def test_row_2_25_small_and_protecting_cells_look_alike():
    table = withhold(np.array([[2, 60], [40, 6], [50, 70]]), AUGUST, AUGUST)
    assert {text for row in table.texts() for text in row if "<" in text} == {"<5*"}
    assert table.legend[0].startswith("<5*: below 5, or withheld")
    assert table.legend[1].startswith("<5*：少于5")
    assert table.texts()[2] == ["50", "70", "120"]
    assert {field.name for field in dataclasses.fields(WithheldTable)} == {
        "edition",
        "counts",
    }


def test_same_counts_give_the_same_table():
    counts = np.random.default_rng(4).poisson(6, (43, 5))
    first, second = (withhold(counts, AUGUST, AUGUST).counts for _ in range(2))
    assert first.tobytes() == second.tobytes()


@pytest.mark.parametrize(
    "change",
    [
        {"first": dt.date(2026, 8, 2)},
        {"last": dt.date(2026, 8, 30)},
        {"cut_off": dt.date(2026, 9, 11)},
        {"boundary_version": "8"},
        {"area_layer": "grids"},
        {"least": 4},
    ],
    ids=lambda change: next(iter(change)),
)
def test_any_other_edition_is_refused(change):
    asked = dataclasses.replace(AUGUST, **change)
    with pytest.raises(SettingError, match=r"not given, since small .* 2026-08\.$"):
        withhold(np.full((2, 2), 9), asked, AUGUST)


def test_month_has_one_cut_off_and_is_closed_after_it():
    assert (AUGUST.first, AUGUST.last) == (dt.date(2026, 8, 1), dt.date(2026, 8, 31))
    with pytest.raises(SettingError, match="closed at the end of 2026-09-10"):
        edition_of_month(
            2026,
            8,
            boundary_version="7",
            area_layer="communities",
            on=dt.date(2026, 9, 10),
        )


@pytest.mark.parametrize(
    "counts",
    [
        np.array([[1.5, 2.0]]),
        np.array([[-1, 2]]),
        np.array([1, 2]),
        np.zeros((0, 3), dtype=np.int64),
    ],
    ids=["parts of people", "negative", "no table", "no areas"],
)
def test_what_is_no_table_of_counts_is_refused(counts):
    with pytest.raises(InvalidLayerError, match="not a table of areas and categories"):
        withhold(counts, AUGUST, AUGUST)
