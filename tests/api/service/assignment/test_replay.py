"""Stored answers computed again: byte-equal, whatever was recorded since."""

from dataclasses import replace
from pathlib import Path

import pytest

from api.service.assignment.replay import PastStore, replay
from gis.errors import StoreError
from support.makers.contract_rows import neighbours
from support.makers.square_town import EVENTS, SquareTown, duty
from support.makers.store_history import new_event


@pytest.mark.parametrize("source_id", ["e1", "e2", "e3", "e4"])
def test_answers_come_out_byte_equal(eventful: SquareTown, source_id: str) -> None:
    results = replay(eventful.store, eventful.event_id(source_id))
    assert [result.name for result in results] == ["at_occurrence", "acting"]
    assert all(result.is_equal and not result.differences for result in results)


def test_what_is_recorded_later_changes_no_answer(eventful: SquareTown) -> None:
    before = eventful.snapshot().assigner
    late = duty("D1", "G1-L", "L009", "2026-11-01T00:00:00+08:00")
    eventful.record("duties", late)
    now = eventful.snapshot().assigner
    at = eventful.clock.now
    holders = [
        a.assign(120.005, 30.005, at=at).accountable.holder_id for a in (before, now)
    ]
    assert holders == ["L001", "L009"]
    results = replay(eventful.store, eventful.event_id("e1"))
    assert [result.is_equal for result in results] == [True, True]


def test_changed_answer_is_named_field_by_field(eventful: SquareTown) -> None:
    stored = eventful.store.event(eventful.event_id("e1")).new
    event = replace(stored.event, event_id="", source_id="forged")
    text = stored.at_occurrence.replace(b'"grid_id":"G1"', b'"grid_id":"G2"')
    assert text != stored.at_occurrence
    eventful.store.append_events([replace(stored, event=event, at_occurrence=text)])
    forged, acting = replay(eventful.store, eventful.event_id("forged"))
    assert not forged.is_equal
    assert forged.differences == (("assignment.grid_id", "G2", "G1"),)
    assert acting.is_equal


def test_unknown_event_is_refused(eventful: SquareTown) -> None:
    with pytest.raises(StoreError, match="has no event 'nobody'"):
        replay(eventful.store, "nobody")


def test_answer_of_another_system_is_refused(squares: SquareTown) -> None:
    squares.store.append_events([new_event("E1")])
    with pytest.raises(StoreError, match="only answers given by Pagoda"):
        replay(squares.store, squares.event_id("E1"))


def test_past_store_knows_no_later_facts_and_one_version(squares: SquareTown) -> None:
    revision = squares.store.revision()
    squares.record("duties", duty("D9", "G3-L", "L003", "2026-11-01T00:00:00+08:00"))
    squares.publish({"N1": (0, 2), "G3": (2, 3), "G4": (3, 4)}, "2026-10-01")
    past = PastStore(squares.store, 1, revision)
    assert past.facts("duties")["duty_id"].tolist() == ["D0", "D1", "D2"]
    assert [version.version for version in past.history().versions] == [1]
    assert len(squares.store.facts("duties")) == 4


def test_neighbours_loaded_later_change_no_answer_and_those_before_come_out_equal(
    eventful: SquareTown, tmp_path: Path
) -> None:
    area = neighbours(("330106", "西湖区", 119.9, 120))
    eventful.store.record("neighbours", area)
    text = EVENTS.replace("e3", "e5").splitlines()
    eventful.load(tmp_path, "\n".join([text[0], text[3]]))
    texts = [
        eventful.store.event(eventful.event_id(name)).new.acting
        for name in ("e3", "e5")
    ]
    assert [b'"neighbour_id":"330106"' in answer for answer in texts] == [False, True]
    eventful.clock.now += 1
    eventful.store.record("neighbours", area.assign(cancelled=True))
    for name in ("e3", "e5"):
        results = replay(eventful.store, eventful.event_id(name))
        assert [result.is_equal for result in results] == [True, True]
