"""The monthly report says of events what the figures of the same month say."""

import datetime as dt
from dataclasses import replace

import pytest

from api.service.events.area_question import AreaQuestion
from api.service.events.figures import FiguresDesk
from api.service.events.report import EventReport
from api.service.rating.days import RiskDesk
from gis.access import EVERYTHING
from layers.figures import counting
from layers.figures.report import monthly_figures
from layers.words import OTHER
from support.makers.event_town import REPORTER, EventTown
from support.makers.square_town import TIMEZONE, local

MONTH = (local("2026-09-01"), local("2026-10-01"))
KINDS = ("street_trading", "noise", "fire_hazard", "dispute", "kite")
PLACES = (120.005, 120.015, 120.025, 121.5)


@pytest.fixture(scope="module")
def town():
    """Events of many kinds in three grids, outside, and of last month."""
    town = EventTown()
    for number in range(40):
        place = {"lon": PLACES[number * 7 % 4], "lat": 30.005, "datum": "cgcs2000"}
        days = "2026-09-02", "2026-09-29", "2026-09-11"
        at = local(f"{days[number % 3]}T08:00")
        sent = EventReport(
            "hotline", str(number), KINDS[number % 5], occurred_at=at, **place
        )
        town.intake.append(town.intake.draft(sent, REPORTER), b"{}").result()
    return town


def test_row_4_10_places_that_two_departments_checked_within_days_are_counted():
    town = EventTown()
    visits = [
        ("A", "P1", "U-P", "2026-09-20", "check"),
        ("B", "P1", "P-P", "2026-09-25", "check"),
        ("C", "P2", "U-P", "2026-09-20", "check"),
        ("D", "P2", "U-P", "2026-09-21", "check"),
        ("E", "P2", "P-P", "2026-09-22", "drill"),
        ("F", "P2", "G2-L", "2026-09-22", "check"),
    ]
    town.town.record(
        "inspections",
        *(
            {"inspection_id": name, "place_id": place, "post_id": post, "kind": kind}
            | {"valid_from": f"{day}T10:00:00+08:00"}
            for name, place, post, day, kind in visits
        ),
    )
    desk = FiguresDesk(town.store, town.intake.snapshots, town.intake.registries)
    day = RiskDesk(town.store, TIMEZONE).on(dt.date(2026, 9, 30))

    def count(area_id, since):
        question = AreaQuestion("circles", area_id, local(since), MONTH[1])
        facts = desk.facts_of(question, EVERYTHING, day, has_places=True)
        return facts.places.checked_by_several

    assert [count(area, "2026-09-20") for area in ("C", "G1", "G2")] == [1, 1, 0]
    assert count("C", "2026-09-21") == 0


def in_grids(row):
    """The report sums grids; what lies in none stands in a row of its own."""
    return row.counts["events"] - row.counts["no_grid"]


def test_events_of_each_area_are_those_of_the_monthly_report(town):
    desk = FiguresDesk(town.store, town.intake.snapshots, town.intake.registries)
    day = RiskDesk(town.store, TIMEZONE).on(dt.date(2026, 9, 30))
    areas = monthly_figures(day).areas
    layers = {"circle": "circles", "grid": "grids", "community": "communities"}
    by_layer = areas.set_index("layer")
    whole = desk.of_area(AreaQuestion("circles", "C", *MONTH), EVERYTHING).table
    assert by_layer.loc["town", "events"] == whole.total.counts["events"]
    assert by_layer.loc["no_grid", "events"] == whole.total.counts["no_grid"] == 8
    compared = 0
    for row in areas[areas["layer"].isin(layers)].to_dict("records"):
        question = AreaQuestion(layers[row["layer"]], row["area_id"], *MONTH)
        total = in_grids(desk.of_area(question, EVERYTHING).table.total)
        assert total == row["events"], row["area_id"]
        compared += total
    assert compared > 60


def test_modules_and_days_of_each_area_are_those_of_the_monthly_report(town):
    desk = FiguresDesk(town.store, town.intake.snapshots, town.intake.registries)
    report = monthly_figures(RiskDesk(town.store, TIMEZONE).on(dt.date(2026, 9, 30)))
    layers = {"circle": "circles", "grid": "grids", "community": "communities"}
    areas = report.areas[report.areas["layer"].isin(layers)]
    met = set()
    for row in areas.to_dict("records"):
        layer, area_id = layers[row["layer"]], row["area_id"]
        question = AreaQuestion(layer, area_id, *MONTH, ("module",))
        answer = desk.of_area(question, EVERYTHING).table.rows
        counts = {r.keys[0] or OTHER: in_grids(r) for r in answer}
        expected = {name: row[f"module_{name}"] for name in counting.MODULES}
        assert {n: counts.get(n, 0) for n in counting.MODULES} == expected, area_id
        met |= {name for name, count in counts.items() if count}
        if layer == "circles":
            days = desk.of_area(replace(question, by=("day",)), EVERYTHING).table.rows
            trend = report.trend.loc[area_id]
            assert {r.keys[0]: in_grids(r) for r in days if in_grids(r)} == dict(
                trend[trend > 0]
            )
    assert {OTHER, "enforcement", "safety"} <= met
