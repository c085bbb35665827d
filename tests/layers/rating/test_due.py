"""What is due by the end of a day, and by whom."""

import datetime as dt
import json
from dataclasses import asdict

import pytest

from api.cli.text.rating import due_lines
from api.schemas.inspections import DueOut
from api.service.rating.days import RiskDesk
from layers.rating.day import RiskDay
from layers.rating.due import list_due
from layers.rating.posts import answering_posts
from layers.stores.protocol import Draft, Publication
from layers.stores.version_digest import draft_digest
from support.makers.square_town import (
    DAY,
    TIMEZONE,
    SquareTown,
    local,
    places,
    squares,
)


def test_checks_are_due_the_latest_first(rating: RiskDay) -> None:
    checks = list_due(rating)
    assert [(check.place_id, check.overdue_days) for check in checks] == [
        ("P4", 29),
        ("P1", 9),
    ]


def test_check_says_why_and_who_must_make_it(rating: RiskDay) -> None:
    [check] = list_due(rating, "G1")
    assert (check.place_id, check.name, check.code) == ("P1", "甲", "red")
    assert check.due_on == dt.date(2026, 9, 21)
    assert (check.post_id, check.holder_id) == ("G1-L", "L001")
    assert check.criteria == ("critical-finding", "serious-finding")


def test_place_in_no_grid_is_due_to_nobody(rating: RiskDay) -> None:
    check = list_due(rating)[0]
    assert (check.place_id, check.post_id, check.holder_id) == ("P4", None, None)
    assert check.grid_id is None


def test_grid_without_due_checks_has_none(rating: RiskDay) -> None:
    assert list_due(rating, "G2") == []
    assert list_due(rating, "no such grid") == []


def test_check_is_due_from_its_day_on(desk: RiskDesk) -> None:
    due_on = dt.date(2026, 9, 21)
    before = list_due(desk.on(due_on - dt.timedelta(days=1)), "G1")
    [check] = list_due(desk.on(due_on), "G1")
    assert before == []
    assert check.overdue_days == 0


def test_answering_posts_are_those_of_the_end_of_the_day(desk: RiskDesk) -> None:
    # the duty at G2 ends at the end of the 14th
    assert answering_posts(desk.on(dt.date(2026, 9, 13)).facts)["G2"] == (
        "G2-L",
        "L002",
    )
    assert answering_posts(desk.on(DAY).facts)["G2"] == ("C-L", "R001")
    assert answering_posts(desk.on(DAY).facts)["G4"] == ("C-L", "R001")


def test_grids_without_a_tree_have_no_answering_posts(
    desk: RiskDesk, eventful: SquareTown
) -> None:
    grids = squares().drop(columns="parent_id")
    draft = Draft(local("2026-09-30"), draft_digest(grids), grids)
    eventful.store.publish(Publication((draft,), "planner", "chief", base=1))
    assert answering_posts(desk.on().facts) == {}


@pytest.fixture
def estates(squares: SquareTown) -> RiskDay:
    """The squares with two estates in G1 and a campaign on them that has ended."""
    frame = (
        places()
        .iloc[[0, 0]]
        .assign(
            place_id=["R1", "R2"], scene="住宅小区", is_coded=False, name=["花园", None]
        )
    )
    squares.store.record("enterprises", frame)
    body = {
        "name": "小区消防",
        "scenes": ["住宅小区"],
        "first": "2026-09-07",
        "last": "2026-09-25",
    }
    rule = {"rule_id": "campaign/estates", "owner": "office", "body": json.dumps(body)}
    squares.record("rules", rule)
    return RiskDesk(squares.store, TIMEZONE).on(DAY)


def test_place_without_a_code_is_due_under_the_campaign_that_names_its_kind(
    estates: RiskDay,
) -> None:
    coded, first, second = list_due(estates, "G1")
    assert (coded.place_id, coded.campaign) == ("P1", None)
    assert (first.place_id, first.name, first.scene) == ("R1", "花园", "住宅小区")
    assert (first.code, first.campaign, first.criteria) == (None, "estates", ())
    assert (first.due_on, first.overdue_days) == (dt.date(2026, 9, 25), 5)
    assert (first.post_id, first.holder_id) == ("G1-L", "L001")
    assert (second.place_id, second.name) == ("R2", None)


def test_lines_and_response_say_the_campaign(estates: RiskDay) -> None:
    [line] = [text for text in due_lines(estates, "G1") if " R1 " in text]
    assert line.split()[0] == "-"
    assert line.endswith("campaign estates  花园")
    check = DueOut.model_validate(asdict(list_due(estates, "G1")[1]))
    assert (check.code, check.campaign) == (None, "estates")
