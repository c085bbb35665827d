"""An action names what is done; its texts are kept without numbers of persons."""

import pytest
from pydantic import ValidationError

from api.schemas.actions import ActionIn


def test_action_is_read_with_everything_it_may_have() -> None:
    body = {
        "action": "correct",
        "reason": "看错 0571-86123456",
        "task": "E/1",
        "to": "G",
    }
    body |= {"lon": 120.08, "lat": 30, "datum": "gcj02", "note": "13812345678"}
    action = ActionIn.model_validate(body)
    assert (action.action, action.task, action.to) == ("correct", "E/1", "G")
    assert (action.lon, action.lat, action.datum) == (120.08, 30.0, "gcj02")
    assert (action.reason, action.note) == ("看错 0571-******56", "138******78")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"action": ""},
        {"action": "note", "height": 3},
        {"action": "relocate", "lon": 120.08},
        {"action": "return", "reason": "x" * 1001},
        {"action": ["accept"]},
    ],
    ids=str,
)
def test_action_that_is_none_is_refused(body: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        ActionIn.model_validate(body)
