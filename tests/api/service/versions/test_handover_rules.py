"""Rules on open events: recorded as others are, each about one version."""

import json
import re

import pytest

from api.service.versions.handover_rules import handover_rows, keeping_since
from gis.errors import InvalidLayerError
from gis.events import OpenEvents
from support.makers.square_town import NOW, SquareTown, local

OCTOBER = local("2026-10-01")
DAY = "2026-10-01T00:00:00+08:00"


def rule(rule_id: str = "handover/main", word: object = "keep") -> dict[str, object]:
    """A rule as somebody loads it."""
    body = json.dumps({"open_events": word})
    return {"rule_id": rule_id, "owner": "office", "body": body, "valid_from": DAY}


def record(town: SquareTown, mode: OpenEvents) -> int:
    """Record what the gate would; say how many rows that is."""
    rows = handover_rows(town.store, "main", mode, OCTOBER, "planner")
    if not rows.empty:
        town.store.record("rules", rows)
    return len(rows)


def test_rule_keeps_since_its_instant_and_for_its_system(squares: SquareTown) -> None:
    squares.record("rules", rule(), rule("handover/police"), rule("handover/x", "move"))
    assert keeping_since(squares.store) == {OCTOBER}
    assert keeping_since(squares.store, "police") == {OCTOBER}
    assert keeping_since(squares.store, "x") == frozenset()


def test_move_is_recorded_only_where_a_rule_keeps(squares: SquareTown) -> None:
    assert record(squares, OpenEvents.MOVE) == 0
    assert record(squares, OpenEvents.KEEP) == 1
    assert keeping_since(squares.store) == {OCTOBER}
    squares.clock.now = NOW + 1000
    assert record(squares, OpenEvents.MOVE) == 1
    assert keeping_since(squares.store) == frozenset()


@pytest.mark.parametrize(
    ("row", "text"),
    [
        (rule(word="stay"), r"expected, one of \['move', 'keep'\]"),
        (rule("handover/"), "names no grid system"),
        ({**rule(), "owner": None}, "owner"),
    ],
    ids=["other word", "no system", "no owner"],
)
def test_rules_are_checked_when_they_are_recorded(
    squares: SquareTown, row: dict[str, object], text: str
) -> None:
    before = squares.store.last_link()
    with pytest.raises(InvalidLayerError) as raised:
        squares.record("rules", row)
    faults = " ".join(map(str, raised.value.faults))
    assert re.search(text, f"{raised.value} {faults}")
    assert squares.store.last_link() == before
