"""Figures equal a brute-force count over any history, time, knowledge and scope."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.access import EVERYTHING, NOWHERE, WHOLE, Scope
from gis.errors import SettingError
from layers.figures import column_builder
from layers.figures.question import BY, FigureQuery, Ground, Meaning
from layers.figures.step_log import StepLog
from layers.figures.tally import count_events
from layers.stores import open_store
from support.makers.figure_histories import (
    DAY,
    START,
    busy_store,
    histories,
    moments,
)
from support.oracles.plain_tally import plain_table

MEANING = Meaning({"hotline": "phone"}, {"noise": 600}, 15)
SCOPES = [
    EVERYTHING,
    NOWHERE,
    WHOLE,
    Scope(("C1/C2/",)),
    Scope(("C1/C2/G1/", "C1/C3/"), grants=("dispute",)),
    Scope(sources=("citizen",)),
    Scope(departments=("office",)),
    Scope(departments=("police",), grants=("dispute",)),
]
GROUNDS = [
    *(Ground("C1"), Ground("C2"), Ground("G1"), Ground("C9")),
    Ground("K1", frozenset({"G1", "G3"})),
]
CHOSEN = [
    {},
    {},
    {"module": frozenset({"safety", ""})},
    {"line": frozenset({"security"}), "channel": frozenset({"phone"})},
    {"category": frozenset({"noise", "dispute"}), "department": frozenset({"police"})},
]


def query_by(chance, store):
    """Return a question, mostly one of much."""
    times = moments(store)
    since = START - 50 * DAY if chance.random() < 0.7 else chance.choice(times)
    until = max(since + 1, chance.choice(times))
    known_at = None if chance.random() < 0.5 else chance.choice(times)
    return FigureQuery(
        chance.choice([Ground("C1"), *GROUNDS]),
        since,
        until,
        min(until, chance.choice(times)),
        known_at,
        tuple(chance.sample(BY, chance.randint(0, 3))),
        chance.choice(CHOSEN),
        chance.choice(["Asia/Shanghai", "America/New_York"]),
    )


def scope_by(chance):
    return chance.choice([EVERYTHING, WHOLE, WHOLE, *SCOPES])


def agree(columns, store, query, scope):
    table = count_events(columns, query, scope, MEANING)
    total, rows, nowhere = plain_table(store, query, scope, MEANING)
    assert table.total == total
    assert table.rows == rows
    assert table.nowhere == nowhere


@given(histories(), st.integers(0, 2**32))
def test_figures_equal_a_plain_count_of_what_was_done(store, seed):
    chance = random.Random(seed)  # noqa: S311  no secret
    columns = StepLog(store).current()
    for _ in range(10):
        agree(columns, store, query_by(chance, store), scope_by(chance))


@given(histories(), st.integers(0, 2**32))
def test_rows_sum_to_the_total_and_placings_to_the_events(store, seed):
    chance = random.Random(seed)  # noqa: S311  no secret
    query, scope = query_by(chance, store), scope_by(chance)
    table = count_events(StepLog(store).current(), query, scope, MEANING)
    for name, count in table.total.counts.items():
        if query.by:
            assert sum(row.counts[name] for row in table.rows) == count
    placings = ("located", "ambiguous", "outside", "unplaced")
    events = table.total.counts["events"]
    assert sum(table.total.counts[name] for name in placings) == events


def test_more_rows_than_anybody_reads_are_refused():
    columns = StepLog(open_store("memory:")).current()
    query = FigureQuery(Ground("C1"), 0, START, START, by=("day",))
    with pytest.raises(SettingError, match="by day have up to 20717 rows"):
        count_events(columns, query, EVERYTHING, MEANING)


def test_many_chunks_are_counted_by_two_threads_as_one_is(monkeypatch):
    store = busy_store(40)
    query = FigureQuery(Ground("C1"), START - DAY, START + DAY, START + DAY, None, BY)
    whole = count_events(StepLog(store).current(), query, WHOLE, MEANING)
    monkeypatch.setattr(column_builder, "CHUNK", 2)
    columns = StepLog(store).current()
    assert len(columns.chunks) == 20
    assert count_events(columns, query, WHOLE, MEANING) == whole
    assert whole.total.counts["events"] == 40
