"""The safety rule: criteria that give a place its code, as data with an owner."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, NoReturn, Self, TypeVar

from gis.errors import InvalidLayerError
from gis.models import SafetyCode, Scene, Severity
from gis.sentences import sentence

MEASURES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "minor_or_worse": "open findings of any severity",
        "serious_or_worse": "open findings that are serious or critical",
        "critical": "open critical findings",
        "hazard": "inherent hazard of the place, 1 low to 3 high",
        "drill_late_days": "days by which the next drill is late",
        "overdue_days": "days since the check was due",
    }
)
"""What a criterion may ask of a place; counts include graver findings on purpose, so
that a finding that becomes graver never leaves a measure."""

FINDING_MEASURES: Final[Mapping[str, Severity]] = MappingProxyType(
    {
        "minor_or_worse": Severity.MINOR,
        "serious_or_worse": Severity.SERIOUS,
        "critical": Severity.CRITICAL,
    }
)
"""The least severity that counts in a measure of open findings."""

Value = TypeVar("Value")

# the criteria that fire are the bits of 32
MOST_CRITERIA: Final = 32

_HAZARDS: Final = {"low": 1, "medium": 2, "high": 3}
_CODES: Final = {"yellow": SafetyCode.YELLOW, "red": SafetyCode.RED}


@dataclass(frozen=True, slots=True)
class SceneRule:
    """What a rule says of one scene.

    Attributes
    ----------
    hazard
        Inherent hazard of its places where they name none, 1 low to 3 high.
    drill_days
        Days within which the next drill is owed; None where no drill is.
    """

    hazard: int
    drill_days: int | None


@dataclass(frozen=True, slots=True)
class Criterion:
    """One reason for a code: it fires where every measure reaches its threshold.

    Attributes
    ----------
    criterion_id
        Its name within the rule.
    code
        Yellow or red; a place where nothing fires is green.
    least
        Measure of `MEASURES` -> the least whole number it must reach, 1 or more.
    zh, en
        The reason in words.
    """

    criterion_id: str
    code: SafetyCode
    least: Mapping[str, int]
    zh: str
    en: str

    @property
    def severity(self) -> Severity | None:
        """Least severity of the findings that count for it, None where none do."""
        counted = [FINDING_MEASURES[m] for m in self.least if m in FINDING_MEASURES]
        return min(counted, default=None)


@dataclass(frozen=True, slots=True)
class SafetyRule:
    """A version of the safety rule: the code of a place is the worst that fires.

    Every criterion asks for at least so much, never for at most, and counts of
    findings include graver ones: adding or worsening a finding, a hazard, a delay can
    only make more criteria fire. So it never makes a code better.

    Attributes
    ----------
    rule_id, version, owner
        Its name, its version, and the body that answers for it.
    scenes
        What it says of each of the eight scenes.
    criteria
        In the order in which reasons are shown.
    """

    rule_id: str
    version: str
    owner: str
    scenes: Mapping[Scene, SceneRule]
    criteria: tuple[Criterion, ...]

    @classmethod
    def from_body(cls, body: Mapping[str, object]) -> Self:
        """Read a rule from what its JSON says.

        The keys are `rule_id`, `version`, `owner`, `scenes` and `criteria`. A scene
        has `hazard` (low, medium, high) and `drill_days` (whole days, or null where no
        drill is owed). A criterion has `criterion_id`, `code` (yellow, red), `least`
        (measure -> whole number), `zh` and `en`.

        Parameters
        ----------
        body
            The object; all keys are needed and no other is taken.

        Raises
        ------
        InvalidLayerError
            If a key, scene, measure, threshold or text is missing, unknown or empty.

        Examples
        --------
        >>> scene = {"hazard": "low", "drill_days": None}
        >>> rule = SafetyRule.from_body({
        ...     "rule_id": "safety", "version": "1", "owner": "safety office",
        ...     "scenes": {name: scene for name in Scene},
        ...     "criteria": [{"criterion_id": "critical", "code": "red",
        ...                   "least": {"critical": 1}, "zh": "有", "en": "Has one"}],
        ... })
        >>> rule.criteria[0].code
        <SafetyCode.RED: 3>
        """
        where = sentence("Safety rule")
        keys = ("rule_id", "version", "owner", "scenes", "criteria")
        _check_keys(body, keys, where)
        rule_id, version, owner = (_text(body, key, where) for key in keys[:3])
        scenes = _object(body["scenes"], _part(where, "scenes"))
        _check_keys(scenes, tuple(Scene), _part(where, "scenes"))
        return cls(
            rule_id,
            version,
            owner,
            MappingProxyType({s: _scene_rule(scenes[s], s) for s in Scene}),
            _criteria(body["criteria"]),
        )


def _scene_rule(body: object, scene: Scene) -> SceneRule:
    """Read what the rule says of a scene."""
    where = sentence("Scene {value!r} of the safety rule", value=scene.value)
    table = _object(body, where)
    _check_keys(table, ("hazard", "drill_days"), where)
    hazard = _word(table["hazard"], _HAZARDS, _part(where, "hazard"))
    days = table["drill_days"]
    if days is not None:
        days = _whole(days, _part(where, "drill_days"))
    return SceneRule(hazard, days)


def _criteria(body: object) -> tuple[Criterion, ...]:
    """Read the criteria; their ids differ."""
    if not isinstance(body, Sequence) or isinstance(body, str):
        _refuse(sentence("Safety rule, 'criteria'"), body, sentence("a list"))
    criteria = tuple(_criterion(item, row) for row, item in enumerate(body, start=1))
    if not 1 <= len(criteria) <= MOST_CRITERIA:
        summary = sentence("{count} criteria", count=len(criteria))
        _refuse(
            sentence("Safety rule"),
            summary,
            sentence("1 to {most_criteria}", most_criteria=MOST_CRITERIA),
        )
    ids = [criterion.criterion_id for criterion in criteria]
    repeated = [name for name in ids if ids.count(name) > 1]
    if repeated:
        _refuse(
            sentence("Safety rule, 'criteria'"),
            repeated[0],
            sentence("every 'criterion_id' once"),
        )
    return criteria


def _criterion(body: object, row: int) -> Criterion:
    """Read one criterion."""
    where = sentence("Criterion {row} of the safety rule", row=row)
    table = _object(body, where)
    _check_keys(table, ("criterion_id", "code", "least", "zh", "en"), where)
    least = _object(table["least"], _part(where, "least"))
    unknown = [name for name in least if name not in MEASURES]
    if unknown or not least:
        _refuse(
            _part(where, "least"),
            next(iter(unknown), {}),
            sentence("measures of {value!r}", value=[*MEASURES]),
        )
    return Criterion(
        criterion_id=_text(table, "criterion_id", where),
        code=_word(table["code"], _CODES, _part(where, "code")),
        least=MappingProxyType(
            {name: _whole(least[name], _part(where, name)) for name in least}
        ),
        zh=_text(table, "zh", where),
        en=_text(table, "en", where),
    )


def _part(where: str, key: str) -> str:
    """Return where a key of a table is."""
    return sentence("{where}, {key!r}", where=where, key=key)


def _object(value: object, where: str) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        _refuse(where, value, sentence("an object with keys"))
    return value


def _check_keys(body: Mapping[str, object], keys: Collection[str], where: str) -> None:
    """Raise where a key is unknown or missing."""
    names = [str(key) for key in keys]
    unknown = [key for key in body if key not in names]
    missing = [key for key in names if key not in body]
    if unknown:
        _refuse(where, unknown[0], sentence("only the keys {names!r}", names=names))
    if missing:
        _refuse(
            where, sorted(body), sentence("the key {missing!r} too", missing=missing[0])
        )


def _text(body: Mapping[str, object], key: str, where: str) -> str:
    value = body[key]
    if not isinstance(value, str) or not value.strip():
        _refuse(_part(where, key), value, sentence("a text that is not empty"))
    return value


def _word(value: object, words: Mapping[str, Value], where: str) -> Value:
    if not isinstance(value, str) or value not in words:
        _refuse(where, value, sentence("one of {value!r}", value=[*words]))
    return words[value]


def _whole(value: object, where: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        _refuse(where, value, sentence("a whole number from 1"))
    return value


def _refuse(where: str, value: object, expected: str) -> NoReturn:
    raise InvalidLayerError(
        "{where} has {value!r} where it must have {expected}; correct the rule.",
        where=where,
        value=value,
        expected=expected,
    )
