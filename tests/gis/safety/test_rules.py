"""Rules, campaigns and holidays are read from JSON or refused in one sentence."""

import itertools

import pytest

from gis.errors import InvalidLayerError
from gis.models import Scene
from gis.safety import (
    Campaign,
    SafetyRule,
    read_holidays,
)
from support.makers.safety_towns import BODY, RULE


def test_shipped_rule_reads_and_has_an_owner():
    assert RULE.owner
    assert set(RULE.scenes) == set(Scene)
    assert len(RULE.criteria) == 10


def without(key):
    return {name: value for name, value in BODY.items() if name != key}


def with_criterion(**changes):
    return {**BODY, "criteria": [{**BODY["criteria"][0], **changes}]}


SCENE = {"hazard": "low", "drill_days": None}
BROKEN = {
    "unknown key": ({**BODY, "colour": 1}, "'colour'"),
    "missing key": (without("version"), "'version'"),
    "empty owner": ({**BODY, "owner": " "}, "'owner'"),
    "scene missing": (
        {**BODY, "scenes": dict(itertools.islice(BODY["scenes"].items(), 7))},
        "'general_enterprise'",
    ),
    "ninth scene": ({**BODY, "scenes": {**BODY["scenes"], "zoo": SCENE}}, "'zoo'"),
    "scenes no object": ({**BODY, "scenes": []}, "object"),
    "hazard": (
        {**BODY, "scenes": {**BODY["scenes"], "street_shop": {**SCENE, "hazard": 4}}},
        "'hazard'",
    ),
    "drill days": (
        {
            **BODY,
            "scenes": {**BODY["scenes"], "street_shop": {**SCENE, "drill_days": 0}},
        },
        "'drill_days'",
    ),
    "unknown measure": (with_criterion(least={"smell": 1}), "'smell'"),
    "no measure": (with_criterion(least={}), "measures of"),
    "threshold 0": (with_criterion(least={"critical": 0}), "'critical'"),
    "threshold true": (with_criterion(least={"critical": True}), "'critical'"),
    "threshold text": (with_criterion(least={"critical": "1"}), "'critical'"),
    "green criterion": (with_criterion(code="green"), "'green'"),
    "list for a code": (with_criterion(code=["red"]), "'code'"),
    "no words": (with_criterion(zh=""), "'zh'"),
    "unknown key of a criterion": (with_criterion(weight=2), "'weight'"),
    "criteria no list": ({**BODY, "criteria": "all"}, "a list"),
    "no criteria": ({**BODY, "criteria": []}, "1 to 32"),
    "criterion no object": ({**BODY, "criteria": [1]}, "object"),
    "criterion twice": (
        {**BODY, "criteria": [BODY["criteria"][0]] * 2},
        "'critical-finding'",
    ),
}


@pytest.mark.parametrize(("body", "named"), BROKEN.values(), ids=BROKEN)
def test_broken_rule_is_refused_in_one_sentence(body, named):
    with pytest.raises(InvalidLayerError) as caught:
        SafetyRule.from_body(body)
    assert named in str(caught.value)
    assert str(caught.value).endswith(".")


CAMPAIGN = {
    "name": "燃气",
    "scenes": ["street_shop"],
    "first": "2026-08-01",
    "last": "2026-08-31",
}


def test_campaign_reads_what_it_writes():
    assert Campaign.from_body("gas", CAMPAIGN).body() == CAMPAIGN


@pytest.mark.parametrize(
    "change",
    [
        {"scenes": ["construction site"]},
        {"scenes": [""]},
        {"scenes": []},
        {"scenes": "street_shop"},
        {"scenes": [["street_shop"]]},
        {"last": "2026-07-31"},
        {"first": "August"},
        {"owner": "office"},
    ],
    ids=lambda change: "-".join(map(str, change.values())),
)
def test_broken_campaign_is_refused(change):
    with pytest.raises(InvalidLayerError, match="'gas'"):
        Campaign.from_body("gas", {**CAMPAIGN, **change})


@pytest.mark.parametrize(
    "body", [{}, {"days": "2026-10-01"}, {"days": ["1 Oct"]}, {"days": [], "more": 1}]
)
def test_broken_holidays_are_refused(body):
    with pytest.raises(InvalidLayerError):
        read_holidays(body)
