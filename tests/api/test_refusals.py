"""Every rule has words in both languages, and every fault of a body has a rule."""

import re

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from api.admission import JsonDoor
from api.errors import SHOWN_FAULTS, install_handlers
from api.refusals import RULES, broken_rule, refused_values, rule_words
from api.schemas.actions import ActionIn
from api.schemas.assignment import PositionIn
from api.schemas.events import EventIn
from api.schemas.inspections import InspectionIn
from api.schemas.whistles import CheckInIn, RatingIn, SolutionIn, WhistleIn
from support.harness.answers import assert_problem

CHINESE = re.compile("[一-鿿]")
BODIES: tuple[type[BaseModel], ...] = (
    ActionIn,
    CheckInIn,
    EventIn,
    InspectionIn,
    PositionIn,
    RatingIn,
    SolutionIn,
    WhistleIn,
)
NAMES = sorted({name for body in BODIES for name in body.model_fields} | {"height"})
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    st.sampled_from([10**30, 1.5, float("inf"), 0.68, 25.0]),
    st.sampled_from(["", " ", "\0", "a\u200bb", "13812345678", "x" * 5000, "https://"]),
    st.text(max_size=5),
    st.lists(st.sampled_from(["a", "", "javascript:x", 7]), max_size=25),
    st.dictionaries(st.sampled_from(["severity", "x"]), st.integers(), max_size=2),
)


@pytest.mark.parametrize("rule", RULES)
def test_rule_has_the_same_gaps_or_fewer_in_chinese(rule: str) -> None:
    words = RULES[rule]
    gaps, gaps_zh = (set(re.findall(r"\{(\w+)\}", text)) for text in words.both[::-1])
    assert CHINESE.search(words.zh)
    assert not CHINESE.search(words.en)
    assert gaps_zh <= gaps | {"text"}


@given(
    st.sampled_from(BODIES),
    st.dictionaries(st.sampled_from(NAMES), ODD, max_size=6) | ODD,
)
def test_every_fault_of_a_body_is_said_in_both_languages(
    schema: type[BaseModel], body: object
) -> None:
    try:
        schema.model_validate(body)
    except ValidationError as error:
        for fault in refused_values(error).errors():
            assert fault["type"] in RULES, fault
            words = rule_words(fault)
            assert CHINESE.search(words.zh)
            assert words.en
            assert fault["loc"][0] == "body"


def test_rule_without_words_is_said_as_it_came() -> None:
    words = rule_words({"type": "new", "msg": "Value error, is odd {here}"})
    assert words.en == "is odd {here}"
    assert CHINESE.search(words.zh)


def test_broken_rule_fills_its_gaps() -> None:
    error = broken_rule("stands_twice", value="{value}")
    assert str(error) == "has {value} twice, expected it once"


@pytest.fixture(scope="module")
def door() -> TestClient:
    """A door that takes a rating."""
    app = FastAPI()
    app.router.route_class = JsonDoor
    install_handlers(app)

    @app.post("/ratings")
    def rate(body: RatingIn) -> int:
        return body.score

    return TestClient(app)


def test_row_3_16_fault_of_a_value_is_said_in_chinese_with_its_field(
    door: TestClient,
) -> None:
    answer = door.post("/ratings", json={"department": "police", "score": 6})
    assert_problem(answer, 422, "invalid-request")
    assert answer.json()["detail"] == (
        "The request has 1 fault: body.score: is too large, expected 5 or less; "
        "correct it."
    )
    assert answer.json()["detail_zh"] == (
        "请求内容不符合要求：body.score 不能大于 5；请改正后重试。"
    )
    assert answer.json()["errors"] == [
        {
            "field": "body.score",
            "rule": "is too large, expected 5 or less",
            "rule_zh": "不能大于 5",
        }
    ]


def test_body_with_a_thousand_faults_is_answered_shortly(door: TestClient) -> None:
    body = {f"{'x' * 500}{number}": 1 for number in range(1000)}
    answer = door.post("/ratings", json=body)
    assert_problem(answer, 422, "invalid-request")
    assert "has 1001 faults" in answer.json()["detail"]
    assert len(answer.json()["errors"]) == SHOWN_FAULTS
    assert len(answer.content) < 50_000
