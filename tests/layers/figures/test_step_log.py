"""Columns brought up to date say what columns read at once say."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gis.access import WHOLE
from gis.events import Changes
from layers.figures import step_log
from layers.figures.question import FigureQuery, Ground, Meaning
from layers.figures.step_log import StepLog
from layers.figures.tally import count_events
from layers.stores.log import Link
from layers.stores.loops import Entry
from support.makers.figure_histories import DAY, START, busy_store, histories
from support.makers.loop_entries import action_of

QUERY = FigureQuery(
    Ground("C1"), START - 50 * DAY, START + 900 * DAY, START + 900 * DAY, None,
    ("children", "category", "department", "state"),
)  # fmt: skip


class Recorded:
    """A store that was asked before all was recorded, and never gives a step twice."""

    def __init__(self, store):
        self.store, self.store_id = store, store.store_id
        self.last = 0
        self.given_rows = []

    def last_action(self):
        return self.last

    def last_link(self):
        return Link(self.last, "actions", 1, START, "", "") if self.last else None

    def log(self, after=0):
        return iter(())

    def events(self, *, after=0, limit=None):
        # those whose first step was recorded
        rows = [step.event_row for step in self.store.steps(0, 10**6)][: self.last]
        events = self.store.events(after=after, limit=limit)
        return events[events["row"] <= max(rows, default=0)]

    def steps(self, after, limit):
        some = [s for s in self.store.steps(after, limit) if s.row <= self.last]
        self.given_rows += [step.row for step in some]
        return tuple(some)

    def actions(self, event_id):
        return self.store.actions(event_id)


def figures(columns):
    return count_events(columns, QUERY, WHOLE, Meaning())


@given(histories(), st.lists(st.integers(0, 25), max_size=4), st.booleans())
def test_columns_brought_up_to_date_equal_columns_read_at_once(store, stops, is_poor):
    recorded = Recorded(store)
    log = StepLog(recorded)
    earlier = []
    cached, step_log.CACHED = step_log.CACHED, 0 if is_poor else step_log.CACHED
    try:
        for stop in [*sorted(stops), store.last_action()]:
            recorded.last = min(stop, store.last_action())
            columns = log.current()
            earlier.append((columns, figures(columns)))
    finally:
        step_log.CACHED = cached
    assert earlier[-1][1] == figures(StepLog(store).current())
    # who has older columns is not disturbed
    assert [figures(columns) for columns, _ in earlier] == [f for _, f in earlier]
    assert recorded.given_rows == sorted(set(recorded.given_rows))


def test_known_at_counts_what_was_recorded_up_to_then():
    columns = StepLog(busy_store(3)).current()
    assert columns.step_count(None) == 6
    assert columns.step_count(START - 1) == 0
    assert columns.step_count(START) == 2
    assert columns.step_count(START + 60_000) == 3


def test_an_event_takes_few_bytes_and_a_step_fewer():
    columns = StepLog(busy_store(100)).current()
    assert columns.event_count == 100
    assert columns.byte_count == 100 * 56 + 200 * 32


def test_older_columns_do_not_know_steps_recorded_later():
    store = busy_store(2)
    log = StepLog(store)
    columns = log.current()
    event_id = store.events()["event_id"][0]
    action = action_of(event_id, changes=Changes({"state": "x"}), request={"n": 1})
    store.append([Entry(actions=(action,))]).result()
    assert log.current().step_count(None) == 5
    assert columns.step_count(None) == columns.step_count(START + DAY) == 4


def test_rows_of_the_log_have_rows_in_the_columns():
    steps = StepLog(busy_store(3))
    assert steps.rows_of(np.array([1])).tolist() == [-1]
    steps.current()
    assert steps.rows_of(np.array([2, 1, 3, 9])).tolist() == [1, 0, 2, -1]
