"""The rules in force on a day: safety rule, risk method, holidays, campaigns."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from importlib import resources
from types import NoneType
from typing import Any, Final, Self

import orjson
import pandas as pd

from gis.errors import InvalidLayerError, RowFault
from gis.risk import RiskMethod
from gis.safety import Calendar, Campaign, SafetyRule, read_holidays
from layers.rules import body_of

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
    """

    name: str = ""
    name_zh: str = ""
    is_synthetic: bool = False
    review_number: str = ""

    @property
    def title(self) -> str:
        """Both names."""
        return f"{self.name_zh} {self.name}".strip()

    @classmethod
    def from_body(cls, body: Mapping[str, object]) -> Self:
        """Read an imprint from the body of a rule.

        Raises
        ------
        InvalidLayerError
            If it has an unknown key, or a value of another kind.
        """
        expected = {field.name: type(field.default) for field in fields(cls)}
        wrong = [k for k in body if not isinstance(body[k], expected.get(k, NoneType))]
        if wrong:
            raise InvalidLayerError(
                f"Rule 'imprint' has {wrong[0]!r} as {body[wrong[0]]!r}, expected only "
                f"{list(expected)!r}, texts and one truth value; correct it."
            )
        return cls(**body)  # type: ignore[arg-type]  # checked above


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
    text = resources.files("layers.rules").joinpath(f"{rule_id}.json").read_text("utf8")
    return body_of(text)


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


def rule_faults(rules: pd.DataFrame) -> list[RowFault]:
    """Return what is wrong with rules that the service would read, each on its own.

    Parameters
    ----------
    rules
        Rows of the layer of rules.
    """
    faults = []
    for row, rule in enumerate(rules.to_dict("records"), start=1):
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
        Facts of the layer of rules, one row a rule.

    Raises
    ------
    InvalidLayerError
        If a rule cannot be read.

    Examples
    --------
    >>> read_rulebook(shipped_rules()).calendar.campaigns
    ()
    """
    told: dict[str, dict[str, Any]] = {
        row["rule_id"]: body_of(row["body"]) for row in rules.to_dict("records")
    }
    bodies = {rule_id: shipped_rule(rule_id) for rule_id in SHIPPED} | told
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
