"""Chunks that may have events of a time are looked at, others are not."""

from layers.figures import column_builder
from layers.figures.step_log import StepLog
from support.makers.figure_histories import DAY, START, busy_store

MINUTE = 60_000


def test_only_chunks_of_the_time_are_looked_at(monkeypatch):
    monkeypatch.setattr(column_builder, "CHUNK", 4)
    columns = StepLog(busy_store(10)).current()
    assert [chunk.rows.occurred.size for chunk in columns.chunks] == [4, 4, 2]
    assert len(columns.between(START, START + DAY)) == 3
    assert len(columns.between(START + 4 * MINUTE, START + 8 * MINUTE)) == 1
    assert len(columns.between(START + 3 * MINUTE, START + 3 * MINUTE + 1)) == 1
    assert columns.between(START - 5, START) == []
