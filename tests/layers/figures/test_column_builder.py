"""Columns that are built step by step say where each event stands."""

import numpy as np
import pytest

from gis.events import Changes
from layers.figures import column_builder
from layers.figures.column_builder import ColumnBuilder
from layers.figures.columns import no_columns
from layers.stores.loops import LoopStep


def report(builder, event_row, occurred_at):
    """Add the first step of an event; return its state."""
    state = builder.state_of(event_row)
    changes = Changes({"occurred_at": occurred_at, "received_at": occurred_at + 5})
    step = LoopStep(
        event_row, event_row, "E", occurred_at + 5, occurred_at + 6, changes
    )
    builder.add(step, state, state.fold(step.at, changes))
    return state


@pytest.mark.parametrize("batch", [1, 3, 100])
def test_events_have_rows_in_order_whatever_is_settled_at_once(batch, monkeypatch):
    monkeypatch.setattr(column_builder, "BATCH", batch)
    monkeypatch.setattr(column_builder, "CHUNK", 2)
    builder = ColumnBuilder(no_columns(), np.empty(0, np.int32))
    for number, event_row in enumerate((4, 2, 9)):
        report(builder, event_row, 100 * number)
        assert builder.state_of(event_row).standing[2:] == (number, 5)
    columns = builder.publish(7)
    assert [chunk.rows.occurred.tolist() for chunk in columns.chunks] == [
        [0, 100],
        [200],
    ]
    assert [(chunk.first, chunk.last) for chunk in columns.chunks] == [
        (0, 100),
        (200,) * 2,
    ]
    assert builder.places().tolist() == [-1, -1, 1, -1, 0, -1, -1, -1, -1, 2]
    assert columns.recorded.tolist() == [6, 106, 206]
    assert columns.steps.before.tolist() == [-1, -1, -1]
    assert (columns.last_action, columns.event_count) == (7, 3)


def test_a_step_is_never_recorded_before_another():
    builder = ColumnBuilder(no_columns(), np.empty(0, np.int32))
    for number, occurred_at in enumerate((50, 10)):
        report(builder, number, occurred_at)
    assert builder.publish(2).recorded.tolist() == [56, 56]


def test_what_was_published_stays_while_its_chunk_is_changed():
    builder = ColumnBuilder(no_columns(), np.empty(0, np.int32))
    state = report(builder, 0, 10)
    columns = builder.publish(1)
    changes = Changes({"accepted_at": 40})
    step = LoopStep(2, 0, "E", 40, 41, changes)
    builder.add(step, state, state.fold(40, changes))
    later = builder.publish(2)
    assert columns.chunks[0].rows.times[0, 1] < 0
    assert later.chunks[0].rows.times[0, 1] == 30
    assert later.steps.before.tolist() == [-1, 0]
