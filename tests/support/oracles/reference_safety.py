"""The safety code computed anew in plain Python, place by place and day by day."""

import calendar
import datetime as dt
from dataclasses import dataclass, field
from itertools import groupby

COLOURS = {"yellow": 2, "red": 3}
SEVERITIES = {"minor": 1, "serious": 2, "critical": 3}
HAZARDS = {"low": 1, "medium": 2, "high": 3}


@dataclass
class Place:
    scene: str
    hazard: str
    known: dt.date


@dataclass
class Inspection:
    place: int
    at: dt.datetime
    kind: str = "check"
    findings: list = field(default_factory=list)  # (finding_id, severity)
    fixed: list = field(default_factory=list)
    result: str = ""


@dataclass
class Answer:
    code: int = 0
    due: dt.date | None = None
    overdue_days: int = 0
    last_check: dt.date | None = None
    last_drill: dt.date | None = None
    open_findings: list = field(default_factory=list)  # (finding_id, severity)
    fired: list = field(default_factory=list)


def a_month_after(day):
    year, month = (day.year, day.month + 1) if day.month < 12 else (day.year + 1, 1)
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def rate_one(place, inspections, body, day, holidays=(), campaigns=()):
    """Rate one place; `inspections` are all its own, in any order."""
    seen = sorted((i for i in inspections if i.at.date() <= day), key=lambda i: i.at)
    checks = [i.at.date() for i in seen if i.kind == "check"]
    drills = [i.at.date() for i in seen if i.kind == "drill" and i.result != "failed"]
    answer = Answer(
        last_check=max(checks, default=None),
        last_drill=max(drills, default=None),
        open_findings=open_findings(seen),
    )
    if place.known > day:
        return answer
    severities = [SEVERITIES[severity] for _, severity in answer.open_findings]
    scene = body["scenes"][place.scene]
    drill_due = None
    if scene["drill_days"] is not None:
        since = answer.last_drill or place.known
        drill_due = since + dt.timedelta(days=scene["drill_days"])
    values = {
        "minor_or_worse": len(severities),
        "serious_or_worse": sum(severity >= 2 for severity in severities),
        "critical": sum(severity >= 3 for severity in severities),
        "hazard": HAZARDS[place.hazard or scene["hazard"]],
        "drill_late_days": days_late(drill_due, day),
        "overdue_days": 0,
    }
    answer.due = due_of(place, answer, (values, drill_due), body, holidays)
    for campaign in campaigns:
        unchecked = not answer.last_check or answer.last_check < campaign.first
        if (
            campaign.first <= day
            and place.known <= campaign.last
            and place.scene in campaign.scenes
            and unchecked
        ):
            answer.due = min(answer.due, campaign.last)
    values["overdue_days"] = answer.overdue_days = days_late(answer.due, day)
    answer.fired = [row for row, c in enumerate(body["criteria"]) if fires(c, values)]
    answer.code = max(
        [1, *(COLOURS[body["criteria"][row]["code"]] for row in answer.fired)]
    )
    return answer


def due_of(place, answer, state, body, holidays):
    values, drill_due = state
    last = answer.last_check
    green = a_month_after(last) if last else place.known
    while green in holidays:
        green += dt.timedelta(days=1)
    dates = [green]
    for criterion in body["criteria"]:
        if "overdue_days" in criterion["least"] or not fires(criterion, values):
            continue
        start = last
        if last and "drill_late_days" in criterion["least"]:
            began = drill_due + dt.timedelta(criterion["least"]["drill_late_days"])
            start = max(last, began)
        days = {"yellow": 7, "red": 1}[criterion["code"]]
        dates.append(start + dt.timedelta(days=days) if last else place.known)
    return min(dates)


def open_findings(seen):
    """Return what is open after inspections in order of time."""
    still: dict[str, str] = {}
    for _, group in groupby(seen, key=lambda i: i.at):
        together = list(group)
        for inspection in together:
            for finding_id in inspection.fixed:
                still.pop(finding_id, None)
        listed = [
            (SEVERITIES[severity], finding_id, severity)
            for inspection in together
            for finding_id, severity in inspection.findings
            if finding_id not in inspection.fixed
        ]
        still.update({name: severity for _, name, severity in sorted(listed)})
    return sorted(still.items())


def fires(criterion, values):
    return all(values[name] >= least for name, least in criterion["least"].items())


def days_late(due, day):
    return max(0, (day - due).days) if due else 0
