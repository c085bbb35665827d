"""Plain places and inspections as arrays, and strategies that draw them."""

import datetime as dt
import json
from pathlib import Path

import numpy as np
from hypothesis import strategies as st

from gis.models import Scene
from gis.safety import (
    MEASURES,
    SCENES,
    Calendar,
    Campaign,
    Inspections,
    Places,
    SafetyRule,
    gather_facts,
)
from support.oracles.reference_safety import Inspection, Place, rate_one

SHIPPED = Path(__file__).parents[3] / "layers" / "packs" / "rules" / "safety.json"
BODY = json.loads(SHIPPED.read_text(encoding="utf-8"))
RULE = SafetyRule.from_body(BODY)
START = dt.date(2026, 1, 20)


def arrays(places, inspections):
    """Return what `rate` takes from plain places and inspections."""

    def listed(findings):
        return json.dumps([{"finding_id": i, "severity": s} for i, s in findings])

    facts = gather_facts(
        Inspections(
            np.array([i.place for i in inspections], np.int64),
            np.array([i.at for i in inspections], "M8[ms]"),
            np.array([i.at.date() for i in inspections], "M8[D]"),
            [i.kind for i in inspections],
            [listed(i.findings) if i.findings else "" for i in inspections],
            [json.dumps(i.fixed) if i.fixed else None for i in inspections],
            [i.result for i in inspections],
        )
    )
    known = np.array([place.known for place in places], "M8[D]")
    rows = Places.of([p.scene for p in places], [p.hazard for p in places], known)
    return rows, facts


def a_day(text):
    return dt.date.fromisoformat(text)


def visit(day, kind="check", *, place=0, hour=9, findings=(), fixed=(), result=""):
    at = dt.datetime.combine(a_day(day), dt.time(hour))
    return Inspection(place, at, kind, list(findings), list(fixed), result)


days = st.integers(0, 90).map(lambda n: START + dt.timedelta(days=n))
finding_ids = st.sampled_from(["F1", "F2", "F3", "F4"])
severities = st.sampled_from(["minor", "serious", "critical"])


@st.composite
def inspection_rows(draw, places):
    at = dt.datetime.combine(draw(days), dt.time(draw(st.integers(8, 11))))
    findings = draw(st.dictionaries(finding_ids, severities, max_size=2))
    fixed = draw(st.lists(finding_ids, unique=True, max_size=2))
    return Inspection(
        draw(st.integers(0, places - 1)),
        at,
        draw(st.sampled_from(["check", "check", "drill"])),
        list(findings.items()),
        fixed,
        draw(st.sampled_from(["", "passed", "failed"])),
    )


place_rows = st.builds(
    Place,
    st.sampled_from([scene.value for scene in Scene]),
    st.sampled_from(["", "low", "medium", "high"]),
    days.map(lambda day: day - dt.timedelta(days=30)),
)


@st.composite
def bodies(draw):
    criteria = [
        {
            "criterion_id": f"c{number}",
            "code": draw(st.sampled_from(["yellow", "red"])),
            "least": draw(
                st.dictionaries(
                    st.sampled_from([*MEASURES]),
                    st.integers(1, 3),
                    min_size=1,
                    max_size=2,
                )
            ),
            "zh": "因",
            "en": "Because",
        }
        for number in range(draw(st.integers(1, 5)))
    ]
    scenes = {
        scene.value: {
            "hazard": draw(st.sampled_from(["low", "medium", "high"])),
            "drill_days": draw(st.sampled_from([None, 10, 30])),
        }
        for scene in Scene
    }
    return {**BODY, "scenes": scenes, "criteria": criteria}


@st.composite
def calendars(draw):
    campaigns = []
    for number in range(draw(st.integers(0, 2))):
        first = draw(days)
        last = first + dt.timedelta(days=draw(st.integers(0, 20)))
        scenes = draw(st.sets(st.sampled_from(SCENES), min_size=1))
        campaigns.append(Campaign(f"s{number}", "专项", (*scenes,), first, last))
    return Calendar(tuple(draw(st.lists(days, max_size=20))), tuple(campaigns))


@st.composite
def towns(draw):
    """Draw places, inspections, some at one instant, a rule and a calendar."""
    places = draw(st.lists(place_rows, min_size=1, max_size=3))
    inspections = draw(st.lists(inspection_rows(len(places)), max_size=10))
    return places, inspections, draw(bodies()), draw(calendars())


def expected(places, inspections, body, day, calendar):
    return [
        rate_one(
            place,
            [i for i in inspections if i.place == row],
            body,
            day,
            calendar.holidays,
            calendar.campaigns,
        )
        for row, place in enumerate(places)
    ]
