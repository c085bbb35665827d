"""Answers as they are stored: JSON with sorted keys that says what it came from."""

from dataclasses import replace

import numpy as np
import orjson
import pytest

from api.service.assignment.stored import (
    CONFIDENCE,
    AnswerColumns,
    EventColumns,
    StoredAnswer,
    stored_answer,
    stored_answers,
)
from gis.assignment import (
    REASONS,
    Positions,
    Request,
    answer_one,
    with_likelihood,
)
from gis.models import Instant, Position
from gis.roster import NO_HOUR
from layers.snapshots import Terms, build_snapshot
from support.makers.contract_rows import neighbours
from support.makers.square_town import NOW, SquareTown, local

AT = local("2026-09-10T08:00")


def columns(datum: str = "wgs84") -> EventColumns:
    """One event in G1 with an accuracy, one in G2 without, one nowhere."""
    missing = REASONS.index("missing")
    return EventColumns(
        Positions(
            np.array([120.005, 120.015, np.nan]),
            np.array([30.005, 30.005, np.nan]),
            np.array([0, 0, missing], dtype=np.uint8),
        ),
        datum,
        np.array([30.0, np.nan, np.nan]),
        np.array([AT, AT, NOW]),
        np.zeros(3, dtype=np.bool_),
    )


@pytest.fixture
def answers(squares: SquareTown) -> list[StoredAnswer]:
    """Their answers."""
    return list(stored_answers(squares.snapshot(AT), columns(), datum_error_m=1.0))


def test_answers_are_json_with_sorted_keys(answers: list[StoredAnswer]) -> None:
    for answer in answers:
        document = orjson.loads(answer.text)
        assert list(document) == sorted(document)
        # the assignment is written in the order of its record
        assert orjson.dumps(document) == answer.text


def test_answer_says_what_it_was_computed_from(squares: SquareTown) -> None:
    terms = Terms(snap_m=7.0, region_tier=2)
    snapshot = build_snapshot(squares.store, AT, terms=terms)
    first, *_ = stored_answers(snapshot, columns(), datum_error_m=1.0)
    document = orjson.loads(first.text)
    assert (document["revision"], document["at"]) == (6, AT)
    assert document["terms"] == {"snap_m": 7.0, "region_tier": 2}
    assert document["assignment"]["provenance"]["version"] == 1


def test_accuracy_is_stored_where_there_is_one(answers: list[StoredAnswer]) -> None:
    first, second, third = (orjson.loads(answer.text) for answer in answers)
    assert (first["accuracy_m"], first["probabilities"][0][0]) == (30.0, "G1")
    for document in (second, third):
        assert (document["accuracy_m"], document["probabilities"]) == (None, [])


def test_position_that_is_missing_has_no_place(answers: list[StoredAnswer]) -> None:
    first, _, third = answers
    assert (first.lon, first.lat) == (120.005, 30.005)
    assert (third.lon, third.lat, third.assignment.grid_id) == (None, None, None)
    assert orjson.loads(third.text)["position_reason"] == "missing"


def test_error_of_the_datum_is_stored_where_it_was_converted(
    squares: SquareTown,
) -> None:
    errors = [
        next(
            iter(
                stored_answers(squares.snapshot(AT), columns(datum), datum_error_m=1.0)
            )
        ).assignment.provenance.datum_error_m
        for datum in ("wgs84", "gcj02")
    ]
    assert errors == [None, 1.0]


def test_some_of_the_events_are_taken_in_the_order_asked_for() -> None:
    some = columns().take(np.array([2, 0]))
    assert some.instants.tolist() == [NOW, AT]
    assert some.positions.reasons.tolist() == [REASONS.index("missing"), 0]
    assert some.accuracy_m[1] == 30.0
    assert some.datum == "wgs84"


def test_neighbour_that_holds_an_event_outside_stands_beside_its_assignment(
    eventful: SquareTown,
) -> None:
    before = eventful.store.event(eventful.event_id("e3")).new.acting
    eventful.store.record("neighbours", neighbours(("330106", "西湖区", 119.9, 120)))
    again = replace(
        columns(),
        positions=Positions(
            np.array([119.99, 120.005, np.nan]),
            np.array([30.005] * 3),
            np.array([0, 0, REASONS.index("missing")], dtype=np.uint8),
        ),
    )
    outside, inside, nowhere = (
        orjson.loads(answer.text)
        for answer in stored_answers(eventful.snapshot(), again, datum_error_m=1.0)
    )
    assert outside["neighbour_id"] == "330106"
    assert "neighbour_id" not in outside["assignment"]
    for document in (inside, nowhere, orjson.loads(before)):
        assert "neighbour_id" not in document


@pytest.mark.parametrize("place", range(3), ids=["accuracy", "inside", "missing"])
def test_one_answer_is_that_of_many_to_the_byte(
    squares: SquareTown, place: int
) -> None:
    many = columns("gcj02" if place == 1 else "wgs84")
    snapshot = squares.snapshot(AT)
    wanted = list(stored_answers(snapshot, many, datum_error_m=1.0))[place]
    x, y = float(many.positions.x[place]), float(many.positions.y[place])
    radius_m = float(many.accuracy_m[place])
    at = Instant(int(many.instants[place]))
    radius = None if np.isnan(radius_m) else radius_m
    answer = answer_one(
        snapshot.basis,
        None if np.isnan(x) else Position(x, y, many.datum),
        at,
        accuracy_m=radius,
        request=Request(confidence=CONFIDENCE, datum_error_m=1.0),
    )
    assert stored_answer(snapshot, answer, at, radius) == wanted


@pytest.mark.parametrize("is_day", [False, True])
@pytest.mark.parametrize("lon", [119.99, 120.005])
def test_one_answer_beside_a_neighbour_or_on_a_day_is_that_of_many_to_the_byte(
    eventful: SquareTown, lon: float, is_day: bool
) -> None:
    eventful.store.record("neighbours", neighbours(("330106", "西湖区", 119.9, 120)))
    snapshot = eventful.snapshot()
    many = replace(
        columns(),
        positions=Positions(
            np.array([120.005, lon]), np.array([30.005] * 2), np.zeros(2, np.uint8)
        ),
        accuracy_m=np.array([np.nan, 25.0]),
        instants=np.array([AT, AT]),
        is_day=np.array([False, is_day]),
    )
    _, wanted = stored_answers(snapshot, many, datum_error_m=1.0)
    answer = answer_one(
        snapshot.basis,
        Position(lon, 30.005),
        NO_HOUR if is_day else AT,
        accuracy_m=25.0,
        request=Request(confidence=CONFIDENCE, datum_error_m=1.0),
    )
    assert stored_answer(snapshot, answer, AT, 25.0, is_day=is_day) == wanted


def test_answers_that_are_put_back_are_the_same(squares: SquareTown) -> None:
    answers = stored_answers(squares.snapshot(AT), columns(), datum_error_m=1.0)
    whole = AnswerColumns.blank(3)
    for rows in (np.array([2, 0]), np.array([1])):
        whole.put(rows, answers.take(rows))
    assert list(whole) == list(answers)
    assert len({answer.text for answer in whole}) == 3


def test_probabilities_of_one_time_are_those_of_another(squares: SquareTown) -> None:
    snapshot, position = squares.snapshot(AT), Position(120.0099, 30.005)
    request = Request(confidence=CONFIDENCE, datum_error_m=1.0)
    likely = answer_one(snapshot.basis, position, NOW, accuracy_m=30.0, request=request)
    plain = answer_one(snapshot.basis, position, AT, request=request)
    whole = answer_one(snapshot.basis, position, AT, accuracy_m=30.0, request=request)
    assert stored_answer(
        snapshot, with_likelihood(plain, likely), AT, 30.0
    ) == stored_answer(snapshot, whole, AT, 30.0)
