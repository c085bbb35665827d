"""Kinds belong to one pack each; a value that no pack may have is named by its path."""

from dataclasses import replace

import pytest

from gis.errors import ScenarioError
from gis.events import (
    CORE_PLATFORMS,
    Codes,
    Kind,
    Minutes,
    Pack,
    Platform,
    SameWithin,
    Scenarios,
    pack_flaws,
)

CODES = Codes(("s_town", "bell"), (*CORE_PLATFORMS, "sky_net"))
KIND = Kind(
    "noise",
    ("噪声", "Noise"),
    "enforcement",
    "security",
    "enforcement",
    ("urban_management",),
    Minutes(15, 30, 1440, 30),
)
PACK = Pack("noise", ("噪声", "Noise"), "office", ("camera",), "s_town", (KIND,))
PLATFORMS = (Platform("market", "市场监管", "Market"), Platform("x", "X", "X"))
DISPUTE = replace(KIND, kind="dispute", is_sensitive=True)
FIRE = replace(KIND, kind="fire", is_hazard=True, departments=("fire", "police"))


def paths(pack):
    return [flaw.path for flaw in pack_flaws(pack, CODES)]


def of_kind(**changes):
    return replace(PACK, kinds=(replace(KIND, **changes),))


def test_sound_pack_has_no_flaw():
    assert paths(PACK) == []
    assert paths(of_kind(platform="sky_net", close_at="tier3", whistle_by=())) == []


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"pack": "Noise"}, ("pack",)),
        ({"pack": "n" * 65}, ("pack",)),
        ({"name": ("噪声", " ")}, ("name",)),
        ({"name": ("噪声", "a\u202eb")}, ("name",)),
        ({"owner": "\t"}, ("owner",)),
        ({"sources": ()}, ("sources",)),
        ({"sources": ("kamera",)}, ("sources",)),
        ({"sources": ("camera", "camera")}, ("sources",)),
        ({"template": "tianjin"}, ("loop",)),
        ({"verify_below": 1.01}, ("verify_below",)),
        ({"verify_below": -0.1}, ("verify_below",)),
        ({"verify_below": float("nan")}, ("verify_below",)),
        ({"symbol": "a stall"}, ("map", "symbol")),
        ({"kinds": ()}, ("kinds",)),
        ({"kinds": (KIND, KIND)}, ("kinds", 1, "kind")),
    ],
)
def test_flaw_of_a_pack_is_found_where_it_stands(changes, path):
    assert paths(replace(PACK, **changes)) == [path]


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"kind": "出店"}, ("kind",)),
        ({"name": ("", "Noise")}, ("name",)),
        ({"module": "space"}, ("module",)),
        ({"line": "hz"}, ("line",)),
        ({"platform": "triage"}, ("platform",)),
        ({"departments": ()}, ("departments",)),
        ({"departments": ("police", "police")}, ("departments",)),
        ({"departments": ("the police",)}, ("departments",)),
        ({"minutes": Minutes(0, 1, 1, 1)}, ("minutes", "accept")),
        ({"minutes": Minutes(1, 1, 1, -5)}, ("minutes", "climb")),
        ({"minutes": Minutes(1, 10**30, 1, 1)}, ("minutes", "arrive")),
        ({"same_within": SameWithin(0.0, 5)}, ("same_within", "metres")),
        ({"same_within": SameWithin(float("inf"), 5)}, ("same_within", "metres")),
        ({"same_within": SameWithin(5.0, 0)}, ("same_within", "minutes")),
        ({"close_at": "tier0"}, ("close_at",)),
        ({"whistle_by": ("mayor",)}, ("whistle_by",)),
        ({"whistle_by": ("auditor",)}, ("whistle_by",)),
        ({"responders": ("a b",)}, ("responders",)),
    ],
)
def test_flaw_of_a_kind_is_found_where_it_stands(changes, path):
    assert paths(of_kind(**changes)) == [("kinds", 0, *path)]


def test_bell_without_responders_is_a_flaw():
    bell = replace(PACK, template="bell")
    assert paths(bell) == [("kinds", 0, "responders")]
    responding = replace(KIND, responders=("housing",))
    assert paths(replace(bell, kinds=(responding,))) == []


def test_kind_and_its_pack_are_looked_up_and_a_strange_kind_is_in_none():
    scenarios = Scenarios((PACK,), PLATFORMS)
    assert scenarios.kind("noise") is KIND
    assert scenarios.pack_of("noise") is PACK
    assert scenarios.kind("kite") is scenarios.pack_of("kite") is None
    assert scenarios.names_of("noise") == ("噪声", "Noise")
    assert scenarios.names_of("kite") == ("kite", "kite")
    assert scenarios.module_of("noise") == scenarios.kinds["noise"].module != ""
    assert scenarios.module_of("noise", "safety") == "safety"
    assert scenarios.module_of("kite") == ""


@pytest.mark.parametrize("other", ["noise", "other"])
def test_pack_or_kind_that_stands_twice_is_refused(other):
    with pytest.raises(ScenarioError, match=r"'noise'.*expected one"):
        Scenarios((PACK, replace(PACK, pack=other)), PLATFORMS)


def test_sensitive_kinds_and_hazards_are_those_that_say_so():
    pack = replace(PACK, kinds=(KIND, FIRE, DISPUTE))
    scenarios = Scenarios((pack,), PLATFORMS)
    assert scenarios.sensitive_kinds == ("dispute",)
    assert scenarios.hazard_kinds == ("fire",)


def test_kind_none_of_whose_bodies_is_there_has_no_destination():
    scenarios = Scenarios((replace(PACK, kinds=(KIND, FIRE)),), PLATFORMS)
    assert scenarios.without_destination({"police"}) == ("noise",)
    assert scenarios.without_destination(set()) == ("fire", "noise")
    assert scenarios.without_destination({"police", "urban_management"}) == ()


def test_pack_of_the_same_id_stands_in_the_place_of_the_other():
    later = replace(PACK, kinds=(FIRE,))
    scenarios = Scenarios((PACK,), PLATFORMS).with_packs([later])
    assert scenarios.packs == (later,)
    assert scenarios.kind("noise") is None


def test_digest_changes_with_what_a_pack_says_and_with_nothing_else():
    assert replace(PACK).digest == PACK.digest
    assert of_kind(minutes=Minutes(16, 30, 1440, 30)).digest != PACK.digest
    assert len(PACK.digest) == 64


def test_four_platforms_are_core_and_others_are_not():
    assert [platform.is_core for platform in PLATFORMS] == [True, False]
