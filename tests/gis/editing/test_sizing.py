"""The sizing rule is read whole or refused with what is wrong in it."""

import pytest

from gis.editing.sizing import ITEMS, SizingRule
from gis.errors import InvalidLayerError
from layers.packs.rulebook import shipped_rule

BODY = {
    "version": "r/1",
    "owner": "office",
    "population": "registered",
    "hours": dict.fromkeys(ITEMS, 0.5),
    "limits": {"households": [300, 500], "load_h": [None, 160.5]},
    "source": "",
    "source_zh": "",
    "note": "",
    "note_zh": "",
}


def test_rule_has_what_its_body_says():
    rule = SizingRule.from_body(BODY)
    assert (rule.version, rule.owner, rule.population) == (
        "r/1",
        "office",
        "registered",
    )
    assert dict(rule.hours) == dict.fromkeys(ITEMS, 0.5)
    assert dict(rule.limits) == {"households": (300, 500), "load_h": (None, 160.5)}


def test_the_shipped_rule_can_be_read_and_has_an_owner():
    assert SizingRule.from_body(shipped_rule("sizing")).owner == "grid office"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"colour": 1}, "adds \\['colour'\\]"),
        ({"owner": " "}, "'owner' of the sizing rule is ' '"),
        ({"version": 1}, "'version' of the sizing rule is 1"),
        ({"population": "people"}, "expected one of \\['residents'"),
        ({"hours": {"place": 1}}, "hours from 0 to 1000 for each of"),
        ({"hours": BODY["hours"] | {"event": -1}}, "hours from 0 to 1000"),
        ({"hours": BODY["hours"] | {"event": True}}, "hours from 0 to 1000"),
        ({"hours": BODY["hours"] | {"event": float("nan")}}, "hours from 0 to 1000"),
        ({"limits": {"height": [0, 1]}}, "two numbers or null, ascending"),
        ({"limits": {"places": [2, 1]}}, "two numbers or null, ascending"),
        ({"limits": {"places": [1]}}, "two numbers or null, ascending"),
        ({"limits": {"places": "1-2"}}, "two numbers or null, ascending"),
        ({"limits": {"places": ["1", 2]}}, "two numbers or null, ascending"),
        ({"limits": []}, "two numbers or null, ascending"),
    ],
)
def test_body_that_is_no_rule_is_refused(changes, words):
    with pytest.raises(InvalidLayerError, match=words):
        SizingRule.from_body(BODY | changes)


def test_key_that_is_missing_is_named():
    body = {key: value for key, value in BODY.items() if key != "limits"}
    with pytest.raises(InvalidLayerError, match=r"\['limits'\]"):
        SizingRule.from_body(body)
