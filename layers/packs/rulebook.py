"""The rules in force on a day: safety rule, risk method, holidays, campaigns."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from importlib import resources
from types import NoneType
from typing import Any, Final, Self

import orjson
import pandas as pd

from gis.errors import InvalidLayerError, RowFault
from gis.local_time import DEFAULT_TIMEZONE
from gis.models import Instant
from gis.risk import RiskMethod
from gis.safety import Calendar, Campaign, SafetyRule, read_holidays
from layers.packs.code_tables import hazard_kinds
from layers.schema.rules import body_of
from layers.words import tier_name

SAFETY, RISK, HOLIDAYS, IMPRINT = "safety", "risk", "holidays", "imprint"
CAMPAIGN = "campaign/"
SHIPPED: Final = (SAFETY, RISK)
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
    def title(self) -> str:
        """Both names."""
        return f"{self.name_zh} {self.name}".strip()

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
                f"Rule 'imprint' has {wrong[0]!r} as {body[wrong[0]]!r}, expected only "
                f"{list(kinds)!r}, texts, one truth value and names by tier; correct "
                "it."
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
            f"Rule 'imprint' names tier {tier!r} as {names!r}, expected a whole number "
            "from 1 and its texts 'zh' and 'en'; correct it."
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
    calendar
        Holidays and special campaigns.
    imprint
        What is printed of the place.
    """

    safety: SafetyRule
    method: RiskMethod
    calendar: Calendar
    imprint: Imprint


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
    return body | {"event_kinds": [*hazard_kinds()]} if rule_id == RISK else body


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
        The rules known.
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
                    f"takes back {rule['rule_id']!r} since {rule['valid_from']}, "
                    f"expected one of {days!r}",
                )
            )
    rules = rows[["rule_id", "body"]]
    for row, rule in zip(rules.index.tolist(), rules.to_dict("records"), strict=True):
        try:
            read_rulebook(pd.DataFrame([rule]))
        except InvalidLayerError as error:
            faults.append(RowFault(row, "body", str(error)))
        except ValueError as error:
            faults.append(RowFault(row, "body", f"{rule.get('body')!r} {error}"))
    return faults


def read_rulebook(rules: pd.DataFrame) -> Rulebook:
    """Return the rulebook from the rules in force; the shipped ones fill what lacks.

    Parameters
    ----------
    rules
        Facts of the layer of rules; of several rows of one rule the last counts.

    Raises
    ------
    InvalidLayerError
        If a rule cannot be read.

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
    holidays = read_holidays(bodies[HOLIDAYS]) if HOLIDAYS in bodies else ()
    return Rulebook(
        SafetyRule.from_body(bodies[SAFETY]),
        RiskMethod.from_body(bodies[RISK]),
        Calendar(holidays, campaigns),
        Imprint.from_body(bodies.get(IMPRINT, {})),
    )
