"""Kinds about people in a closed month: what the monthly report gives, and no more.

Figures count no such event for who has no grant, so that neither days nor children nor
areas of a month can be subtracted from each other. What is given of them is the one
edition of the month: of a whole community, by kind, as known at its cut-off, with small
numbers withheld and others that would give them away.
"""

import calendar
import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from api.service.events.area_question import AreaQuestion
from api.service.rating.days import RiskDesk
from gis.access import Scope
from gis.errors import NoVersionError
from gis.events import Scenarios
from gis.local_time import day_start, local_day, timezone_of
from gis.models import Instant
from gis.suppression import CUT_OFF_DAYS
from layers.figures.counting import Span
from layers.figures.sensitive import count_sensitive, sensitive_rule
from layers.words import Words
from layers.words.events import NO_EDITION


@dataclass(frozen=True, slots=True)
class ClosedMonth:
    """What is given of kinds about people in a month.

    Attributes
    ----------
    span
        The month.
    known_at
        The cut-off: what is recorded later never counts.
    rule
        The rule in words.
    kinds
        Kinds in order, then the total as the empty one -> what is shown: a number, or
        the mark of one that is withheld; empty where nothing is given.
    names
        Of kinds and of the total.
    note
        What the mark means, or why nothing is given.
    """

    span: Span
    known_at: Instant
    rule: Words
    kinds: dict[str, str]
    names: dict[str, Words]
    note: Words


def closed_month(
    question: AreaQuestion, scenarios: Scenarios, desk: RiskDesk, scope: Scope
) -> ClosedMonth | None:
    """Return what is given of kinds about people in the time that is asked for.

    Parameters
    ----------
    question
        What is asked, of an area that who asks sees.
    scenarios
        Say which kinds these are.
    desk
        Rates days.
    scope
        What who asks sees.

    Returns
    -------
    month
        None where the time is no whole month that has ended.
    """
    now, zone = desk.now(), timezone_of(desk.timezone)
    span = _month_of(question, zone)
    if span is None or question.until > now:
        return None
    day_after = span.last + dt.timedelta(days=CUT_OFF_DAYS + 1)
    known_at = day_start(day_after, zone)
    reason, day = _reason(question, known_at, now, scope), None
    if not reason:
        try:
            day = desk.on(span.last, known_at)
        except NoVersionError:
            reason = "no_boundaries"
    if day is None:
        rule = sensitive_rule(scenarios)
        return ClosedMonth(span, known_at, rule, {}, {}, NO_EDITION[reason])
    counts = count_sensitive(day, span)
    kinds = (*day.scenarios.sensitive_kinds, "")
    rows = {row[0]: row[2:] for row in counts.rows}
    return ClosedMonth(
        span,
        known_at,
        counts.rule,
        dict(zip(kinds, rows.get(question.area_id, ()), strict=False)),
        dict(zip(kinds, counts.headings, strict=False)),
        counts.note or counts.rule,
    )


def _month_of(question: AreaQuestion, zone: ZoneInfo) -> Span | None:
    """Return the month that a time is; None where it is more or less."""
    first = local_day(question.since, zone)
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    starts = [
        day_start(day, zone)
        for day in (first.replace(day=1), last + dt.timedelta(days=1))
    ]
    is_month = starts == [question.since, question.until]
    return Span(first, last) if is_month else None


def _reason(
    question: AreaQuestion, known_at: Instant, now: Instant, scope: Scope
) -> str:
    """Return why nothing is given, of `NO_EDITION`; empty where something may be."""
    is_other = question.chosen or question.valid_at is not None
    if scope.grants:
        return "granted"
    if known_at > now:
        return "not_closed"
    if question.layer != "communities":
        return "other_area"
    if is_other or question.known_at not in {None, known_at}:
        return "other_edition"
    # such keys see events wherever they are, and no whole area
    return "no_area" if scope.departments or scope.sources else ""
