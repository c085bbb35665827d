"""The answer to an event is as its model says, in two languages, without a token."""

from zoneinfo import ZoneInfo

import orjson
import pytest

from api.schemas.event_answers import (
    EventAnswerOut,
    answer_bytes,
    step_out,
    task_out,
    utc,
    with_token,
)
from api.service.events.report import EventReport
from gis.events import RouteStep, Task
from support.makers.event_town import REPORTER, EventTown
from support.makers.square_town import TIMEZONE

HERE = {"lon": 120.005, "lat": 30.005, "datum": "cgcs2000"}


@pytest.fixture(scope="module")
def town():
    return EventTown()


def answer(town, kind, timezone=TIMEZONE, **place):
    report = EventReport("hotline", kind, kind, **(place or HERE))
    return answer_bytes(town.intake.draft(report, REPORTER), ZoneInfo(timezone))


@pytest.mark.parametrize("kind", ["street_trading", "consultation", "witchcraft"])
def test_every_answer_is_as_its_model_says(town, kind):
    document = EventAnswerOut.model_validate_json(answer(town, kind))
    assert document.token is None
    assert document.assignment.grid_id == "G1"
    assert document.people.grid_leader.area_id == "G1"
    assert [h.area_id for h in document.people.chain] == ["W", "C"]


def test_an_event_in_a_community_has_no_grid_leader(town):
    document = EventAnswerOut.model_validate_json(
        answer(town, "public_opinion", community_id="K1")
    )
    assert document.people.grid_leader is None
    assert document.area_path == "C/W/"


def test_a_sentence_says_who_and_by_when(town):
    assigned, waiting = (
        orjson.loads(answer(town, kind)) for kind in ("noise", "witchcraft")
    )
    assert "assigned to" in assigned["text"]
    assert assigned["post_id"] in assigned["text"]
    assert "decides on it by" in waiting["text"]
    for document in (assigned, waiting):
        assert document["text_zh"].endswith("。")


@pytest.mark.parametrize(
    ("kind", "timezone", "en", "zh"),
    [
        ("noise", "Asia/Shanghai", "2026-10-01 20:00", "2026年10月1日 20:00"),
        ("noise", "America/Chicago", "2026-10-01 07:00", "2026年10月1日 07:00"),
        ("witchcraft", "Asia/Shanghai", "2026-09-30 20:15", "2026年9月30日 20:15"),
    ],
)
def test_sentences_have_the_time_of_the_town_and_fields_that_of_utc(
    town, kind, timezone, en, zh
):
    document = orjson.loads(answer(town, kind, timezone))
    assert f"by {en}." in document["text"]
    assert f"于 {zh} 前" in document["text_zh"]
    clock = "handle_by" if kind == "noise" else "accept_by"
    utc_text = document["clocks"][clock]
    assert utc_text in {"2026-10-01T12:00:00Z", "2026-09-30T12:15:00Z"}


def test_a_token_is_added_behind_what_is_stored():
    whole = orjson.loads(with_token(b'{"event_id":"E"}', 't"'))
    assert whole == {"event_id": "E", "token": 't"'}


def test_a_step_of_a_route_is_a_sentence_in_both_languages():
    step = step_out(RouteStep("unknown_kind", {"kind": ("怪", "odd")}))
    assert step["code"] == "unknown_kind"
    assert "odd" in step["text"]
    assert "怪" in step["text_zh"]


def test_a_task_says_until_when():
    task = task_out(Task("E/1", "E", due_at=60_000, department_id="police"))
    assert task["due_at"] == utc(60_000)
    assert task["department_id"] == "police"
