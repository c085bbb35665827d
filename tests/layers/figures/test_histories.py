"""Events of a history are counted as they were recorded, once, whatever comes after."""

import pytest

from gis.access import EVERYTHING, WHOLE, Scope
from gis.events import Changes
from layers.figures.histories import history_step, recorded_events
from layers.figures.question import FigureQuery, Ground, Meaning
from layers.figures.step_log import StepLog
from layers.figures.tally import count_events
from layers.packs.scenario_files import scenarios
from layers.stores.loops import Entry
from support.makers.loop_entries import action_of
from support.makers.square_town import NOW, SquareTown, local


@pytest.fixture
def eventful(tmp_path):
    """The town of squares with four events loaded from a file."""
    town = SquareTown()
    town.load(tmp_path)
    return town


YEAR = 365 * 86_400_000


def counts(log, scope=WHOLE, known_at=None, path="C"):
    ground = Ground(path)
    span = local("2026-09-01"), local("2026-10-01")
    query = FigureQuery(ground, *span, NOW + YEAR, known_at, ())
    return count_events(log.current(), query, scope, Meaning()).total.counts


def test_each_event_says_whose_it_was_when_it_occurred(eventful):
    steps = [
        history_step(record, scenarios())
        for record in recorded_events(eventful.store, 0)
    ]
    first, _, outside, nowhere = steps
    assert first.changes.loop["area_path"].endswith("G1/")
    assert (first.changes.loop["kind"], first.changes.loop["grid_id"]) == (
        *("noise", "G1"),
    )
    assert first.changes.loop["line"] == scenarios().kinds["noise"].line
    assert [step.changes.loop["grid_id"] for step in (outside, nowhere)] == [None] * 2
    assert first.at == local("2026-09-20T08:00")


def test_events_of_a_history_are_neither_open_nor_closed(eventful):
    log = StepLog(eventful.store)
    total = counts(log, path="")
    assert (total["events"], total["located"], total["open"]) == (4, 2, 0)
    assert (total["resolved"], total["closed_in_time"], total["overdue"]) == (0, 0, 0)
    assert total["no_grid"] == 2
    assert counts(log, Scope(("C/W/G1/",)))["events"] == 1
    assert counts(log, EVERYTHING, known_at=NOW - YEAR)["events"] == 0


def test_an_event_that_begins_a_loop_later_is_still_one(eventful):
    log = StepLog(eventful.store)
    assert counts(log)["events"] == 2
    event_id = eventful.event_id("e1")
    loop = {"state": "assigned", "phase": "processing", "kind": "noise"}
    loop |= {"area_path": "C/W/G1/", "grid_id": "G1", "status": "inside"}
    occurred = local("2026-09-10T08:00")
    loop |= {"occurred_at": occurred, "received_at": local("2026-09-20T08:00")}
    begin = action_of(event_id, "report", at=NOW, changes=Changes(loop, ()))
    eventful.store.append([Entry(actions=(begin,))]).result()
    for columns in (log, StepLog(eventful.store)):
        total = counts(columns)
        assert (total["events"], total["open"]) == (2, 1)
