"""Reports that wait together are looked at and stored together, each for itself."""

import threading

import pytest

from api.service.events.draft import Arrival
from api.service.events.reception import Reception
from api.service.events.report import EventReport
from gis.errors import SourceError, StoreError, StoreUnavailableError
from layers.stores.loops import Entry
from support.makers.event_town import REPORTER, EventTown

HERE = {"lon": 120.005, "lat": 30.005, "datum": "cgcs2000"}
REFUSED = StoreError("Event 'refused' is in the store with other content.")


def report(source_id, source="hotline"):
    return EventReport(source, source_id, "street_trading", **HERE)


class Recorder:
    """An intake that says what it was asked for, once it is let."""

    def __init__(self):
        self.is_open = threading.Event()
        self.steps = []

    def drafts(self, arrivals):
        self.is_open.wait()
        self.steps += [f"draft {report.source_id}" for report, _ in arrivals]
        return [report for report, _ in arrivals]

    def entry(self, draft, answer):
        self.steps.append(f"answer {draft.source_id}")
        return Entry(None, (answer, draft.source_id))

    @property
    def store(self):
        return self

    def append_each(self, calls):
        self.steps.append(f"append {len(calls)}")
        entries = [entry for [entry] in calls]
        return [
            REFUSED if e.actions[1] == "refused" else e.actions[:1] for e in entries
        ]


@pytest.fixture
def recorder():
    return Recorder()


@pytest.fixture
def reception(recorder):
    reception = Reception(recorder, lambda draft: draft.source_id.encode())
    yield reception
    recorder.is_open.set()
    reception.close()


def receive(reception, names):
    """Bring reports one after the other; return what each will hear."""
    return {name: reception.receive(report(name), REPORTER) for name in names}


def test_what_waits_is_looked_at_first_and_then_stored_at_once(recorder, reception):
    recorder.is_open.set()
    arrivals = [[Arrival(report(name), REPORTER)] for name in "ab"]
    assert reception._take_in(arrivals) == [(b"a",), (b"b",)]
    assert recorder.steps == [
        *("draft a", "draft b", "answer a", "answer b"),
        "append 2",
    ]


def test_what_cannot_be_stored_is_told_its_caller_alone(recorder, reception):
    futures = receive(reception, ["a", "b", "refused", "c"])
    recorder.is_open.set()
    assert isinstance(futures.pop("refused").exception(), StoreError)
    assert [f.result() for f in futures.values()] == [(b"a",), (b"b",), (b"c",)]


def test_a_report_of_nobody_is_refused_and_the_others_are_taken_in():
    town = EventTown()
    reception = Reception(town.intake, lambda draft: draft.loop.event_id.encode())
    known = reception.receive(report("1"), REPORTER)
    unknown = reception.receive(report("2", source="nobody"), REPORTER)
    [receipt] = known.result()
    assert isinstance(unknown.exception(), SourceError)
    assert receipt.actions[0].action.answer == receipt.event.event_id.encode()
    assert len(town.store.events()) == 1
    reception.close()


def test_what_waits_at_the_end_is_taken_in_and_nothing_after(recorder, reception):
    futures = receive(reception, "ab")
    recorder.is_open.set()
    reception.close()
    assert [f.result() for f in futures.values()] == [(b"a",), (b"b",)]
    with pytest.raises(StoreUnavailableError):
        reception.receive(report("c"), REPORTER)
