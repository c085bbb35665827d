"""A report holds what was sent, by name."""

from api.service.events.report import EventReport
from gis.models import Instant


def test_members_are_what_was_reported_without_how_times_were_written() -> None:
    report = EventReport(
        "hotline", "H-1", "noise", occurred_at=Instant(5), local_times=("occurred_at",)
    )
    members = report.members()
    assert (members["source_id"], members["occurred_at"]) == ("H-1", 5)
    assert "local_times" not in members
