"""One position and many take one road and give the same bytes."""

import math

import numpy as np
import orjson
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gis.assignment import (
    AnswerBasis,
    Assigner,
    Command,
    Jurisdiction,
    Jurisdictions,
    Positions,
    Request,
    answer_many,
    answer_one,
)
from gis.assignment.answer import DATUMS_AT_ONCE
from gis.crs import convert, parse_datum
from gis.errors import CrsError, SettingError
from gis.geodesy import GeodesicRuler
from gis.index import GridIndex
from gis.models import Circle, CircleId, GridId, Position, Post, PostId
from gis.pagoda import build_pagoda
from gis.roster import Duty, DutyTable, Roster

WEST, EAST = 120.0, 120.03
DATUMS = ("wgs84", "cgcs2000", "gcj02", "bd09", "EPSG:4326", "EPSG:4549")


@pytest.fixture(scope="module")
def basis():
    """Three grids in a row, a tree above, a leader on duty half of the time."""
    ids = ["G1", "G2", "G3"]
    polygons = [
        shapely.box(WEST + 0.01 * row, 30.0, WEST + 0.01 * (row + 1), 30.01)
        for row in range(3)
    ]
    circles = [
        Circle(CircleId("C"), None, 1, "core"),
        Circle(CircleId("W"), CircleId("C"), 2, "west"),
        Circle(CircleId("E"), CircleId("C"), 2, "east"),
    ]
    parents = dict(zip(map(GridId, ids), map(CircleId, "WWE"), strict=True))
    posts = [
        Post(PostId("P1"), "G1", "grid_leader", "7"),
        Post(PostId("PC"), "C", "circle_leader", "1"),
    ]
    duties = [Duty("D1", PostId("P1"), "8", 1_000, 2_000, 0)]
    table = DutyTable(Roster(build_pagoda(circles, parents), posts), duties)
    assigner = Assigner(
        GridIndex.build(ids, polygons),
        polygons,
        GeodesicRuler(),
        command=Command(table, {GridId("G2"): "K2"}),
        snap_m=20.0,
    )
    return AnswerBasis(assigner, parse_datum("cgcs2000"))


near_x = st.one_of(
    st.floats(WEST - 0.02, EAST + 0.02),
    st.sampled_from([WEST, WEST + 0.01, EAST, EAST + 1e-4, 120.0, 121.0, 30.005]),
    st.sampled_from([math.nan, math.inf, 0.0, -0.0, 1e-12, 1e10, -200.0]),
)
near_y = st.one_of(
    st.floats(29.98, 30.03),
    st.sampled_from([30.0, 30.01, 30.01 + 1e-4, 31.0, 120.005, -0.0, 1e-12, 95.0]),
    st.just(math.nan),
)


@st.composite
def questions(draw):
    datum = draw(st.sampled_from(DATUMS))
    x, y = draw(near_x), draw(near_y)
    if draw(st.booleans()) and math.isfinite(x) and math.isfinite(y):
        moved = convert([x], [y], parse_datum("wgs84"), parse_datum(datum))
        x, y = float(moved[0][0]), float(moved[1][0])
    position = draw(
        st.sampled_from([Position(x, y, datum), Position(x, y, datum), None])
    )
    return (
        position,
        draw(st.sampled_from([-5, 1_000, 1_999, 2_000])),
        draw(st.one_of(st.none(), st.sampled_from([-1.0, 0.0, 30.0, 1e7, math.nan]))),
        Request(
            draw(st.sampled_from([0.0, 0.0, 300.0])),
            draw(st.sampled_from([0.68, 0.95])),
            draw(st.sampled_from([None, 1.0, 25.0])),
        ),
    )


def bytes_of(answer):
    return orjson.dumps(answer, option=orjson.OPT_SORT_KEYS)


@given(question=questions())
def test_one_and_many_give_the_same_bytes(basis, question):
    position, at, accuracy_m, request = question
    x, y = (position.x, position.y) if position else (math.nan, math.nan)
    answers = answer_many(
        basis,
        Positions(
            np.array([5.0, x]),
            np.array([5.0, y]),
            np.array([0, 0 if position else 1], dtype=np.uint8),
        ),
        parse_datum(position.datum if position else "wgs84"),
        at=np.array([0, at]),
        accuracy_m=None if accuracy_m is None else np.array([9.0, accuracy_m]),
        request=request,
    )
    one = answer_one(basis, position, at, accuracy_m=accuracy_m, request=request)
    assert bytes_of(one) == bytes_of(answers.answer(1))


def test_a_plain_position_takes_the_kept_answer(basis):
    first, second = (answer_one(basis, Position(120.005, 30.005)) for _ in range(2))
    assert first.assignment is second.assignment
    assert first.assignment.provenance.datum == "wgs84"


def test_duty_in_force_decides_the_kept_answer(basis):
    holders = [
        answer_one(
            basis, Position(120.005, 30.005), at
        ).assignment.accountable.holder_id
        for at in (999, 1_000, 2_000)
    ]
    assert holders[1] == "8"
    assert "8" not in (holders[0], holders[2])


def test_error_of_a_shift_is_recorded_where_a_shift_was_removed(basis):
    request = Request(datum_error_m=2.5)
    errors = {
        datum: answer_one(
            basis, Position(120.005, 30.005, datum), request=request
        ).assignment.provenance.datum_error_m
        for datum in ("wgs84", "cgcs2000", "gcj02", "bd09")
    }
    assert errors == {"wgs84": None, "cgcs2000": None, "gcj02": 2.5, "bd09": 2.5}


def test_accuracy_that_is_no_use_is_named(basis):
    faults = [
        answer_one(basis, Position(120.005, 30.005), accuracy_m=radius).accuracy_fault
        for radius in (-1.0, 1e9, math.nan, 10.0)
    ]
    assert faults == ["accuracy_negative", "accuracy_larger_than_town", "", ""]


def test_position_comes_back_in_the_coordinates_of_the_grids(basis):
    shifted = convert([120.005], [30.005], parse_datum("wgs84"), parse_datum("gcj02"))
    position = Position(float(shifted[0][0]), float(shifted[1][0]), "gcj02")
    answer = answer_one(basis, position)
    assert (answer.x, answer.y) == pytest.approx((120.005, 30.005), abs=1e-8)
    assert answer_one(basis, Position(30.0051, 120.0051)).x is None


def test_many_datums_do_not_pile_up(basis):
    for zone in range(DATUMS_AT_ONCE + 3):
        answer_one(basis, Position(1.0, 1.0, f"EPSG:{32601 + zone}"))
    assert len(basis._views) <= DATUMS_AT_ONCE


def test_unknown_datum_and_confidence_are_refused(basis):
    with pytest.raises(CrsError, match="mars"):
        answer_one(basis, Position(120.005, 30.005, "mars"))
    with pytest.raises(SettingError, match="Confidence"):
        answer_one(
            basis, Position(120.005, 30.005), accuracy_m=5.0, request=Request(0.0, 0.5)
        )


def test_error_allowed_for_a_datum_is_added_to_the_accuracy(basis):
    guess = parse_datum("EPSG:4610", 40.0)
    x, y = np.array([WEST + 0.005]), np.array([30.005])
    code = np.zeros(1, dtype=np.uint8)
    answers = [
        answer_many(
            basis,
            Positions(x, y, code),
            datum,
            accuracy_m=np.array([radius]),
        ).answer(0)
        for datum, radius in ((guess, 30.0), (parse_datum("wgs84"), 50.0))
    ]
    assert answers[0].likelihood == answers[1].likelihood
    assert answers[0].assignment.provenance.datum_error_m == 40.0


@pytest.fixture(scope="module")
def bordered(basis):
    """The same basis between two areas; the eastern one is the higher code."""
    areas = [Jurisdiction("2", "west"), Jurisdiction("3")]
    boxes = [shapely.box(119, 29, WEST, 31), shapely.box(EAST, 29, 121, 31)]
    return AnswerBasis(basis.assigner, basis.datum, Jurisdictions(areas, boxes))


@pytest.mark.parametrize(
    ("x", "y", "status", "code"),
    [
        (WEST + 0.005, 30.005, "inside", None),
        (EAST, 30.005, "boundary", None),
        (EAST + 1e-4, 30.005, "snapped", "3"),
        (EAST + 1e-2, 30.005, "outside", "3"),
        (WEST - 1e-2, 30.005, "outside", "2"),
        (WEST + 0.005, 30.02, "outside", None),
        (30.005, 120.005, "unlocated", None),
    ],
)
def test_neighbour_is_named_where_a_position_is_in_no_grid(
    bordered, x, y, status, code
):
    answer = answer_one(bordered, Position(x, y))
    assert answer.assignment.status == status
    assert (answer.neighbour and answer.neighbour.neighbour_id) == code


def test_neighbours_change_nothing_of_the_assignment(basis, bordered):
    position = Position(EAST + 1e-2, 30.005, "gcj02")
    with_them, without = (answer_one(b, position) for b in (bordered, basis))
    assert with_them.neighbour is not None
    assert bytes_of(with_them.assignment) == bytes_of(without.assignment)
