"""Rate places: codes and due dates of a day from the facts up to its end."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gis.models import SafetyCode, Severity
from gis.safety.due import CHECK_DAYS, Calendar, Campaign, after_holidays, month_after
from gis.safety.inspections import SCENES, Days, Facts, Findings, Places, Visits
from gis.safety.rules import FINDING_MEASURES, Criterion, SafetyRule

Counts = NDArray[np.int64]
Flags = NDArray[np.bool_]

DAY: Final = np.timedelta64(1, "D")
NO_DAY: Final = np.datetime64("NaT", "D")
EMPTY_CALENDAR: Final = Calendar()


@dataclass(frozen=True, slots=True, eq=False)
class Ratings:
    """Codes of places at the end of a day, one row a place.

    Attributes
    ----------
    day
        The day, local.
    code
        `SafetyCode`, 0 for a place that is not known yet; int8, shape (n,).
    due
        Day by which the next check is owed, datetime64[D]; NaT without a code.
    last_check, last_drill
        datetime64[D], shape (n,); NaT where there was none.
    open_findings
        Open minor, serious and critical findings; int64, shape (n, 3).
    measures
        Value of each measure of `MEASURES`, int64, shape (n,).
    fired
        Criteria that fire: bit `i` is row `i` of `rule.criteria`; uint32, shape (n,).
    """

    day: dt.date
    code: NDArray[np.int8]
    due: Days
    last_check: Days
    last_drill: Days
    open_findings: Counts
    measures: Mapping[str, Counts]
    fired: NDArray[np.uint32]

    @property
    def overdue_days(self) -> Counts:
        """Days since the check was due, 0 where it is not late; int64, shape (n,)."""
        return self.measures["overdue_days"]


def rate(
    places: Places,
    facts: Facts,
    rule: SafetyRule,
    day: dt.date,
    calendar: Calendar = EMPTY_CALENDAR,
) -> Ratings:
    """Return the code, the reasons and the due date of every place on a day.

    All follows from the facts up to the end of the day; later ones are ignored, so any
    past day can be replayed. The steps:

    1. Every criterion that does not ask for `overdue_days` fires or not.
    2. Due date. Green: a calendar month after the last check; a holiday moves this
       date, and no other, to the next day that is none. Each criterion that fired asks
       for a check 7 days (yellow) or 1 day (red) after the last check or, where it is
       the late drill that made it fire, after the day on which it began to, if that is
       later. The earliest holds. A place that was never checked is due on the day it
       is known since. A campaign that has begun makes places of its scenes that were
       not checked since its first day due at the latest on its last; not those that
       became known after it.
    3. The days overdue follow, then the criteria that ask for them.
    4. The code is the worst that fired, green where none did.

    Parameters
    ----------
    places
        n places.
    facts
        Facts of these places, in any order.
    rule
        Criteria and scenes.
    day
        The day, local; its end is meant.
    calendar
        Holidays and campaigns.

    Examples
    --------
    A place checked once, without criteria that could fire:

    >>> from gis.safety.inspections import Inspections, gather_facts
    >>> from gis.safety.rules import SceneRule
    >>> from gis.models import Scene
    >>> rule = SafetyRule("safety", "1", "office",
    ...     {scene: SceneRule(1, None) for scene in Scene}, ())
    >>> january = np.array(["2026-01-01"], "M8[D]")
    >>> places = Places.of(["street_shop"], [""], january)
    >>> facts = gather_facts(Inspections(np.array([0]), january.astype("M8[ms]"),
    ...     january, ["check"], [""], [""], [""]))
    >>> ratings = rate(places, facts, rule, dt.date(2026, 2, 3))
    >>> ratings.code, ratings.due, ratings.overdue_days
    (array([1], dtype=int8), array(['2026-02-01'], dtype='datetime64[D]'), array([2]))
    """
    today = np.datetime64(day, "D")
    last_check = _latest(facts.checks, today, len(places))
    last_drill = _latest(facts.drills, today, len(places))
    counts = _count_open(facts.findings, today, len(places))
    drill_due = _drill_due(places, rule, last_drill)
    measures = _measures(places, rule, counts)
    measures["drill_late_days"] = _days_late(drill_due, today)
    due = _green_due(places, last_check, calendar)
    for criterion in rule.criteria:
        if "overdue_days" not in criterion.least:
            due_dates = _asked_due(criterion, places, last_check, drill_due)
            due = np.where(_fires(criterion, measures), np.minimum(due, due_dates), due)
    for campaign in calendar.campaigns:
        if campaign.first <= day:
            due = _campaign_due(campaign, places, last_check, due)
    due[places.known > today] = NO_DAY
    measures["overdue_days"] = _days_late(due, today)
    code, fired = _judge(rule, measures, places.known <= today)
    return Ratings(
        day=day,
        code=code,
        due=due,
        last_check=last_check,
        last_drill=last_drill,
        open_findings=counts,
        measures=MappingProxyType(measures),
        fired=fired,
    )


def _latest(visits: Visits, today: np.datetime64, count: int) -> Days:
    """Return the last day up to today of each place, NaT where there is none."""
    latest = np.full(count, NO_DAY)
    is_past = visits.day <= today
    # NaT is the least whole number, so the latest day is the greatest
    days = visits.day[is_past].astype("datetime64[D]").view(np.int64)
    np.maximum.at(latest.view(np.int64), visits.place[is_past], days)
    return latest


def _count_open(findings: Findings, today: np.datetime64, count: int) -> Counts:
    """Return the open findings of each place by severity, shape (count, 3)."""
    is_open = findings.is_open(today)
    column = findings.severity[is_open] - Severity.MINOR
    cells = findings.place[is_open] * len(Severity) + column
    counts = np.bincount(cells, minlength=count * len(Severity))
    return counts.astype(np.int64).reshape(count, len(Severity))


def _drill_due(places: Places, rule: SafetyRule, last_drill: Days) -> Days:
    """Return the day by which each place owes a drill, NaT where it owes none."""
    intervals = [rule.scenes[scene].drill_days for scene in SCENES]
    days = np.array(["NaT" if d is None else d for d in intervals], "timedelta64[D]")
    since = np.where(np.isnat(last_drill), places.known, last_drill)
    due: Days = since + days[places.scene]
    return due


def _measures(places: Places, rule: SafetyRule, counts: Counts) -> dict[str, Counts]:
    """Return the measures that no date takes part in."""
    by_scene = np.array([rule.scenes[scene].hazard for scene in SCENES], np.int64)
    hazard = np.where(places.hazard > 0, places.hazard, by_scene[places.scene])
    at_least = {
        measure: counts[:, severity - Severity.MINOR :].sum(axis=1)
        for measure, severity in FINDING_MEASURES.items()
    }
    return {**at_least, "hazard": hazard}


def _days_late(due: Days, today: np.datetime64) -> Counts:
    """Return the whole days since a day, 0 where it is not past or there is none."""
    # NaT is the least whole number
    return np.maximum((today - due).astype(np.int64), 0)


def _fires(criterion: Criterion, measures: Mapping[str, Counts]) -> Flags:
    """Say for which places every measure reaches its threshold."""
    fires = np.ones(len(measures["hazard"]), dtype=np.bool_)
    for name, least in criterion.least.items():
        fires &= measures[name] >= least
    return fires


def _green_due(places: Places, last_check: Days, calendar: Calendar) -> Days:
    """Return the due date of a green place."""
    due = np.where(np.isnat(last_check), places.known, month_after(last_check))
    return after_holidays(due, calendar.holidays)


def _asked_due(
    criterion: Criterion, places: Places, last_check: Days, drill_due: Days
) -> Days:
    """Return the due date that a criterion asks for where it fires."""
    start = last_check
    if "drill_late_days" in criterion.least:
        # nobody could know before that the next check is sooner than in a month
        start = np.maximum(start, drill_due + criterion.least["drill_late_days"] * DAY)
    due = start + CHECK_DAYS[criterion.code] * DAY
    return np.where(np.isnat(last_check), places.known, due)


def _campaign_due(
    campaign: Campaign, places: Places, last_check: Days, due: Days
) -> Days:
    """Return due dates with a campaign that has begun."""
    is_of_scene = np.isin(SCENES, campaign.scenes)[places.scene]
    owes = campaign.owes(is_of_scene, places.known, last_check)
    return np.where(owes, np.minimum(due, np.datetime64(campaign.last)), due)


def _judge(
    rule: SafetyRule, measures: Mapping[str, Counts], is_known: Flags
) -> tuple[NDArray[np.int8], NDArray[np.uint32]]:
    """Return the code of each place and the criteria that fire, as bits."""
    code = is_known * np.int8(SafetyCode.GREEN)
    fired = np.zeros(len(code), dtype=np.uint32)
    for bit, criterion in enumerate(rule.criteria):
        fires = _fires(criterion, measures) & is_known
        np.maximum(code, np.int8(criterion.code), out=code, where=fires)
        fired[fires] |= np.uint32(1 << bit)
    return code, fired
