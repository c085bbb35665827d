"""The rules in force on a day: safety, risk, sizing, checklists, the calendar."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import lru_cache
from importlib import resources
from types import NoneType
from typing import Any, Final, Self

import orjson
import pandas as pd

from gis.editing.sizing import SizingRule
from gis.errors import InvalidLayerError, RowFault, ScenarioError
from gis.events import Codes, Pack, Scenarios, read_open_events
from gis.local_time import DEFAULT_TIMEZONE
from gis.models import Instant
from gis.risk import RiskMethod
from gis.safety import Calendar, Campaign, Checklists, SafetyRule, read_holidays
from gis.sentences import joined, sentence
from layers.packs.scenario_files import codes_with, scenarios
from layers.packs.scenario_text import PackText, pack_of_text
from layers.schema.rules import body_of
from layers.schema.sharing import CLASS, ClassSettings, read_class, settings_of
from layers.words import Words, tier_name

SAFETY, RISK, SIZING = "safety", "risk", "sizing"
CHECKLISTS = "checklists"
HOLIDAYS, IMPRINT = "holidays", "imprint"
CAMPAIGN, PACK, HANDOVER = "campaign/", "pack/", "handover/"
SHIPPED: Final = (SAFETY, RISK, SIZING, CHECKLISTS)
"""Rules that have a default; a town records its own under the same id."""


@dataclass(frozen=True, slots=True)
class Imprint:
    """What every map and report prints of the place it is about.

    Attributes
    ----------
    name, name_zh
        Name of the place.
    is_synthetic
        Whether its data are made up.
    review_number
        The number under which its maps were approved; empty prints nothing.
    attribution
        Source and licence of its data, one text; empty prints nothing.
    timezone
        IANA zone of the months in which counts of people are given; another would be a
        second edition.
    tiers
        Tier -> Chinese and English name of its circles, where they are called
        otherwise than usual.
    """

    name: str = ""
    name_zh: str = ""
    is_synthetic: bool = False
    review_number: str = ""
    attribution: str = ""
    timezone: str = DEFAULT_TIMEZONE
    tiers: Mapping[int, tuple[str, str]] = field(default_factory=dict)

    @property
    def words(self) -> Words:
        """The name in each language, that of the other where there is one alone."""
        return Words(self.name_zh or self.name, self.name or self.name_zh)

    def names_of_tier(self, tier: int) -> tuple[str, str]:
        """Return the Chinese and English name of the circles of a tier.

        Examples
        --------
        >>> Imprint(tiers={2: ("警区", "Districts")}).names_of_tier(2)
        ('警区', 'Districts')
        """
        return self.tiers.get(tier) or tier_name(tier).both

    @classmethod
    def from_body(cls, body: Mapping[str, object]) -> Self:
        """Read an imprint from the body of a rule.

        Parameters
        ----------
        body
            Any of the names of this class; ``"tiers": {"4": {"zh": "...", "en":
            "..."}}``.

        Raises
        ------
        InvalidLayerError
            If it has an unknown key, or a value of another kind.

        Examples
        --------
        >>> Imprint.from_body({"name": "S town", "tiers": {"1": {"zh": "市"}}})
        Traceback (most recent call last):
        ...
        gis.errors.InvalidLayerError: Rule 'imprint' names tier '1' as {'zh': '市'}, \
expected a whole number from 1 and its texts 'zh' and 'en'; correct it.
        """
        kinds = {f.name: type(f.default) for f in fields(cls)} | {"tiers": dict}
        wrong = [k for k in body if not isinstance(body[k], kinds.get(k, NoneType))]
        if wrong:
            raise InvalidLayerError(
                "Rule 'imprint' has {wrong!r} as {body!r}, expected only {kinds!r}, "
                "texts, one truth value and names by tier; correct it.",
                wrong=wrong[0],
                body=body[wrong[0]],
                kinds=list(kinds),
            )
        values: dict[str, Any] = {**body}
        tiers = dict(_tier_names(*item) for item in values.pop("tiers", {}).items())
        return cls(**values, tiers=tiers)


def _tier_names(tier: str, names: object) -> tuple[int, tuple[str, str]]:
    """Return a tier and its Chinese and English name."""
    texts = names if isinstance(names, dict) else {}
    is_whole = tier.isdecimal() and int(tier) > 0
    is_named = all(isinstance(text, str) and text.strip() for text in texts.values())
    if not (is_whole and is_named and sorted(texts) == ["en", "zh"]):
        raise InvalidLayerError(
            "Rule 'imprint' names tier {tier!r} as {names!r}, expected a whole number "
            "from 1 and its texts 'zh' and 'en'; correct it.",
            tier=tier,
            names=names,
        )
    return int(tier), (texts["zh"], texts["en"])


@dataclass(frozen=True, slots=True)
class Rulebook:
    """What places and areas are rated by.

    Attributes
    ----------
    safety
        Gives places their codes.
    method
        Gives areas their scores.
    sizing
        Says what work a grid is, and how large it should be.
    calendar
        Holidays and special campaigns.
    imprint
        What is printed of the place.
    scenarios
        Kinds of events: their names, which are hazards, which say something of people.
    checklists
        What is looked at in a place of each scene.
    """

    safety: SafetyRule
    method: RiskMethod
    sizing: SizingRule
    calendar: Calendar
    imprint: Imprint
    scenarios: Scenarios
    checklists: Checklists


def shipped_rule(rule_id: str) -> dict[str, Any]:
    """Return the body of a rule as it is shipped, one of `SHIPPED`.

    Examples
    --------
    >>> shipped_rule("risk")["scale"]
    'five_colour'
    """
    text = (
        resources.files("layers.packs")
        .joinpath("rules")
        .joinpath(f"{rule_id}.json")
        .read_text("utf8")
    )
    body = body_of(text)
    # stored with the method, so that a later table changes no past day
    return (
        body | {"event_kinds": [*scenarios().hazard_kinds]} if rule_id == RISK else body
    )


def shipped_rules() -> pd.DataFrame:
    """Return the shipped rules as rows of the layer of rules."""
    bodies = {rule_id: shipped_rule(rule_id) for rule_id in SHIPPED}
    return pd.DataFrame(
        {
            "rule_id": list(bodies),
            "owner": [body["owner"] for body in bodies.values()],
            "body": [orjson.dumps(body).decode() for body in bodies.values()],
        }
    )


def rule_faults(
    rows: pd.DataFrame, facts: pd.DataFrame, recorded_at: Instant
) -> list[RowFault]:
    """Return what is wrong with rules that the service would read.

    A rule holds since its day until one of a later day does, so taking one back names
    that day; what takes back nothing would be believed to have.

    Parameters
    ----------
    rows
        New rules as a store takes them, numbered by their index.
    facts
        Every rule known.
    recorded_at
        Not looked at.
    """
    faults = []
    periods = set(zip(facts["rule_id"], facts["valid_from"], strict=True))
    back = rows[rows["cancelled"].astype(bool)]
    for row, rule in zip(back.index.tolist(), back.to_dict("records"), strict=True):
        if (rule["rule_id"], rule["valid_from"]) not in periods:
            days = sorted(str(day) for name, day in periods if name == rule["rule_id"])
            faults.append(
                RowFault(
                    row,
                    "cancelled",
                    sentence(
                        "takes back {rule_id!r} since {valid_from}, expected one of "
                        "{days!r}",
                        rule_id=rule["rule_id"],
                        valid_from=rule["valid_from"],
                        days=days,
                    ),
                )
            )
    rules = rows[["rule_id", "body"]]
    for row, rule in zip(rules.index.tolist(), rules.to_dict("records"), strict=True):
        try:
            read_rulebook(pd.DataFrame([rule]))
        except (InvalidLayerError, ScenarioError) as error:
            faults.append(RowFault(row, "body", str(error)))
        except ValueError as error:
            text = joined(" ", (repr(rule.get("body")), str(error)))
            faults.append(RowFault(row, "body", text))
    return faults or _pack_faults(rows, facts)


def read_rulebook(rules: pd.DataFrame) -> Rulebook:
    """Return the rulebook from the rules in force; the shipped ones fill what lacks.

    Rules of open events and of classes are looked at only: they are not about a day.

    Parameters
    ----------
    rules
        Facts of the layer of rules; of several rows of one rule the last counts.

    Raises
    ------
    InvalidLayerError
        If a rule cannot be read.
    ScenarioError
        If a pack cannot be read, or has a kind of another.

    Examples
    --------
    >>> read_rulebook(shipped_rules()).calendar.campaigns
    ()
    """
    own_bodies: dict[str, dict[str, Any]] = {
        row["rule_id"]: body_of(row["body"]) for row in rules.to_dict("records")
    }
    bodies = {rule_id: shipped_rule(rule_id) for rule_id in SHIPPED} | own_bodies
    campaigns = tuple(
        Campaign.from_body(rule_id.removeprefix(CAMPAIGN), bodies[rule_id])
        for rule_id in sorted(bodies)
        if rule_id.startswith(CAMPAIGN)
    )
    for rule_id in bodies:
        if rule_id.startswith(HANDOVER):
            read_open_events(rule_id, bodies[rule_id])
        if rule_id.startswith(CLASS):
            read_class(rule_id, bodies[rule_id])
    holidays = read_holidays(bodies[HOLIDAYS]) if HOLIDAYS in bodies else ()
    return Rulebook(
        SafetyRule.from_body(bodies[SAFETY]),
        RiskMethod.from_body(bodies[RISK]),
        SizingRule.from_body(bodies[SIZING]),
        Calendar(holidays, campaigns),
        Imprint.from_body(bodies.get(IMPRINT, {})),
        _scenarios_with(rules),
        Checklists.from_body(bodies[CHECKLISTS]),
    )


def scenarios_in_force(rules: pd.DataFrame, at: Instant) -> Scenarios:
    """Return the scenarios in force at a time: those of the process, and of a store.

    A rule ``pack/ID`` with the body ``{"toml": "..."}`` stands in the place of the pack
    of that id, or adds it.

    Parameters
    ----------
    rules
        Facts of the layer of rules; of several rows of one pack in force the one that
        is true since later counts.
    at
        The time.

    Raises
    ------
    ScenarioError
        If a pack cannot be read, or has a kind of another.

    Examples
    --------
    >>> folder = resources.files("layers.packs") / "scenarios"
    >>> text = (folder / "market.toml").read_text("utf8")
    >>> toml = text.replace("accept = 30", "accept = 45")
    >>> rule = {"rule_id": "pack/market", "body": orjson.dumps({"toml": toml}).decode()}
    >>> rules = pd.DataFrame([rule]).assign(valid_from=pd.Timestamp(1, tz="UTC"))
    >>> [scenarios_in_force(rules, Instant(at)).kind("food_safety").minutes.accept
    ...  for at in (0, 1)]
    [30, 45]
    """
    return _scenarios_with(_in_force(rules, pd.Timestamp(at, unit="ms", tz="UTC")))


def classes_in_force(rules: pd.DataFrame, at: Instant) -> ClassSettings:
    """Return the fields of which a steward set the class, at a time.

    A rule ``class/LAYER.FIELD`` with the body ``{"sharing": CLASS}`` sets that class.

    Parameters
    ----------
    rules
        Facts of the layer of rules; of several rows of one field in force the one that
        is true since later counts.
    at
        The time.

    Raises
    ------
    InvalidLayerError
        If a rule about a class cannot be read.
    """
    return settings_of(_in_force(rules, pd.Timestamp(at, unit="ms", tz="UTC")))


def _in_force(rules: pd.DataFrame, at: pd.Timestamp) -> pd.DataFrame:
    """Return the rules of a time, the one that is true since later last."""
    is_valid = rules["valid_from"] <= at
    if "valid_to" in rules:
        is_valid &= rules["valid_to"].isna() | (rules["valid_to"] > at)
    return rules[is_valid].sort_values("valid_from", kind="stable")


def _scenarios_with(rules: pd.DataFrame) -> Scenarios:
    """Return the scenarios of the process with the packs of rules in force."""
    base = scenarios()
    codes = codes_with(base.platforms)
    rows = {row["rule_id"]: row["body"] for row in rules.to_dict("records")}
    packs = [_pack_of(*row, codes) for row in rows.items() if row[0].startswith(PACK)]
    return base.with_packs(packs)


@lru_cache(maxsize=256)
def _pack_of(rule_id: str, text: str, codes: Codes) -> Pack:
    """Return the pack of a rule."""
    body = body_of(text)
    toml = body.get("toml")
    if not isinstance(toml, str) or len(body) > 1:
        raise ScenarioError(
            "Rule {rule_id!r} has the keys {value!r}, expected 'toml' alone, with the "
            "text of a pack; correct it.",
            rule_id=rule_id,
            value=[*body],
        )
    source = PackText(rule_id, toml)
    pack = pack_of_text(source, codes)
    if f"{PACK}{pack.pack}" != rule_id:
        fault = sentence(
            "has the pack {pack!r}, expected that of rule {rule_id!r}",
            pack=pack.pack,
            rule_id=rule_id,
        )
        source.refuse(("pack",), fault)
    return pack


def _pack_faults(rows: pd.DataFrame, facts: pd.DataFrame) -> list[RowFault]:
    """Return the last of the new packs where a kind would stand in two at some time."""
    news = rows[rows["rule_id"].str.startswith(PACK)]
    if news.empty:
        return []
    periods = ["rule_id", "valid_from"]
    is_past = facts.set_index(periods).index.isin(news.set_index(periods).index)
    table = pd.concat([facts[~is_past], news[~news["cancelled"].astype(bool)]])
    ends = [table["valid_to"].dropna()] if "valid_to" in table else []
    for at in sorted({*pd.concat([table["valid_from"], *ends])}):
        try:
            _scenarios_with(_in_force(table, at))
        except ScenarioError as error:
            return [RowFault(int(news.index[-1]), "body", str(error))]
    return []
