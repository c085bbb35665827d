"""The codes that a place had: only days are rated on which something can change."""

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from gis.models import SafetyCode
from gis.safety.due import Calendar
from gis.safety.inspections import SCENES, Facts, Places
from gis.safety.ratings import DAY, EMPTY_CALENDAR, Ratings, rate
from gis.safety.rules import SafetyRule


class CodeChange(NamedTuple):
    """The code of a place from a day on; None while it is not known."""

    day: dt.date
    code: SafetyCode | None


def trace_code(
    places: Places,
    facts: Facts,
    rule: SafetyRule,
    row: int,
    span: tuple[dt.date, dt.date],
    calendar: Calendar = EMPTY_CALENDAR,
) -> tuple[CodeChange, ...]:
    """Return the code of a place on the first day of a span and every change in it.

    The codes are those that `rate` gives day by day.

    Parameters
    ----------
    places, facts, rule, calendar
        As `rate` takes them.
    row
        Row of the place.
    span
        First and last day, both in it.
    """
    place, visits = places.only(row), facts.only(row)
    fixed = _fixed_days(place, visits, rule, calendar)
    changes: list[CodeChange] = []
    day: dt.date | None = span[0]
    while day is not None and day <= span[1]:
        ratings = rate(place, visits, rule, day, calendar)
        code = int(ratings.code[0])
        change = CodeChange(day, SafetyCode(code) if code else None)
        if not changes or change.code != changes[-1].code:
            changes.append(change)
        later = [*fixed, *_overdue_days(ratings, rule)]
        day = min((other for other in later if other > day), default=None)
    return tuple(changes)


def _fixed_days(
    place: Places, facts: Facts, rule: SafetyRule, calendar: Calendar
) -> list[dt.date]:
    """Return the days on which a fact, a late drill or a campaign sets in."""
    findings = facts.findings
    days = [place.known, facts.checks.day, facts.drills.day]
    days += [findings.found, findings.ended[~np.isnat(findings.ended)]]
    interval = rule.scenes[SCENES[place.scene[0]]].drill_days
    if interval is not None:
        starts = np.concatenate([place.known, facts.drills.day])
        for criterion in rule.criteria:
            late_days = criterion.least.get("drill_late_days", 0)
            days.append((starts + (interval + late_days) * DAY).astype("M8[D]"))
    begun = [campaign.first for campaign in calendar.campaigns]
    return [*np.unique(np.concatenate(days)).tolist(), *begun]


def _overdue_days(ratings: Ratings, rule: SafetyRule) -> Iterator[dt.date]:
    """Yield the days on which a check not done lets a criterion set in."""
    due: dt.date | None = ratings.due[0].item()
    for criterion in rule.criteria:
        if due is not None and "overdue_days" in criterion.least:
            yield due + dt.timedelta(days=criterion.least["overdue_days"])
