"""What an area has beside its events equals what the report says of the same time."""

import datetime as dt
import math

import pandas as pd
import pytest

from gis.events import Task
from gis.models import Circle, Post
from gis.pagoda import build_pagoda
from gis.roster import Duty, DutyTable, Roster
from layers.figures.area_facts import (
    PostFigures,
    WhistleFigures,
    grids_of,
    place_figures,
    post_figures,
    rating_of,
    whistle_figures,
)
from layers.figures.counting import Span
from layers.figures.question import Ground
from support.makers.report_days import make_hamlet_day, monthly_report

MONTH = Span(dt.date(2026, 9, 1), dt.date(2026, 9, 30))
SAME = {
    **{name: name for name in ("places", "green", "yellow", "red", "checks")},
    **{name: name for name in ("drills", "fixed")},
    "findings": "found",
    "checks_overdue": "overdue",
}


def test_places_and_checks_of_areas_are_those_of_the_monthly_report():
    day = make_hamlet_day()
    areas = monthly_report(day).areas
    rows = areas[areas["layer"].isin(["grid", "circle", "community"])]
    below = {"C1": {*day.grids["grid_id"]}}
    below |= {grid: {grid} for grid in day.grids["grid_id"]}
    for name in ("parent_id", "community_id"):
        below |= {
            key: {*some["grid_id"]}
            for key, some in day.grids.dropna(subset=[name]).groupby(name)
        }
    compared = [row for row in rows.to_dict("records") if row["area_id"] in below]
    assert len(compared) >= 6
    for row in compared:
        figures = place_figures(day, frozenset(below[row["area_id"]]), MONTH)
        for name, column in SAME.items():
            assert getattr(figures, name) == row[column], (row["area_id"], name)


def test_score_and_level_are_those_of_the_report():
    day = make_hamlet_day()
    areas = monthly_report(day).areas
    for row in areas[areas["layer"].isin(["grid", "circle"])].to_dict("records"):
        rating = rating_of(day, row["area_id"])
        assert rating.level == row["level"]
        score = None if math.isnan(row["score"]) else row["score"]
        assert rating.score == score
    assert rating_of(day, "none").level is None


def test_checks_that_are_due_are_no_fewer_than_those_overdue():
    day = make_hamlet_day()
    figures = place_figures(day, frozenset(day.grids["grid_id"]), MONTH)
    assert figures.checks_due >= figures.checks_overdue > 0


def test_places_of_several_departments_equal_a_count_place_by_place(s_town_day):
    day, span = s_town_day, Span(dt.date(2026, 9, 20), dt.date(2026, 9, 30))
    grid_ids = frozenset(day.grids["grid_id"].iloc[:40])
    bodies = {}
    for row in day.inspections.itertuples():
        is_in_time = span.first <= pd.Timestamp(row.day).date() <= span.last
        if is_in_time and row.kind == "check" and row.grid_id in grid_ids:
            bodies.setdefault(row.place_id, set()).add(row.department)
    count = sum(len(some - {""}) > 1 for some in bodies.values())
    assert place_figures(day, grid_ids, span).checked_by_several == count > 3


@pytest.mark.parametrize(
    ("until", "figures"),
    [
        (5, WhistleFigures(3, 3, 0, 0)),
        (12, WhistleFigures(3, 2, 2, 1)),
        (30, WhistleFigures(3, 1, 2, 1)),
    ],
)
def test_whistles_stand_as_at_the_end_of_the_time(until, figures):
    tasks = [
        Task("E/1", "E", "whistle", due_at=10, ended_at=8, state="done"),
        Task("E/2", "E", "whistle", due_at=10, ended_at=20, state="ended"),
        Task("E/3", "E", "bell", due_at=11),
    ]
    assert whistle_figures(tasks, until, until) == figures


CIRCLES = [
    Circle("C", None, 1, "core"),
    Circle("R1", "C", 2, "region 1"),
    Circle("R2", "C", 2, "region 2"),
]
PAGODA = build_pagoda(CIRCLES, {"G1": "R1", "G2": "R1", "G3": "R2"})
POSTS = (
    Post("C-L", "C", "circle_leader", "R001"),
    Post("R1-L", "R1", "region_leader"),
    Post("G1-L", "G1", "grid_leader", "L1"),
    Post("G2-L", "G2", "grid_leader"),
    Post("G1-F", "G1", "full_time_member", "F1"),
)


@pytest.mark.parametrize(
    ("ground", "grids", "figures"),
    [
        (Ground("C"), {"G1", "G2", "G3"}, PostFigures(5, 2, 2)),
        (Ground("R1"), {"G1", "G2"}, PostFigures(4, 2, 1)),
        (Ground("R2"), {"G3"}, PostFigures(0, 0, 1)),
        (Ground("G1"), {"G1"}, PostFigures(2, 0, 0)),
        (Ground("K", frozenset({"G2", "G3"})), {"G2", "G3"}, PostFigures(1, 1, 2)),
    ],
)
def test_posts_are_counted_below_an_area(ground, grids, figures):
    assert grids_of(PAGODA, ground) == grids
    assert post_figures(DutyTable(Roster(PAGODA, POSTS), []), ground, 5) == figures


def test_a_post_whose_turn_is_over_is_vacant_then():
    table = DutyTable(Roster(PAGODA, POSTS), [Duty("a", "G1-L", "L7", 0, 10, 0)])
    assert post_figures(table, Ground("G1"), 9) == PostFigures(2, 0, 0)
    assert post_figures(table, Ground("G1"), 10) == PostFigures(2, 1, 1)
