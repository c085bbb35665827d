"""What is written down of keys and closed fields is of no event and has a purpose."""

import pytest

from api.service.access.audit import CLOSED_READ, KEY_MADE, audit_action
from gis.access import Caller, Role
from gis.errors import SettingError
from gis.models import Instant

AUDITOR = Caller("K1", Role.AUDITOR)


def test_an_action_of_the_audit_says_who_did_what_and_why() -> None:
    action = audit_action(AUDITOR, CLOSED_READ, {"layer": "keys"}, "review", Instant(5))
    assert (action.event_id, action.key_id, action.role) == (None, "K1", "auditor")
    assert (action.action, action.at, action.reason) == (CLOSED_READ, 5, "review")
    assert action.request == {"layer": "keys"}


def test_actions_of_the_audit_have_ids_that_ascend() -> None:
    ids = [
        audit_action(AUDITOR, KEY_MADE, {}, "", Instant(5)).action_id for _ in range(9)
    ]
    assert ids == sorted(set(ids))


@pytest.mark.parametrize("reason", ["", " ", "\t\n"])
def test_closed_fields_are_not_read_without_a_purpose(reason: str) -> None:
    with pytest.raises(SettingError, match="purpose of 'closed_read' is empty"):
        audit_action(AUDITOR, CLOSED_READ, {}, reason, Instant(0))
