"""Rules in force: shipped defaults, imprint, campaigns, and what is wrong with some."""

import json
from importlib import resources

import pandas as pd
import pytest

from gis.editing.sizing import SizingRule
from gis.errors import InvalidLayerError
from gis.models import Instant, Scene
from gis.risk import RiskMethod
from gis.safety import Calendar, SafetyRule
from layers.packs.rulebook import (
    SHIPPED,
    Imprint,
    read_rulebook,
    rule_faults,
    scenarios_in_force,
    shipped_rule,
    shipped_rules,
)
from layers.packs.scenario_files import scenarios
from layers.words import Words
from support.makers.pack_texts import TEXT

CAMPAIGN = {
    "name": "燃气",
    "scenes": ["street_shop"],
    "first": "2026-08-01",
    "last": "2026-08-31",
}


def rules(**bodies):
    """Rules as rows of their layer; a body that is text stays as it is."""
    texts = [
        body if isinstance(body, str) else json.dumps(body) for body in bodies.values()
    ]
    return pd.DataFrame({"rule_id": list(bodies), "owner": "office", "body": texts})


NONE = rules()


@pytest.mark.parametrize("told", [NONE, shipped_rules()], ids=["none", "recorded"])
def test_shipped_rules_are_what_is_read(told):
    book = read_rulebook(told)
    bodies = {
        rule_id: json.loads(
            resources.files("layers.packs")
            .joinpath("rules")
            .joinpath(f"{rule_id}.json")
            .read_text("utf8")
        )
        for rule_id in SHIPPED
    }
    assert book.safety == SafetyRule.from_body(bodies["safety"])
    assert book.sizing == SizingRule.from_body(bodies["sizing"])
    # the kinds that count are those that the table calls hazards
    hazards = {"event_kinds": [*scenarios().hazard_kinds]}
    assert book.method == RiskMethod.from_body(bodies["risk"] | hazards)
    assert (book.calendar, book.imprint) == (Calendar(), Imprint())


def test_a_town_replaces_one_rule_and_keeps_the_other():
    own = shipped_rule("risk") | {"version": "area-risk/own", "k": 0.5}
    book = read_rulebook(rules(risk=own))
    assert (book.method.version, book.method.k) == ("area-risk/own", 0.5)
    assert book.safety.version == shipped_rule("safety")["version"]


def test_a_town_replaces_the_checklists_from_a_day_on():
    own = shipped_rule("checklists") | {"version": "checklists/own"}
    shop = [{"item_id": "door", "severity": "serious", "zh": "门坏了", "en": "Broken."}]
    own["scenes"] = own["scenes"] | {"street_shop": shop}
    lists = read_rulebook(rules(checklists=own)).checklists
    assert lists.version == "checklists/own"
    assert [item.item_id for item in lists.scenes[Scene.STREET_SHOP]] == ["door"]
    faulty = numbered(rules(checklists=own | {"scenes": {}}))
    [fault] = rule_faults(faulty, faulty.iloc[:0], Instant(0))
    assert "'street_shop'" in fault.rule


def test_holidays_and_campaigns_make_the_calendar():
    told = {"holidays": {"days": ["2026-10-01"]}, "campaign/gas": CAMPAIGN}
    calendar = read_rulebook(rules(**told)).calendar
    assert [day.isoformat() for day in calendar.holidays] == ["2026-10-01"]
    [campaign] = calendar.campaigns
    assert (campaign.campaign_id, campaign.scenes) == ("gas", (Scene.STREET_SHOP,))


def test_imprint_has_names_attribution_and_tiers():
    body = {
        "name": "Chicago",
        "name_zh": "芝加哥",
        "is_synthetic": True,
        "review_number": "GS 1",
        "attribution": "City of Chicago, open data portal",
        "tiers": {"2": {"zh": "警区", "en": "Districts"}},
    }
    imprint = read_rulebook(rules(imprint=body)).imprint
    assert imprint.words == Words("芝加哥", "Chicago")
    assert imprint.attribution == body["attribution"]
    assert imprint.names_of_tier(2) == ("警区", "Districts")
    assert imprint.names_of_tier(1) == ("核心指挥圈", "Core circle")
    assert imprint.names_of_tier(7) == ("第 7 层", "Tier 7")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"colour": "red"}, "has 'colour' as 'red', expected only"),
        ({"name": 1}, "has 'name' as 1"),
        ({"is_synthetic": "yes"}, "has 'is_synthetic' as 'yes'"),
        ({"attribution": ["a", "b"]}, r"has 'attribution' as \['a', 'b'\]"),
        ({"tiers": ["a"]}, r"has 'tiers' as \['a'\]"),
        ({"tiers": {"top": {"zh": "市", "en": "City"}}}, "names tier 'top' as"),
        ({"tiers": {"0": {"zh": "市", "en": "City"}}}, "names tier '0' as"),
        ({"tiers": {"1": {"zh": "市"}}}, "names tier '1' as"),
        ({"tiers": {"1": {"zh": "市", "en": " "}}}, "names tier '1' as"),
        ({"tiers": {"1": {"zh": "市", "en": "City", "de": "Stadt"}}}, "names tier '1'"),
        ({"tiers": {"1": "City"}}, "names tier '1' as 'City'"),
    ],
)
def test_imprint_that_is_not_as_it_must_be_is_refused(body, said):
    with pytest.raises(InvalidLayerError, match=said):
        read_rulebook(rules(imprint=body))


def test_colour_scale_that_is_not_named_is_refused():
    body = {k: v for k, v in shipped_rule("risk").items() if k != "scale"}
    with pytest.raises(InvalidLayerError, match="'scale'"):
        read_rulebook(rules(risk=body))
    with pytest.raises(InvalidLayerError, match="'traffic_light'"):
        read_rulebook(rules(risk=body | {"scale": "traffic_light"}))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"scenes": ["street shop"]}, "'street shop', which is scene 'street_shop'"),
        ({"scenes": []}, "list of some of"),
        ({"last": "2026-07-31"}, "before its first day '2026-08-01'"),
        ({"first": "soon"}, "'soon' where ISO 8601"),
        ({"reward": 5}, "'reward'"),
    ],
)
def test_broken_campaign_is_named(changes, said):
    with pytest.raises(InvalidLayerError, match=said) as caught:
        read_rulebook(rules(**{"campaign/gas": CAMPAIGN | changes}))
    assert "'gas'" in str(caught.value)


def test_campaign_without_its_days_is_named():
    body = {key: CAMPAIGN[key] for key in ("name", "scenes")}
    with pytest.raises(InvalidLayerError, match="'gas' has the keys"):
        read_rulebook(rules(**{"campaign/gas": body}))


def numbered(rules):
    """Rules as a store hands them to a rule: numbered from 1 by their index."""
    times = {"valid_from": pd.Timestamp(0, tz="UTC"), "cancelled": False}
    return rules.set_axis(range(1, len(rules) + 1)).assign(**times)


def test_every_fault_is_named_by_its_row():
    told = rules(
        **{
            "imprint": {"colour": "red"},
            "safety": shipped_rule("safety"),
            "campaign/gas": CAMPAIGN | {"scenes": ["street shop"]},
            "holidays": {"days": ["Monday"]},
            "risk": "{",
        }
    )
    faults = rule_faults(numbered(told), numbered(told).iloc[:0], Instant(0))
    assert [fault.row for fault in faults] == [1, 3, 4, 5]
    assert {fault.field for fault in faults} == {"body"}
    for fault, said in zip(
        faults, ("'colour'", "'street shop'", "'Monday'", "is not JSON"), strict=True
    ):
        assert said in fault.rule
    shipped = numbered(shipped_rules())
    assert rule_faults(shipped, shipped, Instant(0)) == []


def test_of_two_rows_of_a_rule_the_later_one_is_read():
    rows = rules(risk=shipped_rule("risk"))
    later = rules(risk=shipped_rule("risk") | {"version": "area-risk/own"})
    book = read_rulebook(pd.concat([rows, later]))
    assert book.method.version == "area-risk/own"


def pack_rule(text=TEXT, rule_id="pack/kites", since=0, **more):
    """A pack as a row of the layer of rules."""
    body = json.dumps({"toml": text}, ensure_ascii=False)
    row = {"rule_id": rule_id, "owner": "office", "body": body, "cancelled": False}
    moments = {"valid_from": pd.Timestamp(since, unit="ms", tz="UTC"), "valid_to": None}
    return row | moments | more


def pack_rules(*rows):
    frame = pd.DataFrame(rows, index=range(1, len(rows) + 1))
    return frame.assign(valid_to=pd.to_datetime(frame["valid_to"], utc=True))


NO_RULES = pack_rules(pack_rule()).iloc[:0]
WITH_NOISE = TEXT.replace('kind = "kite"', 'kind = "noise"')


def test_pack_of_a_store_is_in_force_from_its_time_on():
    frame = pack_rules(pack_rule(since=5))
    kinds = [scenarios_in_force(frame, Instant(at)).kind("kite") for at in (4, 5)]
    assert [kind is None for kind in kinds] == [True, False]
    assert "kite" in read_rulebook(frame).scenarios.hazard_kinds


def test_pack_of_a_store_ends_with_its_period():
    end = pd.Timestamp(9, unit="ms", tz="UTC")
    frame = pack_rules(pack_rule(valid_to=end))
    kinds = [scenarios_in_force(frame, Instant(at)).kind("kite") for at in (8, 9)]
    assert [kind is None for kind in kinds] == [False, True]


def test_later_version_of_a_pack_stands_in_the_place_of_the_one_before():
    later = TEXT.replace("accept = 15", "accept = 5")
    frame = pack_rules(pack_rule(later, since=5), pack_rule(since=2))
    packs = [scenarios_in_force(frame, Instant(at)).pack_of("kite") for at in (4, 5)]
    assert [pack.kinds[0].minutes.accept for pack in packs] == [15, 5]
    assert packs[0].digest != packs[1].digest


def test_store_replaces_a_shipped_pack_whole():
    text = TEXT.replace('pack = "kites"', 'pack = "digital_city"')
    frame = pack_rules(pack_rule(text, "pack/digital_city"))
    in_force = scenarios_in_force(frame, Instant(0))
    assert len(in_force.packs) == len(scenarios().packs)
    assert in_force.kind("noise") is None
    assert in_force.pack_of("kite").pack == "digital_city"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (pack_rule('pack = "kites"\ncolour = 1'), "line 2: has the key 'colour'"),
        (pack_rule(rule_id="pack/kite"), "line 1: has the pack 'kites', expected that"),
        (pack_rule(WITH_NOISE), "'noise' stands in the packs 'digital_city' and"),
        (pack_rule(body='{"text": ""}'), "has the keys ['text'], expected 'toml'"),
        (pack_rule(body='{"toml": 1}'), "has the keys ['toml'], expected 'toml'"),
        (pack_rule(body="pack = 1"), "is not JSON"),
    ],
    ids=["key", "id", "kind of another", "no toml", "number", "no json"],
)
def test_pack_that_cannot_be_read_is_a_fault_of_its_row(row, said):
    [fault] = rule_faults(pack_rules(row), NO_RULES, Instant(0))
    assert (fault.row, fault.field) == (1, "body")
    assert said in fault.rule


def test_kind_that_two_packs_of_a_store_would_have_at_some_time_is_a_fault():
    other = TEXT.replace('pack = "kites"', 'pack = "dragons"')
    recorded = pack_rules(pack_rule(since=50))
    clash = pack_rules(pack_rule(other, "pack/dragons", since=5))
    [fault] = rule_faults(clash, recorded, Instant(0))
    assert "'kite' stands in the packs" in fault.rule
    ended = clash.assign(valid_to=pd.Timestamp(50, unit="ms", tz="UTC"))
    assert rule_faults(ended, recorded, Instant(0)) == []


def test_taking_back_a_pack_that_another_gave_way_to_is_a_fault():
    moved = TEXT.replace('pack = "kites"', 'pack = "dragons"')
    without_kite = TEXT.replace('kind = "kite"', 'kind = "string"')
    recorded = pack_rules(
        pack_rule(),
        pack_rule(without_kite, since=5),
        pack_rule(moved, "pack/dragons", since=5),
    )
    back = pack_rules(pack_rule(without_kite, since=5, cancelled=True))
    [fault] = rule_faults(back, recorded, Instant(0))
    assert "'kite' stands in the packs" in fault.rule
    assert rule_faults(recorded, NO_RULES, Instant(0)) == []


def test_rule_on_open_events_is_looked_at():
    rule = {"handover/main": {"open_events": "keep"}}
    assert read_rulebook(rules(**rule)) == read_rulebook(NONE)
    rule["handover/main"]["open_events"] = "stay"
    with pytest.raises(InvalidLayerError, match=r"'handover/main'.*'keep'"):
        read_rulebook(rules(**rule))
