"""What an address of the desk asks for, and what is said where there is no answer."""

from typing import Any, cast

import pytest

from api.desk_questions import (
    DeskQuestion,
    address_of,
    answer_of,
    back_of,
    notes_of,
    sentence_of,
    stand_in_of,
)
from api.service.assignment.systems import SystemOwner
from api.service.cockpit.call import Answer, CallDesk, Caller, CallView, Choice
from gis.assignment import unanswered
from gis.models import Position
from layers.words import Words
from layers.words.desk import CALL

CALLER = cast("Caller", None)
PLACE = Choice("place:P", CALL["place"], "P", "店", "文一路1号")


class Desk:
    """Answers all alike, and remembers what it is asked."""

    def __init__(self, view: CallView, answer: Answer | None = None) -> None:
        self.asked: list[Any] = []
        self._view, self._answer = view, answer

    def view(self, text: str, query: Any, datum: str, _: Caller) -> CallView:
        self.asked.append((text, query and query.text, datum))
        return self._view

    def answer(self, spot: str, _: Caller) -> Answer | None:
        self.asked.append(spot)
        return self._answer


def asked(
    find: str = "", at: str = "", datum: str = "wgs84", **sent: str
) -> DeskQuestion:
    return DeskQuestion(
        find, at, datum, *(sent.get(n, "") for n in ("sent", "event", "token"))
    )


def answered(desk: Desk, question: DeskQuestion) -> tuple[CallView, Words | None]:
    return answer_of(cast("CallDesk", desk), question, CALLER)


def test_nothing_is_looked_for_where_nothing_is_asked() -> None:
    desk = Desk(CallView(Answer()))
    assert answered(desk, asked()) == (CallView(), None)
    assert desk.asked == []


def test_what_was_chosen_goes_before_what_was_typed() -> None:
    answer = Answer(area_id="G1")
    desk = Desk(CallView(), answer)
    assert answered(desk, asked("东湖", "place:P")) == (CallView(answer), None)
    assert desk.asked == ["place:P"]
    view, problem = answered(Desk(CallView()), asked("东湖", "place:P"))
    assert (view.answer, problem) == (None, CALL["gone"])


@pytest.mark.parametrize(
    ("text", "folded", "problem"),
    [
        ("东", None, "too_short"),
        ("——", None, "nothing"),
        ("长" * 100, None, "nothing"),
        ("文一路 1", "文一路1", "nothing"),
    ],
)
def test_what_has_no_answer_says_what_to_do(
    text: str, folded: str | None, problem: str
) -> None:
    desk = Desk(CallView())
    assert answered(desk, asked(text))[1] == CALL[problem]
    assert desk.asked == [(text, folded, "wgs84")]


def test_an_answer_or_a_choice_is_no_problem() -> None:
    for view in (CallView(Answer()), CallView(None, (PLACE,))):
        assert answered(Desk(view), asked("东湖")) == (view, None)


def test_a_position_in_no_grid_is_said_in_both_languages() -> None:
    nobody = unanswered("no_version", "wgs84").assignment
    owner = SystemOwner("main", None, nobody)
    words = sentence_of(CallView(Answer(owner=owner)))
    assert words is not None
    assert words.zh.startswith("位置无法使用")
    assert words.en.startswith("The position cannot be used")
    assert sentence_of(CallView(Answer())) is None
    assert sentence_of(CallView()) is None


def test_who_stands_in_is_said_with_the_reason() -> None:
    words = stand_in_of(CallView(Answer(reason="vacant_post")))
    assert words is not None
    assert "空缺" in words.zh
    assert "vacant" in words.en
    assert stand_in_of(CallView(Answer())) is None
    assert stand_in_of(CallView()) is None


def test_the_address_of_the_form_is_that_of_the_place_or_what_was_typed() -> None:
    here = Position(1.0, 2.0, "wgs84")
    for answer, address in (
        (Answer(choice=PLACE, position=here), "文一路1号"),
        (Answer(choice=PLACE._replace(address="")), "东湖"),
        (Answer(area_id="G1"), "东湖"),
        (Answer(position=here), ""),
        (None, "东湖"),
    ):
        assert address_of(asked("东湖"), CallView(answer)) == address


def test_a_form_that_was_sent_is_said_with_its_event() -> None:
    [(words, event_id)] = notes_of(asked(sent="assign", event="E-1"), None)
    assert (words.zh, event_id) == ("已办理“派遣”：", "E-1")
    assert notes_of(asked(sent="report"), "E-2") == [(CALL["sent_report"], "E-2")]
    assert notes_of(asked(sent="nonsense", event="E-1"), None) == []
    assert notes_of(asked(sent="report", event="E-1"), None) == []


def test_a_form_comes_back_to_the_answer_that_it_stood_under() -> None:
    question = asked("东湖 1", "place:P", "gcj02")
    fields = {"question": [f"{question.query}&sent=assign&x=1"], "kind": ["a"]}
    assert back_of(fields) == question.query
    assert question.query == "find=%E4%B8%9C%E6%B9%96+1&at=place%3AP&datum=gcj02"
    assert asked("东湖", datum="wgs84").query == "find=%E4%B8%9C%E6%B9%96"
    assert back_of({}) == asked().query == ""
    assert len(back_of({"question": [f"find={'a' * 5000}"]})) < 300
