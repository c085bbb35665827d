"""Lines of the audit say who did what, when and why, and move no cursor."""

from api.cli.text.audit import audit_lines
from gis.events import Action, StoredAction
from gis.models import Instant


def test_a_line_says_who_read_what_when_and_why() -> None:
    action = Action(
        "A",
        None,
        "closed_read",
        Instant(0),
        key_id="K-1",
        role="auditor",
        reason="审计\x1b[2J",
        request={"event_id": "E", "view": "event"},
    )
    [line] = audit_lines([StoredAction(action, 12, 0, 3, Instant(0))], "Asia/Shanghai")
    assert line == (
        "12  1970-01-01T08:00:00.000+08:00  K-1  auditor  closed_read  "
        '{"event_id": "E", "view": "event"}  "审计\\u001b[2J"'
    )
