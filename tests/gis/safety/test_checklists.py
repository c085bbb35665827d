"""Checklists are read from JSON or refused in one sentence."""

import json
from importlib import resources

import pytest

from gis.errors import InvalidLayerError
from gis.models import Scene
from gis.safety import Checklists

BODY = json.loads(
    resources.files("layers.packs")
    .joinpath("rules")
    .joinpath("checklists.json")
    .read_text("utf8")
)
SHOP = BODY["scenes"]["street_shop"]


def test_shipped_lists_are_short_and_plain_in_both_languages():
    lists = Checklists.from_body(BODY)
    assert set(lists.scenes) == set(Scene)
    for items in lists.scenes.values():
        assert 6 <= len(items) <= 12
        assert "critical" in {item.severity for item in items}
        for item in items:
            assert item.zh.isprintable()
            assert item.en[0].isupper()
            assert item.en.endswith(".")
            assert len(item.zh) <= 30


def test_shipped_lists_claim_no_compliance():
    lists = Checklists.from_body(BODY)
    assert "示例" in lists.zh
    assert "no compliance" in lists.en


def with_shop(items):
    return {**BODY, "scenes": {**BODY["scenes"], "street_shop": items}}


BROKEN = {
    "unknown key": ({**BODY, "colour": 1}, "'colour'"),
    "missing key": ({k: v for k, v in BODY.items() if k != "owner"}, "'owner'"),
    "empty owner": ({**BODY, "owner": " "}, "'owner'"),
    "no scenes": ({**BODY, "scenes": []}, "'scenes'"),
    "scene missing": (
        {**BODY, "scenes": {"street_shop": SHOP}},
        "'key_security_place'",
    ),
    "ninth scene": ({**BODY, "scenes": {**BODY["scenes"], "zoo": SHOP}}, "'zoo'"),
    "no item": (with_shop([]), "'street_shop'"),
    "too many": (with_shop([*SHOP] * 9), "1 to 40"),
    "no object": (with_shop(["exit"]), "item 1"),
    "twice": (with_shop([*SHOP, SHOP[0]]), "'exit-blocked'"),
    "severity": (with_shop([{**SHOP[0], "severity": "grave"}]), "'grave'"),
    "number": (with_shop([{**SHOP[0], "zh": 5}]), "'5'"),
    "too long": (with_shop([{**SHOP[0], "en": "x" * 201}]), "1 to 200"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_lists_are_refused(name):
    body, part = BROKEN[name]
    with pytest.raises(InvalidLayerError, match="checklists") as caught:
        Checklists.from_body(body)
    assert part in str(caught.value)
    assert str(caught.value).endswith("correct the rule.")
