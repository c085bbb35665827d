"""The sizing rule: what work a grid is, and how large it should be, as data."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Self, TypeAlias, TypeGuard

from gis.errors import InvalidLayerError
from gis.sentences import sentence

POPULATIONS: Final = ("residents", "registered", "households")
"""Counts of a grid that follow the ground."""
ITEMS: Final = ("population", "place", "check", "event", "km2")
"""What work is counted by."""
LIMITED: Final = (
    "area_km2",
    "compactness",
    "pieces",
    *POPULATIONS,
    "places",
    "checks",
    "events",
    "members",
    "load_h",
    "load_a_member_h",
)
"""Figures that a rule may give limits for."""
MOST_HOURS: Final = 1000.0
_KEYS: Final = frozenset(
    {
        *("version", "owner", "population", "hours", "limits"),
        *("source", "source_zh", "note", "note_zh"),
    }
)
Limits: TypeAlias = tuple[float | None, float | None]


@dataclass(frozen=True, slots=True)
class SizingRule:
    """What work a grid is, and how large it should be: declared, with an owner.

    Attributes
    ----------
    version, owner
        Name of the rule and the body that answers for it.
    population
        Which count of people work is measured by, one of `POPULATIONS`.
    hours
        Working hours a month for one of each of `ITEMS`.
    limits
        Figure of `LIMITED` -> least and greatest; None where that side is open.
    """

    version: str
    owner: str
    population: str
    hours: Mapping[str, float]
    limits: Mapping[str, Limits]

    @classmethod
    def from_body(cls, body: Mapping[str, object]) -> Self:
        """Read a rule from its body; every key is needed and no other is taken.

        Parameters
        ----------
        body
            version, owner, population, hours, limits, source and note with their
            Chinese texts.

        Raises
        ------
        InvalidLayerError
            If a key is missing or unknown, or a value is not of its kind.
        """
        odd = sorted(_KEYS ^ body.keys())
        if odd:
            raise InvalidLayerError(
                "The sizing rule has not the keys {keys!r} but lacks or adds {odd!r}; "
                "correct it.",
                keys=sorted(_KEYS),
                odd=odd,
            )
        for key in ("version", "owner"):
            if not isinstance(body[key], str) or not str(body[key]).strip():
                raise _wrong(key, body[key], sentence("a text that is not empty"))
        population = body["population"]
        if population not in POPULATIONS:
            raise _wrong(
                "population",
                population,
                sentence("one of {populations!r}", populations=list(POPULATIONS)),
            )
        return cls(
            str(body["version"]),
            str(body["owner"]),
            str(population),
            MappingProxyType(_hours(body["hours"])),
            MappingProxyType(_limits(body["limits"])),
        )


def _wrong(key: str, value: object, expected: str) -> InvalidLayerError:
    return InvalidLayerError(
        "Key {key!r} of the sizing rule is {value!r}, expected {expected}; correct it.",
        key=key,
        value=value,
        expected=expected,
    )


def _hours(value: object) -> dict[str, float]:
    """Return the hours of every item."""
    expected = sentence(
        "hours from 0 to {most_hours:g} for each of {items!r}",
        most_hours=MOST_HOURS,
        items=list(ITEMS),
    )
    if not isinstance(value, dict) or value.keys() != set(ITEMS):
        raise _wrong("hours", value, expected)
    for number in value.values():
        if not _is_number(number) or not 0.0 <= number <= MOST_HOURS:
            raise _wrong("hours", value, expected)
    return {item: float(value[item]) for item in ITEMS}


def _limits(value: object) -> dict[str, Limits]:
    """Return the least and greatest of figures."""
    expected = sentence(
        "two numbers or null, ascending, for some of {limited!r}", limited=list(LIMITED)
    )
    if not isinstance(value, dict) or not value.keys() <= set(LIMITED):
        raise _wrong("limits", value, expected)
    limits = {}
    for name, pair in value.items():
        ends = pair if isinstance(pair, list) else []
        numbers = [end for end in ends if end is not None]
        if len(ends) != 2 or not all(map(_is_number, numbers)):
            raise _wrong("limits", value, expected)
        if numbers != sorted(numbers):
            raise _wrong("limits", value, expected)
        limits[name] = (ends[0], ends[1])
    return limits


def _is_number(value: object) -> TypeGuard[float]:
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and math.isfinite(value)
    )
