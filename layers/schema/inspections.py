"""The layer of inspections: checks and drills at places, with what they found."""

from collections.abc import Sequence
from typing import Any, Final

import orjson
import pandas as pd

from gis.errors import RowFault
from gis.models import Instant, Severity
from gis.sentences import sentence
from layers.schema.layer import Field, LayerSchema
from layers.words import words_of
from layers.words.code_lists import KINDS as KINDS_OF_CHECKS

KINDS: Final = ("check", "drill")
KINDS_ZH: Final = tuple(words_of(kind, KINDS_OF_CHECKS).zh for kind in KINDS)
RESULTS: Final = ("passed", "failed")
RESULTS_ZH: Final = ("通过", "未通过")
SEVERITIES: Final = tuple(severity.name.lower() for severity in Severity)

_KEYS = {"finding_id", "severity", "about"}


def check_findings(text: str) -> None:
    """Refuse findings of an inspection that are not as the layer keeps them.

    Parameters
    ----------
    text
        Field `findings`: a JSON list of objects with `finding_id`, `severity` and,
        if there is more to say, `about`.

    Raises
    ------
    ValueError
        If it is no such list, a severity is not known or an id stands twice.

    Examples
    --------
    >>> check_findings('[{"finding_id": "F1", "severity": "grave"}]')
    Traceback (most recent call last):
    ...
    ValueError: holds finding 'F1' with severity 'grave', expected one of \
['minor', 'serious', 'critical']
    """
    _refuse_repeated([_checked_finding(item) for item in _listed(text)])


def check_fixed(text: str) -> None:
    """Refuse ids of findings seen as fixed that are not as the layer keeps them.

    A finding that the same inspection lists was corrected on the spot and never is
    open; any other must have been listed by an earlier one, or is passed over.

    Parameters
    ----------
    text
        Field `fixed`: a JSON list of ids.

    Raises
    ------
    ValueError
        If it is no such list, or an id stands twice.

    Examples
    --------
    >>> check_fixed('["F1", "F2"]')
    """
    _refuse_repeated([_checked_id(item) for item in _listed(text)])


def _listed(text: str) -> list[Any]:
    try:
        values = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise ValueError(sentence("is not JSON")) from error
    if not isinstance(values, list):
        raise ValueError(sentence("is no JSON list"))
    return values


def _checked_finding(item: Any) -> str:
    """Return the id of a finding that is whole."""
    if not isinstance(item, dict):
        raise ValueError(sentence("holds a finding that is no JSON object"))
    unknown = sorted(set(item) - _KEYS)
    if unknown:
        raise ValueError(
            sentence("holds a finding with unknown keys {unknown!r}", unknown=unknown)
        )
    finding_id = _checked_id(item.get("finding_id"))
    severity = item.get("severity")
    if severity not in SEVERITIES:
        raise ValueError(
            sentence(
                "holds finding {finding_id!r} with severity {severity!r}, expected "
                "one of {severities!r}",
                finding_id=finding_id,
                severity=severity,
                severities=list(SEVERITIES),
            )
        )
    if not isinstance(item.get("about", ""), str):
        raise ValueError(
            sentence(
                "holds finding {finding_id!r} with 'about' that is no text",
                finding_id=finding_id,
            )
        )
    return finding_id


def _checked_id(value: Any) -> str:
    if not isinstance(value, str) or not value or value != value.strip():
        raise ValueError(
            sentence("holds the id {value!r} of a finding, expected text", value=value)
        )
    return value


def _refuse_repeated(ids: Sequence[str]) -> None:
    repeats = sorted({value for value in ids if ids.count(value) > 1})
    if repeats:
        raise ValueError(
            sentence("holds {repeats!r} twice, expected unique ids", repeats=repeats[0])
        )


def future_faults(
    rows: pd.DataFrame, facts: pd.DataFrame, recorded_at: Instant
) -> list[RowFault]:
    """Return inspections that say what nobody can have seen yet.

    Parameters
    ----------
    rows
        New inspections as a store takes them, numbered by their index.
    facts
        Not looked at.
    recorded_at
        When they are recorded.
    """
    times = rows["valid_from"]
    late = times[times > pd.Timestamp(recorded_at, unit="ms", tz="UTC")]
    return [
        RowFault(
            row,
            "valid_from",
            sentence(
                "{moment} is in the future, expected the time at which it was done",
                moment=moment.isoformat(),
            ),
        )
        for row, moment in zip(late.index.tolist(), late.tolist(), strict=True)
    ]


INSPECTIONS = LayerSchema(
    name="inspections",
    key="inspection_id",
    geometry=None,
    fields=(
        Field(
            "inspection_id",
            "text",
            True,
            "conditional",
            "Id of the inspection.",
            zh="检查编号",
        ),
        Field(
            "place_id",
            "text",
            True,
            "conditional",
            "Place that was inspected.",
            zh="场所编号",
        ),
        Field(
            "kind",
            "text",
            True,
            "conditional",
            "Whether the place was checked or drilled.",
            values=KINDS,
            values_zh=KINDS_ZH,
            zh="检查类型",
        ),
        Field(
            "findings",
            "text",
            False,
            "closed",
            "What was found: a JSON list of finding_id, severity and about.",
            rule=check_findings,
            zh="发现问题",
        ),
        Field(
            "fixed",
            "text",
            False,
            "closed",
            "Ids of findings seen as fixed, its own too: a JSON list.",
            rule=check_fixed,
            zh="已整改问题",
        ),
        Field(
            "campaign",
            "text",
            False,
            "conditional",
            "Special campaign it belongs to.",
            zh="专项行动",
        ),
        Field(
            "result",
            "text",
            False,
            "conditional",
            "How a drill went.",
            values=RESULTS,
            values_zh=RESULTS_ZH,
            zh="演练结果",
        ),
        Field(
            "post_id",
            "text",
            False,
            "conditional",
            "Post that made it.",
            is_later=True,
            zh="检查岗位编号",
        ),
    ),
    owner="the body that inspects",
    zh="检查",
)
