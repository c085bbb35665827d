"""Nothing that is published below the closed month follows from sensitive events.

Whoever subtracts one answer from another can only find what answers depend on. So two
towns that differ in nothing but their sensitive events are asked for everything that is
given of days and areas: by every byte they must be alike, and then no subtraction over
days, tiers, versions, editions, scores, counts and files can tell one from the other.
"""

import datetime as dt
import os
import uuid
from dataclasses import replace
from functools import cache

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.service.rating.documents import area_text
from api.service.rating.reports import MONTHS_BACK_DAYS
from gis.events import Scenarios
from layers import Cutoff, read_risk_day
from layers.figures.period_events import PeriodEvents
from layers.maps import offline
from layers.packs.scenario_files import scenarios
from layers.rating.map import draw_risk_day
from layers.reports import (
    community_ledgers,
    daily_figures,
    monthly_figures,
    outline,
    page,
)
from layers.schema.sharing import LOOPBACK
from support.makers.rated_towns import GROUND, Town, check, event, moment, place
from support.makers.risk_facts import FIRST_BODY

MONTH_END = dt.date(2026, 9, 30)
TOWNS = 30 if os.environ.get("PAGODA_SOAK") else 3
LATER_GROUND = {"G1": (0, 6), "G3": (6, 12)}
KINDS = ("noise", *scenarios().hazard_kinds[:2])
METHODS = {"the first method": FIRST_BODY, "the method of today": None}
SENSITIVE = st.lists(
    st.tuples(
        st.sampled_from(scenarios().sensitive_kinds),
        st.sampled_from([1, 2, 5, 9, 40, None]),
        st.integers(1, 30),
        st.integers(1, 4),
    ),
    max_size=12,
)


def town_of(method, sensitive):
    """A town with places and open events, and these sensitive events beside them."""
    town = Town().places(place("P1", 1), place("P2", 5), place("P3", 9))
    if method is not None:
        town.rule("risk", method)
    town.checks(check(1, "P1", 3, found=[("F1", "critical")]), check(2, "P2", 4))
    open_events = [
        event(n, column, day, kind=KINDS[n % len(KINDS)])
        for n, (column, day) in enumerate([(1, 2), (2, 29), (5, 30), (9, 30), (9, 12)])
    ]
    town.events(*map(with_id, open_events))
    apart = [
        event(100 + n, column, day, kind=kind, severity=severity)
        for n, (kind, column, day, severity) in enumerate(sensitive)
    ]
    town.events(*map(with_id, apart))
    town.clock.now = moment(dt.date(2026, 10, 20))
    town.publish(LATER_GROUND, dt.date(2026, 9, 20), base=1)
    return town


def with_id(new):
    """The event with an id of its own, the same in every town."""
    number = int(new.event.source_id.removeprefix("E"))
    event_id = str(uuid.UUID(int=7 << 76 | 2 << 62 | number))
    return replace(new, event=replace(new.event, event_id=event_id))


def published(town, day, timezone="Asia/Shanghai", known_at=None):
    """Everything that is given of a day and its areas, as bytes by name."""
    cutoff = Cutoff(day, known_at or moment(dt.date(2026, 10, 11), 0), timezone)
    rated = read_risk_day(town.store, cutoff, MONTHS_BACK_DAYS)
    within = PeriodEvents(town.store, rated).within
    daily = daily_figures(rated, within)
    files = {
        **{
            f"frame of {name}": areas.frame.drop(columns="geometry").to_csv().encode()
            for name, areas in rated.tiers.items()
        },
        **{
            f"levels of {n}": areas.levels.tobytes() for n, areas in rated.tiers.items()
        },
        "features": area_text(rated, list(rated.tiers), LOOPBACK),
        "map": offline.page(draw_risk_day(rated)).encode(),
        "left out": orjson.dumps(dict(rated.left_out)),
        "daily.json": daily.to_json(),
        **{f"daily {name}": table for name, table in daily.to_csv().items()},
        "daily.html": page(outline(daily)).encode(),
        **community_ledgers(rated, daily),
    }
    if day == MONTH_END:
        monthly = monthly_figures(rated, within)
        document = orjson.loads(monthly.to_json())
        document.pop("sensitive")
        files |= {
            "monthly.json": orjson.dumps(document),
            **{f"monthly {name}": table for name, table in monthly.to_csv().items()},
            **{f"m {n}": t for n, t in community_ledgers(rated, monthly).items()},
        }
    return files


def answers_of(town):
    """All answers over days, boundary versions, time zones and cut-offs."""
    questions = [
        (dt.date(2026, 9, 12), "Asia/Shanghai", None),
        (dt.date(2026, 9, 29), "Asia/Shanghai", None),
        (MONTH_END, "Asia/Shanghai", None),
        (MONTH_END, "Asia/Tokyo", None),
        (MONTH_END, "Asia/Shanghai", moment(dt.date(2026, 10, 12), 0)),
    ]
    return {
        (str(day), zone, known_at, name): content
        for day, zone, known_at in questions
        for name, content in published(town, day, zone, known_at).items()
    }


@cache
def answers_without(method):
    """All answers of the town that has no sensitive event."""
    return answers_of(town_of(METHODS[method], []))


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=TOWNS, deadline=None)
@given(sensitive=SENSITIVE)
def test_no_answer_of_a_day_or_an_area_depends_on_sensitive_events(method, sensitive):
    town = town_of(METHODS[method], sensitive)
    assert answers_of(town) == answers_without(method)


def test_counts_of_people_in_another_time_zone_are_no_second_edition():
    many = [(kind, 1, 20, 2) for kind in scenarios().sensitive_kinds for _ in range(30)]
    town = town_of(None, many)
    rows = []
    for zone in ("Asia/Shanghai", "Asia/Tokyo"):
        known_at = moment(dt.date(2026, 10, 11), 0)
        cutoff = Cutoff(MONTH_END, known_at, zone)
        rated = read_risk_day(town.store, cutoff, MONTHS_BACK_DAYS)
        assert len(rated.sensitive_events) == len(many)
        within = PeriodEvents(town.store, rated).within
        rows.append(monthly_figures(rated, within).sensitive.rows)
    assert rows[1] == ()


@pytest.mark.parametrize("method", METHODS)
def test_without_the_guard_the_attack_finds_every_count(method, monkeypatch):
    monkeypatch.setattr(Scenarios, "sensitive_kinds", ())
    body = METHODS[method]
    for count in (1, 3):
        sensitive = [("dispute", 1, 29, 2)] * count
        with_them, without = (
            read_risk_day(town_of(body, events).store, Cutoff(MONTH_END), 0).grids
            for events in (sensitive, [])
        )
        assert set(GROUND) >= set(with_them["grid_id"])
        gained = with_them["events"] - without["events"]
        assert gained.tolist() == [count, 0]
    if body is not None:
        assert (with_them["score"] != without["score"]).tolist() == [True, False]
