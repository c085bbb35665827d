"""A closed month says of kinds about people what its report says, and days nothing."""

import datetime as dt
from dataclasses import replace
from functools import cache

import pytest

from api.schemas.figures import FiguresOut
from api.service.events.area_question import AreaQuestion
from api.service.events.closed_months import closed_month
from api.service.events.figures import FiguresDesk
from api.service.events.report import EventReport
from api.service.rating.days import RiskDesk
from gis.access import EVERYTHING, Scope
from gis.models import Instant
from layers.figures.period_events import PeriodEvents
from layers.figures.question import BY
from layers.figures.report import monthly_figures
from layers.packs.scenario_files import scenarios
from layers.rating.day import read_risk_day
from layers.rating.facts import Cutoff
from support.makers.event_town import REPORTER, EventTown
from support.makers.square_town import TIMEZONE, local

MONTH = (local("2026-09-01"), local("2026-10-01"))
CUT_OFF = local("2026-10-11")
LONS = {"K1": 120.005, "K2": 120.025}
KINDS = scenarios().sensitive_kinds
GRANTED = Scope(("",), grants=("dispute",))
MANY = {("K1", "dispute"): 2, ("K1", "elder_care"): 9, ("K2", "dispute"): 40,
        ("K2", "elder_care"): 30}  # fmt: skip


@cache
def town(few):
    """A month with so few disputes in one community, and others enough."""
    town, number = EventTown(), 0
    for (community, kind), count in (MANY | {("K1", "dispute"): few}).items():
        for _ in range(count):
            number += 1
            report(town, kind, LONS[community], f"2026-09-{1 + number % 29:02d}")
    for community, lon in LONS.items():
        for day in ("2026-09-02", "2026-09-29"):
            report(town, "noise", lon, day, f"{community}-{day}")
    town.town.clock.now = local("2026-10-15")
    desk = FiguresDesk(town.store, town.intake.snapshots, town.intake.registries)
    return desk, RiskDesk(town.store, TIMEZONE), town.town.clock


def report(town, kind, lon, day, source_id=None):
    sent = EventReport(
        "hotline",
        source_id or f"{kind}-{lon}-{day}-{id(object())}-{len(town.store.events())}",
        kind,
        lon=lon,
        lat=30.005,
        datum="cgcs2000",
        occurred_at=local(f"{day}T08:00"),
    )
    town.intake.append(town.intake.draft(sent, REPORTER), b"{}").result()


def month_of(area_id="K1", layer="communities", scope=EVERYTHING, few=2, **more):
    desk, days, _ = town(few)
    question = replace(AreaQuestion(layer, area_id, *MONTH), **more)
    return closed_month(question, desk.registries.current.scenarios, days, scope)


def test_a_month_is_the_edition_of_its_report_cell_by_cell():
    _, days, _ = town(2)
    cutoff = Cutoff(dt.date(2026, 9, 30), CUT_OFF, TIMEZONE)
    day = read_risk_day(days.store, cutoff, 62)
    figures = monthly_figures(day, PeriodEvents(days.store, day).within)
    rows = {row[0]: row[2:] for row in figures.sensitive.rows}
    assert {"K1", "K2"} < {*rows}
    for area_id in LONS:
        month = month_of(area_id)
        assert tuple(month.kinds.values()) == rows[area_id]
        assert [*month.kinds] == [*KINDS, ""]
        assert month.known_at == CUT_OFF
        assert month.rule == figures.sensitive.rule


def test_small_numbers_are_withheld_with_others_that_would_give_them_away():
    first, second = month_of("K1").kinds, month_of("K2").kinds
    assert first["dispute"] == "<5*"
    # of the row and of the column something else is withheld too
    assert not (first["elder_care"].isdigit() and first[""].isdigit())
    assert not second["dispute"].isdigit()
    assert "<5*" in month_of("K1").note.en


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"scope": GRANTED}, "Your key counts these kinds"),
        ({"layer": "circles", "area_id": "W"}, "by community alone"),
        ({"layer": "grids", "area_id": "G1"}, "by community alone"),
        ({"chosen": {"line": frozenset({"security"})}}, "leave out conditions"),
        ({"valid_at": MONTH[0]}, "leave out conditions"),
        ({"known_at": Instant(CUT_OFF + 1)}, "leave out conditions"),
        ({"scope": Scope(sources=("hotline",))}, "sees the whole community"),
        ({"scope": Scope(("C/W/",), departments=("police",))}, "sees the whole"),
    ],
)
def test_nothing_else_is_given_and_the_answer_says_why(more, words):
    month = month_of(**more)
    assert month.kinds == {}
    assert words in month.note.en
    assert month.note.zh.endswith("。")


@pytest.mark.parametrize(
    "span",
    [
        (MONTH[0], Instant(MONTH[1] - 1)),
        (Instant(MONTH[0] + 86_400_000), MONTH[1]),
        (local("2026-09-02"), local("2026-10-02")),
        (local("2026-10-01"), local("2026-11-01")),
    ],
)
def test_what_is_no_month_that_has_ended_has_no_edition(span):
    assert month_of(since=span[0], until=span[1]) is None


def test_a_month_whose_cut_off_has_not_passed_or_without_boundaries_gives_none():
    desk, days, clock = town(2)
    clock.now, now = local("2026-10-10"), clock.now
    try:
        assert "has not passed" in month_of().note.en
    finally:
        clock.now = now
    # the town was founded in September
    span = (local("2026-08-01"), local("2026-09-01"))
    question = AreaQuestion("communities", "K1", *span)
    month = closed_month(question, desk.registries.current.scenarios, days, EVERYTHING)
    assert "No boundaries" in month.note.en


def spans():
    """The month, its halves and its days."""
    days = [local(f"2026-09-{day:02d}") for day in range(1, 31)] + [MONTH[1]]
    yield MONTH
    yield MONTH[0], days[14]
    yield days[14], MONTH[1]
    yield from zip(days[:-1:7], days[1::7], strict=False)


def answers(few, scope):
    """All that somebody can ask of the month, as it is answered."""
    desk, days, _ = town(few)
    areas = [("communities", "K1"), ("communities", "K2"), ("grids", "G1"),
             ("circles", "C"), ("circles", "W")]  # fmt: skip
    for layer, area_id in areas:
        for since, until in spans():
            for by in ((), *((part,) for part in BY), ("children", "category", "day")):
                question = AreaQuestion(layer, area_id, since, until, by)
                figures = desk.of_area(question, scope)
                month = closed_month(
                    question, desk.registries.current.scenarios, days, scope
                )
                yield FiguresOut.of(figures, None, None, month).model_dump(
                    exclude={"last_action", "revision"}
                )


def test_no_subtraction_tells_two_small_numbers_from_each_other():
    assert [*answers(2, EVERYTHING)] == [*answers(3, EVERYTHING)]


def test_who_has_the_grant_counts_all_and_tells_them_apart():
    totals = [
        [answer["total"]["events"] for answer in answers(few, GRANTED)]
        for few in (2, 3)
    ]
    assert totals[0] != totals[1]
    assert totals[0][0] == 4
