"""Whose is a position: circles by name, who is near, how sure it is, and as of when."""

import datetime as dt

import pytest

from api.service.assignment.answer import AnswerDesk, Question
from gis.errors import CrsError, SettingError
from gis.models import Position, Status
from layers.snapshots import Snapshots
from support.makers.square_town import TIMEZONE, SquareTown, duty, local, post

IN_G1 = Position(120.005, 30.005)
IN_G2 = Position(120.015, 30.005)
HAND_OVER = "2026-09-15T00:00:00"
"""The duty at G2 ends then, on local clocks."""


@pytest.fixture
def desk(squares: SquareTown) -> AnswerDesk:
    """A desk over the town."""
    snapshots = Snapshots(squares.store, now=squares.clock)
    return AnswerDesk(snapshots, 1.0, TIMEZONE, squares.clock)


def test_circles_above_a_position_come_with_their_names(desk: AnswerDesk) -> None:
    reply = desk.reply(Question(IN_G1))
    assert reply.assignment.grid_id == "G1"
    assert [circle.name for circle in reply.circles] == ["西圈", "核心"]
    assert reply.revision == 6
    assert (reply.doubt, reply.near) == (None, ())


def test_missing_position_is_answered_by_the_core_alone(desk: AnswerDesk) -> None:
    reply = desk.reply(Question(None, accuracy_m=5.0, candidates_m=5000.0))
    assignment = reply.assignment
    assert (assignment.status, assignment.reason) == (Status.UNLOCATED, "missing")
    assert assignment.accountable_post == "C-L"
    assert (reply.circles, reply.doubt, reply.near) == ((), None, ())


@pytest.mark.parametrize(
    ("at", "holder"),
    [
        ("2026-09-14T23:59:59", "L002"),
        (HAND_OVER, "R001"),
        ("2026-09-14T15:59:59+00:00", "L002"),
        ("2026-09-14T16:00:00+00:00", "R001"),
    ],
    ids=["local before", "local after", "offset before", "offset after"],
)
def test_time_without_offset_is_local(desk: AnswerDesk, at: str, holder: str) -> None:
    question = Question(IN_G2, at=dt.datetime.fromisoformat(at))
    accountable = desk.reply(question).assignment.accountable
    assert accountable.holder_id == holder


def test_question_without_time_is_answered_as_of_now(
    desk: AnswerDesk, squares: SquareTown
) -> None:
    assert desk.reply(Question(IN_G2)).assignment.accountable_post == "C-L"
    squares.clock.now -= 20 * 86_400_000
    assert desk.reply(Question(IN_G2)).assignment.accountable_post == "G2-L"


def test_near_grids_come_with_their_border_and_who_answers(desk: AnswerDesk) -> None:
    own, next_door = desk.reply(Question(IN_G1, candidates_m=1200.0)).near
    assert (own.grid_id, own.distance_m, own.border_m) == ("G1", 0.0, None)
    assert next_door.grid_id == "G2"
    # 0.005 degrees of longitude and 0.01 of latitude at 30 degrees north
    assert next_door.distance_m == pytest.approx(482, abs=1)
    assert next_door.border_m == pytest.approx(1109, abs=1)
    assert (next_door.accountable_post, next_door.accountable_holder) == ("C-L", "R001")


def test_near_grids_of_a_position_outside_have_no_border(desk: AnswerDesk) -> None:
    near = desk.reply(Question(Position(119.99, 30.005), candidates_m=2000.0)).near
    assert [(grid.grid_id, grid.border_m) for grid in near] == [
        ("G1", None),
        ("G2", None),
    ]


@pytest.mark.parametrize(
    ("lon", "decided_at"),
    [(120.005, "grid"), (120.01, "tier2"), (120.02, "tier1")],
    ids=["inside", "border of a circle's grids", "border of circles"],
)
def test_doubt_is_decided_at_the_lowest_level_that_is_sure(
    desk: AnswerDesk, lon: float, decided_at: str
) -> None:
    doubt = desk.reply(Question(Position(lon, 30.005), accuracy_m=30.0)).doubt
    assert doubt.decided_at == decided_at
    assert doubt.band == ("sure" if decided_at == "grid" else "ambiguous")
    assert sum(p for _, p in doubt.probabilities) == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize("accuracy_m", [-1.0, 1e6])
def test_accuracy_that_no_town_has_is_refused(
    desk: AnswerDesk, accuracy_m: float
) -> None:
    with pytest.raises(SettingError, match=f"Accuracy {accuracy_m!r} m cannot be used"):
        desk.reply(Question(IN_G1, accuracy_m=accuracy_m))


def test_unknown_datum_is_refused(desk: AnswerDesk) -> None:
    with pytest.raises(CrsError, match="moon"):
        desk.reply(Question(Position(120.005, 30.005, "moon")))


def test_time_before_any_version_is_a_reason_and_not_today(desk: AnswerDesk) -> None:
    question = Question(IN_G1, at=dt.datetime(1969, 12, 31), accuracy_m=5.0)
    reply = desk.reply(question)
    assignment = reply.assignment
    assert (assignment.status, assignment.reason) == (Status.UNLOCATED, "no_version")
    assert (assignment.grid_id, assignment.accountable) == (None, None)
    assert (reply.circles, reply.doubt, reply.near) == ((), None, ())
    with pytest.raises(CrsError):
        desk.reply(Question(Position(1, 1, "mars"), at=dt.datetime(1969, 12, 31)))


def test_positions_in_one_grid_get_one_reply_until_something_changes(
    squares: SquareTown,
) -> None:
    snapshots = Snapshots(squares.store, now=squares.clock)
    desk = AnswerDesk(snapshots, 1.0, TIMEZONE, squares.clock)
    first, other = Question(IN_G1), Question(Position(120.006, 30.004))
    reply = desk.reply(first)
    assert desk.reply(other) is reply
    assert [member.post_id for member in reply.members] == ["G1-M"]
    squares.record("posts", post("G1-N", "G1", "part_time_member", "M002"))
    snapshots.refresh()
    after = desk.reply(other)
    assert after.revision == reply.revision + 1
    assert [member.post_id for member in after.members] == ["G1-M", "G1-N"]


def test_reply_that_is_kept_ends_with_the_duty(
    desk: AnswerDesk, squares: SquareTown
) -> None:
    squares.clock.now = local(HAND_OVER) - 1
    before = desk.reply(Question(IN_G2))
    squares.clock.now = local(HAND_OVER)
    after = desk.reply(Question(IN_G2))
    holders = [r.assignment.accountable.holder_id for r in (before, after)]
    assert holders == ["L002", "R001"]


def test_duty_of_a_member_ends_a_reply_that_is_kept(squares: SquareTown) -> None:
    squares.record("duties", duty("D9", "G1-M", "M001", "2026-09-20T00:00:00+08:00"))
    snapshots = Snapshots(squares.store, now=squares.clock)
    desk = AnswerDesk(snapshots, 1.0, TIMEZONE, squares.clock)
    squares.clock.now = local("2026-09-20T00:00:00") - 1
    before = desk.reply(Question(IN_G1))
    squares.clock.now = local("2026-09-20T00:00:00")
    after = desk.reply(Question(IN_G1))
    assert [r.members[0].holder_id for r in (before, after)] == ["M001", None]


def test_question_beside_a_plain_one_is_answered_by_itself(desk: AnswerDesk) -> None:
    plain = desk.reply(Question(IN_G1))
    assert desk.reply(Question(IN_G1, candidates_m=100.0)).near
    assert desk.reply(Question(IN_G1, accuracy_m=5.0)).doubt is not None
    assert desk.reply(Question(IN_G1)) is plain
    assert desk.reply(Question(Position(120.005, 30.005, "cgcs2000"))) is not plain


def test_oldest_replies_go_where_more_grids_are_asked_for_than_are_kept(
    desk: AnswerDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.service.assignment.answer.KEPT_REPLIES", 1)
    reply = desk.reply(Question(IN_G1))
    desk.reply(Question(IN_G2))
    assert desk.reply(Question(IN_G1)) is not reply
