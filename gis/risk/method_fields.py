"""The body of a risk method as it is stored: every value checked, none guessed."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Final

from gis.errors import InvalidLayerError
from gis.models import RiskLevel, SafetyCode, Scene
from gis.risk.denominators import DENOMINATORS
from gis.risk.levels import Breaks
from gis.sentences import sentence

SCALE: Final = "five_colour"
OTHER_SCALES: Final = sentence(
    "the safety code of places (green, yellow, red) and the production scale (red, "
    "orange, yellow, blue) are other scales"
)
MAX_WEIGHT: Final = 1000.0
SEVERITIES: Final = ("1", "2", "3", "4")
CODES: Final = tuple(code.name.lower() for code in SafetyCode)

LEVELS: Final = tuple(level.name.lower() for level in RiskLevel)
LEAST_SHARE: Final = 0.7
"""Places make at least so much of S where a method declares a share at all."""

Weights3 = tuple[float, float, float]
Weights4 = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Floor:
    """One floor rule: the least level of an area in which a place has a code.

    Attributes
    ----------
    code
        A place with this code, or a worse one, calls for it.
    level
        The least level of its area.
    scenes
        Only places of these scenes; empty takes all.
    """

    code: SafetyCode
    level: RiskLevel
    scenes: tuple[Scene, ...] = ()


REQUIRED: Final = frozenset(
    {
        "scale",
        "version",
        "owner",
        "denominator",
        "r0",
        "k",
        "breaks",
        "place_weights",
        "event_weights",
        "half_life_days",
        "window_days",
        "source",
        "source_zh",
        "note",
        "note_zh",
    }
)
OPTIONAL: Final = frozenset(
    {"scene_weights", "steady_days", "place_share", "event_kinds", "floors"}
)


def check_scale(body: Mapping[str, object]) -> None:
    """Refuse a colour scale that is not that of area risk, or none."""
    scale = body.get("scale")
    if not scale:
        raise InvalidLayerError(
            "The risk method names no colour scale; write 'scale': {scale!r}, for "
            "{other_scales}.",
            scale=SCALE,
            other_scales=OTHER_SCALES,
        )
    if scale != SCALE:
        raise InvalidLayerError(
            "Colour scale {scale!r} is not that of area risk, {scale_2!r} (red, "
            "orange, yellow, blue, green); {other_scales}.",
            scale=scale,
            scale_2=SCALE,
            other_scales=OTHER_SCALES,
        )


def check_keys(body: Mapping[str, object]) -> None:
    """Refuse a key that is not known, or one that is missing."""
    unknown = sorted(body.keys() - REQUIRED - OPTIONAL)
    if unknown:
        raise InvalidLayerError(
            "The risk method has an unknown key {unknown!r}; remove it or write one "
            "of {required}.",
            unknown=unknown[0],
            required=", ".join(sorted(REQUIRED | OPTIONAL)),
        )
    missing = sorted(REQUIRED - body.keys())
    if missing:
        raise InvalidLayerError(
            "The risk method has no {missing!r}; write it.", missing=missing[0]
        )


def text(body: Mapping[str, object], key: str) -> str:
    """Return a text that is not empty."""
    value = body[key]
    if not isinstance(value, str) or not value.strip():
        raise InvalidLayerError(
            "Key {key!r} of the risk method is {value!r}; it must be a text that is "
            "not empty.",
            key=key,
            value=value,
        )
    return value.strip()


def denominator(body: Mapping[str, object]) -> str:
    """Return the name of a known denominator."""
    value = body["denominator"]
    if not isinstance(value, str) or value not in DENOMINATORS:
        raise InvalidLayerError(
            "Denominator {value!r} of the risk method is not known; write one of "
            "{denominators}.",
            value=value,
            denominators=", ".join(DENOMINATORS),
        )
    return value


def number(value: object, name: str, low: float, high: float) -> float:
    """Return a number within limits."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not low <= float(str(value)) <= high:
        raise InvalidLayerError(
            "Key {name!r} of the risk method is {value!r}; it must be a number from "
            "{low:g} to {high:g}.",
            name=name,
            value=value,
            low=low,
            high=high,
        )
    return float(str(value))


def whole_days(value: object, name: str, high: int) -> int:
    """Return a number of days, at least one."""
    days = number(value, name, 1, high)
    if not days.is_integer():
        raise InvalidLayerError(
            "Key {name!r} of the risk method is {value!r}; it must be whole days.",
            name=name,
            value=value,
        )
    return int(days)


def breaks(value: object) -> Breaks:
    """Return four ascending breaks above 0."""
    limits = value if isinstance(value, list | tuple) else ()
    numbers = [number(limit, "breaks", 0.0, 1e12) for limit in limits]
    if len(numbers) != 4 or not all(a < b for a, b in pairwise((0.0, *numbers))):
        raise InvalidLayerError(
            "Breaks {value!r} of the risk method must be four ascending numbers above "
            "0, the upper limits of level 1 to 4.",
            value=value,
        )
    first, second, third, fourth = numbers
    return first, second, third, fourth


def place_weights(value: object, name: str = "place_weights") -> Weights3:
    """Return the weight of a green, yellow and red place."""
    green, yellow, red = _rising(value, CODES, name)
    return green, yellow, red


def scene_weights(value: object) -> dict[Scene, Weights3]:
    """Return the weights of the scenes that have their own."""
    table = value if isinstance(value, Mapping) else {"": value}
    unknown = sorted(str(name) for name in table.keys() - set(Scene))
    if unknown:
        raise InvalidLayerError(
            "Scene {unknown!r} in 'scene_weights' of the risk method is not one of "
            "{scene}.",
            unknown=unknown[0],
            scene=", ".join(Scene),
        )
    by_scene = {scene: table[scene] for scene in Scene if scene in table}
    return {
        scene: place_weights(weights, f"scene_weights.{scene}")
        for scene, weights in by_scene.items()
    }


def event_weights(value: object) -> Weights4:
    """Return the weight of an event of severity 1 to 4."""
    first, second, third, fourth = _rising(value, SEVERITIES, "event_weights")
    return first, second, third, fourth


def place_percent(value: object) -> int:
    """Return the least share of places in hundredths."""
    share = number(value, "place_share", LEAST_SHARE, 1.0)
    hundredths = Decimal(str(share)) * 100
    if hundredths != int(hundredths):
        raise InvalidLayerError(
            "Key 'place_share' of the risk method is {value!r}; it must be a share in "
            "whole hundredths.",
            value=value,
        )
    return int(hundredths)


def event_kinds(value: object) -> tuple[str, ...]:
    """Return the kinds of events that count, in code order."""
    kinds = value if isinstance(value, list | tuple) else (None,)
    texts = [kind for kind in kinds if isinstance(kind, str) and kind.strip()]
    if len(set(texts)) != len(kinds):
        raise InvalidLayerError(
            "Key 'event_kinds' of the risk method is {value!r}; it must be a list of "
            "categories of events, each once.",
            value=value,
        )
    return tuple(sorted(texts))


def floors(value: object) -> tuple[Floor, ...]:
    """Return the floor rules, the one of the highest level first."""
    rules = value if isinstance(value, list | tuple) else (None,)
    read = sorted((_floor(rule) for rule in rules), key=lambda floor: -floor.level)
    if len({floor.level for floor in read}) != len(read):
        raise InvalidLayerError(
            "Key 'floors' of the risk method is {value!r}; two rules have one level, "
            "so write them as one.",
            value=value,
        )
    return tuple(read)


def _floor(rule: object) -> Floor:
    """Return one floor rule."""
    table = rule if isinstance(rule, Mapping) else {}
    code, level, scenes = (table.get(key) for key in ("code", "level", "scenes"))
    names = scenes if isinstance(scenes, list | tuple) else []
    is_whole = code in CODES and level in LEVELS and len(names) == len(set(names))
    is_scenes = scenes is None or (names and set(names) <= set(Scene))
    if not (is_whole and is_scenes and {*table} <= {"code", "level", "scenes"}):
        raise InvalidLayerError(
            "Key 'floors' of the risk method has {rule_name!r}; each rule must give "
            "'code' ({codes}), 'level' ({levels}) and, where it is about some places "
            "alone, 'scenes' ({scene}).",
            rule_name=rule,
            codes=", ".join(CODES),
            levels=", ".join(LEVELS),
            scene=", ".join(Scene),
        )
    return Floor(
        SafetyCode[str(code).upper()],
        RiskLevel[str(level).upper()],
        tuple(Scene(name) for name in names),
    )


def _rising(value: object, keys: tuple[str, ...], name: str) -> list[float]:
    """Return weights that do not fall, so that what is worse never weighs less."""
    table = value if isinstance(value, Mapping) else {}
    if table.keys() != set(keys):
        raise InvalidLayerError(
            "Key {name!r} of the risk method is {value!r}; it must give a weight to "
            "each of {keys}, and to nothing else.",
            name=name,
            value=value,
            keys=", ".join(keys),
        )
    weights = [number(table[key], f"{name}.{key}", 0.0, MAX_WEIGHT) for key in keys]
    if any(low > high for low, high in pairwise(weights)):
        raise InvalidLayerError(
            "Key {name!r} of the risk method gives {value!r}; weights must not fall "
            "from {keys} to {keys_2}, or what is worse would weigh less.",
            name=name,
            value=value,
            keys=keys[0],
            keys_2=keys[-1],
        )
    return weights
