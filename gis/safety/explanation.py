"""Say why a place has its code: what fired, on which findings, by which rule."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from gis.models import SafetyCode
from gis.safety.due import Calendar
from gis.safety.inspections import Facts, Findings, Places
from gis.safety.ratings import EMPTY_CALENDAR, Ratings, rate
from gis.safety.rules import Criterion, SafetyRule


@dataclass(frozen=True, slots=True)
class Reason:
    """A criterion that fired, and what made it fire.

    Attributes
    ----------
    criterion
        It has the words, in Chinese and English.
    values
        What each of its measures was.
    findings
        Rows in `Facts.findings` of the open findings that count for it.
    """

    criterion: Criterion
    values: Mapping[str, int]
    findings: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a place has its code on a day.

    Attributes
    ----------
    day
        The day; its end is meant.
    code
        None where the place is not known yet.
    reasons
        Every criterion that fired, in the order of the rule; none where it is green.
    due, overdue_days
        When the next check is owed (None without a code), and by how much it is late.
    last_check, last_drill
        None where there was none.
    rule_id, version
        The rule that says so.
    """

    day: dt.date
    code: SafetyCode | None
    reasons: tuple[Reason, ...]
    due: dt.date | None
    overdue_days: int
    last_check: dt.date | None
    last_drill: dt.date | None
    rule_id: str
    version: str


def explain(
    places: Places,
    facts: Facts,
    rule: SafetyRule,
    day: dt.date,
    row: int,
    calendar: Calendar = EMPTY_CALENDAR,
) -> Explanation:
    """Explain the code of one place; the code is that of `rate`.

    Parameters
    ----------
    places, facts, rule, day, calendar
        As `rate` takes them.
    row
        Row of the place.
    """
    ratings = rate(places.only(row), facts.only(row), rule, day, calendar)
    code = int(ratings.code[0])
    reasons = tuple(
        _reason(criterion, ratings, facts.findings, row)
        for bit, criterion in enumerate(rule.criteria)
        if ratings.fired[0] >> bit & 1
    )
    return Explanation(
        day=day,
        code=SafetyCode(code) if code else None,
        reasons=reasons,
        due=ratings.due[0].item(),
        overdue_days=int(ratings.overdue_days[0]),
        last_check=ratings.last_check[0].item(),
        last_drill=ratings.last_drill[0].item(),
        rule_id=rule.rule_id,
        version=rule.version,
    )


def _reason(
    criterion: Criterion, ratings: Ratings, findings: Findings, row: int
) -> Reason:
    """Return why a criterion fired for the only place of the ratings."""
    values = {name: int(ratings.measures[name][0]) for name in criterion.least}
    rows: tuple[int, ...] = ()
    if criterion.severity is not None:
        counted = findings.is_open(np.datetime64(ratings.day, "D"))
        counted &= (findings.place == row) & (findings.severity >= criterion.severity)
        rows = tuple(np.flatnonzero(counted).tolist())
    return Reason(criterion, values, rows)
