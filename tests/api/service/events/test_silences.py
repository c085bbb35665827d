"""Who was not answered in time is listed, the longest silent first."""

import pandas as pd

from api.service.events import silences
from api.service.events.silences import longest_silent
from gis.models import Instant
from layers.figures.question import Meaning

MEANING = Meaning(accept_minutes={"noise": 1}, other_minutes=10)


def rows(*events):
    columns = ["event_id", "kind", "first_department", "received_at"]
    return pd.DataFrame(events, columns=columns)


def test_silent_are_those_whose_own_term_has_passed():
    silent = rows(
        ("E1", "noise", "police", 30_000),
        ("E2", "noise", "", 0),
        ("E3", "kite", "", 0),
        ("E4", "noise", "", 40_001),
    )
    late = longest_silent(silent, MEANING, Instant(100_000))
    assert [(s.event_id, s.accept_by) for s in late] == [("E2", 60_000), ("E1", 90_000)]


def test_no_more_are_listed_than_anybody_reads(monkeypatch):
    monkeypatch.setattr(silences, "MOST_SILENT", 2)
    silent = rows(*((f"E{n}", "noise", "", -n) for n in range(4)))
    late = longest_silent(silent, MEANING, Instant(10**9))
    assert [s.event_id for s in late] == ["E3", "E2"]
