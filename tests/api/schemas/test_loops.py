"""Events as they are answered: times in UTC, closed fields for those who act."""

import json

import pytest
from pydantic import TypeAdapter, ValidationError

from api.schemas.loops import (
    EventListOut,
    EventOut,
    HistoryOut,
    StateName,
    TasksOut,
    event_bytes,
    history_bytes,
    page_bytes,
    tasks_bytes,
)
from api.service.events.pages import PageQuery
from support.makers.event_town import AUDITOR, OPERATOR, URBAN, EventTown


@pytest.fixture(scope="module")
def town() -> EventTown:
    return EventTown()


@pytest.fixture(scope="module")
def event_id(town: EventTown) -> str:
    event_id = str(town.report(text="占道", links=("https://x.example/1",)))
    town.act(event_id, OPERATOR, "note", note="seen", reason="why")
    town.act(event_id, URBAN, "handle")
    return event_id


@pytest.mark.parametrize("state", ["triage", "assigned", "supervised", "done"])
def test_a_state_is_one_of_some_loop(state: str) -> None:
    assert TypeAdapter(StateName).validate_python(state) == state


@pytest.mark.parametrize("state", ["", "Triage", "paused"])
def test_a_state_of_no_loop_is_refused(state: str) -> None:
    with pytest.raises(ValidationError, match="is no state of a loop"):
        TypeAdapter(StateName).validate_python(state)


@pytest.mark.parametrize(("party", "text"), [(OPERATOR, "占道"), (AUDITOR, None)])
def test_an_event_is_as_its_model_says(
    town: EventTown, event_id: str, party: object, text: str | None
) -> None:
    dossier = town.office.dossiers.open(event_id, party)
    answer = EventOut.model_validate_json(
        event_bytes(dossier, town.store.event(event_id).new)
    )
    assert answer.event.text == text
    assert (answer.event.lon is None) is (text is None)
    assert (answer.loop.state, answer.loop.seq) == ("handled", 3)
    assert answer.loop.handled_at is not None
    assert [task.state for task in answer.tasks] == ["open"]


@pytest.mark.parametrize(("party", "reason"), [(OPERATOR, "why"), (AUDITOR, None)])
def test_a_history_is_as_its_model_says(
    town: EventTown, event_id: str, party: object, reason: str | None
) -> None:
    dossier = town.office.dossiers.open(event_id, party)
    answer = HistoryOut.model_validate_json(history_bytes(dossier))
    assert [line.state for line in answer.actions] == ["assigned"] * 2 + ["handled"]
    assert answer.actions[1].reason == reason
    assert (answer.actions[1].request is None) is (reason is None)


def test_tasks_and_pages_are_as_their_models_say(
    town: EventTown, event_id: str
) -> None:
    dossier = town.office.dossiers.open(event_id, OPERATOR)
    tasks = TasksOut.model_validate_json(tasks_bytes(dossier)).tasks
    assert [task.sort for task in tasks] == ["handle", "verify"]
    page = town.office.pages.page(PageQuery(), OPERATOR.scope)
    [line] = EventListOut.model_validate_json(page_bytes(page)).events
    assert (line.event_id, line.overdue) == (event_id, False)
    assert json.loads(page_bytes(page))["events"][0]["occurred_at"].endswith("Z")
