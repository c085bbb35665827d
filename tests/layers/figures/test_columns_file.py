"""Columns of a file and the steps after them are the columns of all steps."""

import hashlib
import os
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.errors import StoreUnavailableError
from gis.tally import ABSENT, NONE, WIDE
from layers.figures import column_builder, columns_file, step_log
from layers.figures.columns_file import ColumnsFile, no_reading
from layers.figures.step_log import StepLog
from layers.packs.scenario_files import scenarios
from layers.stores import create_store
from layers.stores.log import Link
from layers.stores.memory import MemoryStore
from support.makers.figure_histories import (
    START,
    busy_store,
    fill_busily,
    histories,
    history,
)
from support.makers.square_town import SquareTown
from support.makers.store_history import Clock


class Cut:
    """A store of which only the first actions, and their events, came."""

    def __init__(self, store):
        self.store, self.store_id = store, store.store_id
        self.last = 0
        self.read_rows = []

    def last_action(self):
        return self.last

    def last_link(self):
        return self.link(self.last) if self.last else None

    def link(self, sequence):
        return Link(sequence, "actions", 1, START, "", f"head {sequence}")

    def log(self, after=0):
        return ((self.link(n), ()) for n in range(after + 1, self.last + 1))

    def events(self, *, after=0, limit=None):
        rows = [step.event_row for step in self.store.steps(0, 10**6)][: self.last]
        events = self.store.events(after=after, limit=limit)
        return events[events["row"] <= max(rows, default=0)]

    def steps(self, after, limit):
        some = [s for s in self.store.steps(after, limit) if s.row <= self.last]
        self.read_rows += [step.row for step in some]
        return tuple(some)

    def actions(self, event_id):
        return self.store.actions(event_id)


def plain(columns):
    """Return everything that columns say, wherever it lies in memory."""
    steps, wide = columns.steps, columns.steps.wide

    def times(codes):
        values = codes.astype(np.int64)
        is_wide = values >= WIDE
        values[is_wide] = wide[values[is_wide] - WIDE]
        values[codes == NONE] = ABSENT
        return values.tolist()

    exact = [
        steps.exact[-1 - change].tolist() if change < 0 else change
        for change in steps.change.tolist()
    ]
    rows = [chunk.rows for chunk in columns.chunks]
    return (
        [some.occurred.tolist() for some in rows],
        [times(some.times) for some in rows],
        [(some.codes[:, :3].tolist(), times(some.codes[:, 3])) for some in rows],
        (steps.before.tolist(), steps.codes[:, 2:].tolist()),
        (times(steps.codes[:, :2]), exact, columns.recorded.tolist()),
        [*columns.profiles.profiles(columns.profile_count)],
        [*columns.areas.values(columns.area_count)],
        columns.last_action,
    )


@settings(max_examples=40)
@given(histories(), st.lists(st.integers(0, 45), min_size=1, max_size=3), st.data())
def test_columns_go_on_from_a_file_wherever_it_was_cut(store, cuts, data):
    chunk = data.draw(st.sampled_from([2, 5, 16_384]))
    cut = Cut(store)
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
        patch.setattr(column_builder, "CHUNK", chunk)
        patch.setattr(columns_file, "CHUNK", chunk)
        for last in [*sorted(cuts), store.last_action()]:
            cut.last = min(last, store.last_action())
            log = StepLog(cut, folder=Path(folder))
            log.current()
            log.close()
        assert plain(log.current()) == plain(StepLog(store).current())
    # a process reads no step that was read before
    assert cut.read_rows == [step.row for step in store.steps(0, 10**6)]


def test_events_of_a_history_are_read_once_too(tmp_path):
    town = SquareTown()
    log = StepLog(town.store, folder=tmp_path)
    log.current()
    town.load(tmp_path)
    log.current()
    log.close()
    later = StepLog(town.store, folder=tmp_path)
    assert later.current().event_count == 4
    assert plain(later.current()) == plain(StepLog(town.store).current())


@pytest.fixture
def busy(tmp_path):
    """A store, and the file of its columns."""
    store = busy_store(9)
    log = StepLog(store, folder=tmp_path)
    log.current()
    log.close()
    return store, ColumnsFile(tmp_path, store, scenarios())


def is_from_the_beginning(file):
    return file.read().step_row == 0


def test_a_file_says_how_far_it_was_read(busy):
    store, file = busy
    reading = file.read()
    assert (reading.step_row, reading.columns.event_count) == (18, 9)
    assert reading.event_row == store.events()["row"].iloc[-1]
    assert plain(reading.columns) == plain(StepLog(store).current())


def test_columns_of_another_store_log_kind_or_format_are_left(
    busy, caplog, monkeypatch
):
    store, file = busy
    other = MemoryStore(now=Clock(START))
    other_file = ColumnsFile(file.path.parent, other, scenarios())
    other_file.path.write_bytes(file.path.read_bytes())
    assert is_from_the_beginning(other_file)
    assert "is of another store" in caplog.text
    # the same id with another history, as where an older copy was restored
    restored = history(5, 40)
    restored._store_id = store.store_id
    assert is_from_the_beginning(ColumnsFile(file.path.parent, restored, scenarios()))
    empty = MemoryStore(now=Clock(START), store_id=store.store_id)
    assert is_from_the_beginning(ColumnsFile(file.path.parent, empty, scenarios()))
    assert caplog.text.count("is not of this log") == 2
    some = type(scenarios())(scenarios().packs[1:], scenarios().platforms)
    assert is_from_the_beginning(ColumnsFile(file.path.parent, store, some))
    assert "is of other scenarios" in caplog.text
    monkeypatch.setattr(columns_file, "FORMAT", 0)
    assert is_from_the_beginning(file)
    assert "is of another version of the program" in caplog.text


@given(st.data())
@settings(max_examples=60)
def test_of_a_damaged_file_all_or_nothing_is_read(data):
    with tempfile.TemporaryDirectory() as folder:
        store = busy_store(3)
        log = StepLog(store, folder=Path(folder))
        log.current()
        log.close()
        file = ColumnsFile(Path(folder), store, scenarios())
        body = bytearray(file.path.read_bytes())
        place = data.draw(st.integers(0, len(body) - 1))
        if data.draw(st.booleans()):
            del body[place:]
        else:
            body[place] ^= data.draw(st.integers(1, 255))
        file.path.write_bytes(body)
        expected = {repr(plain(c)) for c in (no_reading().columns, log.current())}
        assert repr(plain(file.read().columns)) in expected


def test_who_is_ended_while_writing_leaves_the_former_file(busy, monkeypatch):
    _, file = busy
    before = file.path.read_bytes()

    def end(part, **arrays):
        part.write_bytes(b"half")
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(columns_file.np, "savez", end)
        with pytest.raises(SystemExit):
            file.write(file.read())
    assert file.path.read_bytes() == before
    # a process that was killed has removed nothing
    old, new = (file.path.parent / f".{file.path.stem}.{n}.part.npz" for n in (1, 2))
    for part in (old, new):
        part.write_bytes(b"half")
    os.utime(old, (0, 0))
    file.write(file.read())
    assert (old.exists(), new.exists()) == (False, True)
    assert file.read().step_row == 18


def test_a_folder_that_takes_no_file_is_said_and_nothing_more(tmp_path, caplog):
    (tmp_path / "cache").write_text("no folder")
    log = StepLog(busy_store(2), folder=tmp_path / "cache")
    assert log.current().event_count == 2
    log.close()
    assert "read from the beginning at the next start" in caplog.text


def test_many_steps_are_written_before_the_process_ends(tmp_path, monkeypatch):
    monkeypatch.setattr(step_log, "BATCH", 4)
    monkeypatch.setattr(step_log, "MOST_UNWRITTEN", 4)
    store = busy_store(9)
    log = StepLog(store, folder=tmp_path)
    columns = log.current()
    log._writer.join()
    reading = ColumnsFile(tmp_path, store, scenarios()).read()
    assert reading.step_row >= 4
    later = StepLog(store, folder=tmp_path)
    assert plain(later.current()) == plain(columns)


def test_reading_begins_before_anybody_asks_and_ends_with_the_service(tmp_path):
    store = busy_store(9)
    log = StepLog(store, folder=tmp_path)
    log.start()
    log.close()
    reading = ColumnsFile(tmp_path, store, scenarios()).read()
    # as far as it came in that time
    assert reading.step_row in {0, 18}
    later = StepLog(store, folder=tmp_path)
    later.start()
    later._starter.join()
    assert later._columns.event_count == 9


def test_nothing_is_read_after_the_end(tmp_path):
    town = SquareTown()
    town.load(tmp_path)
    for store in (busy_store(2), town.store):
        log = StepLog(store, folder=tmp_path)
        log.close()
        with pytest.raises(StoreUnavailableError, match="the service ends"):
            log.current()


def test_events_of_a_history_are_written_before_the_process_ends(tmp_path, monkeypatch):
    monkeypatch.setattr(step_log, "MOST_UNWRITTEN", 2)
    town = SquareTown()
    town.load(tmp_path)
    log = StepLog(town.store, folder=tmp_path)
    columns = log.current()
    log._writer.join()
    reading = ColumnsFile(tmp_path, town.store, scenarios()).read()
    assert reading.columns.event_count >= 2
    later = StepLog(town.store, folder=tmp_path)
    assert plain(later.current()) == plain(columns)


def test_a_file_of_a_geopackage_serves_the_next_process(tmp_path):
    clock, path = Clock(START), str(tmp_path / "town.gpkg")
    store = create_store(path, now=clock)
    fill_busily(store, clock, 5)
    log = StepLog(store, folder=tmp_path)
    log.current()
    log.close()
    fill_busily(store, clock, 3)
    later = StepLog(store, folder=tmp_path)
    assert ColumnsFile(tmp_path, store, scenarios()).read().step_row == 10
    assert plain(later.current()) == plain(StepLog(store).current())
    assert later.current().event_count == 8
    store.close()


def test_other_columns_of_the_same_steps_have_another_format():
    store = history(7, 200)
    said = plain(StepLog(store).current())
    # frozen sets have no order
    profiles = [p._replace(departments=sorted(p.departments)) for p in said[5]]
    text = repr((*said[:5], profiles, *said[6:]))
    digest = hashlib.sha256(text.encode()).hexdigest()
    assert (columns_file.FORMAT, digest[:16]) == (2, "709e3152d6fbb909")
