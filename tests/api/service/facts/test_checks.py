"""Ticks become findings with their severity; a check is recorded once."""

from dataclasses import replace

import pytest

from api.service.facts.checks import (
    RecordedCheck,
    Ticks,
    check_of,
    mark_of,
    record_once,
    recorded_check,
)
from api.service.rating.days import RiskDesk
from gis.errors import ChangedRequestError, InvalidLayerError, StoreError
from gis.models import SafetyCode
from gis.safety import ChecklistItem
from layers.rating.places import explain_place, open_findings
from support.makers.square_town import NOW, TIMEZONE, SquareTown

ITEMS = (
    ChecklistItem("exit", "critical", "出口被堵", "The exit is blocked."),
    ChecklistItem("wire", "minor", "电线裸露", "Wires are bare."),
)
TICKS = Ticks("P2", "G1-L", NOW)


@pytest.fixture
def desk():
    return RiskDesk(SquareTown().store, TIMEZONE)


def check(**ticks):
    return check_of(replace(TICKS, **ticks), "I-9", ITEMS, [])


def test_ticks_are_findings_of_the_severity_of_their_items():
    found = check(faults=frozenset({"exit"}), fixed=frozenset({"wire"}))
    assert [(f.finding_id, f.severity, f.about) for f in found.findings] == [
        ("I-9/exit", "critical", "出口被堵"),
        ("I-9/wire", "minor", "电线裸露"),
    ]
    assert found.fixed == ("I-9/wire",)
    assert (found.place_id, found.post_id, found.kind) == ("P2", "G1-L", "check")


def test_what_no_list_has_is_a_finding_with_its_photo_and_who_said_it():
    [finding] = check(
        note="招牌松动",
        severity="serious",
        link="https://a.example/1",
        is_on_behalf=True,
    ).findings
    assert finding.finding_id == "I-9/note"
    assert finding.severity == "serious"
    assert finding.about == "居民反映：招牌松动；照片：https://a.example/1"


def test_nothing_ticked_is_a_check_that_found_nothing():
    assert (check().findings, check().fixed) == ((), ())


def place_code(desk):
    place = explain_place(desk.at_place("P2"), "P2")
    assert place is not None
    return place.explanation.code


def test_a_check_is_recorded_once_and_says_what_it_recorded(desk):
    ticked = check(faults=frozenset({"exit", "wire"}), fixed=frozenset({"wire"}))
    sequence = desk.store.last_link().sequence
    record_once(desk, ticked)
    record_once(desk, ticked)
    assert desk.store.last_link().sequence == sequence + 1
    facts = desk.at_place("P2")
    assert recorded_check(facts, "I-9") == RecordedCheck(2, 1, 0)
    assert recorded_check(facts, "I-none") is None
    assert place_code(desk) is SafetyCode.RED


def test_a_check_of_the_same_id_that_says_something_else_is_refused(desk):
    record_once(desk, check(faults=frozenset({"wire"})))
    with pytest.raises(ChangedRequestError, match="something else"):
        record_once(desk, check())
    with pytest.raises(StoreError):
        record_once(desk, replace(check(), place_id="P1"))


def test_a_check_at_no_place_is_refused(desk):
    with pytest.raises(InvalidLayerError):
        record_once(desk, replace(check(), place_id="none"))


def test_a_finding_of_before_is_put_right_by_its_mark(desk):
    record_once(desk, check(faults=frozenset({"exit"})))
    earlier = open_findings(desk.at_place("P2"), "P2")
    assert "I-9/exit" in {finding.finding_id for finding in earlier}
    ticks = replace(TICKS, earlier=frozenset({mark_of("I-9/exit"), "no mark"}))
    again = check_of(replace(ticks, done_at=NOW), "I-10", ITEMS, earlier)
    assert again.fixed == ("I-9/exit",)
