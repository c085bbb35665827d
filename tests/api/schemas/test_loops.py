"""What is said of an event and its steps, and to whom not."""

import pytest
from pydantic import BaseModel, ValidationError

from api.schemas.loops import HistoryLineOut, StateName, history_line
from gis.events import Action, StoredAction

STORED = StoredAction(
    Action(
        "A",
        "E",
        "override",
        0,
        ("assigned", "assigned"),
        "E/1",
        "K1",
        "operator",
        "P1",
        "因为错派",
        {"into": "kind"},
    ),
    7,
    2,
    3,
    1000,
)


class Asked(BaseModel):
    """A query with a state."""

    state: StateName


def test_a_state_of_any_loop_is_taken_and_no_other():
    assert Asked(state="handled").state == "handled"
    assert Asked(state="handed_over").state == "handed_over"
    with pytest.raises(ValidationError):
        Asked(state="finished")


def test_a_step_is_told_whole_to_who_acts():
    line = history_line(STORED, is_whole=True)
    assert (line["reason"], line["request"]) == ("因为错派", {"into": "kind"})
    assert (line["seq"], line["path"]) == (2, ("assigned", "assigned"))
    assert set(line) | {"state"} >= set(HistoryLineOut.model_fields)


def test_reasons_and_requests_are_closed_to_others():
    line = history_line(STORED, is_whole=False)
    assert (line["reason"], line["request"]) == (None, None)
    assert line["action"] == "override"
