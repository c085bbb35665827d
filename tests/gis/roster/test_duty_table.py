"""Who is on duty: every grid and minute has one accountable post, or a named lapse."""

from dataclasses import asdict, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.errors import InvalidLayerError
from gis.models import Circle, Post
from gis.pagoda import build_pagoda
from gis.roster import NO_HOUR, Duty, DutyTable, Roster, commander

PAGODA = build_pagoda(
    [
        Circle("C", None, 1, "core"),
        Circle("E", "C", 2, "east"),
        Circle("R1", "E", 3, "region 1"),
        Circle("R2", "E", 3, "region 2"),
    ],
    {"G1": "R1", "G2": "R1", "G3": "R2"},
)
POSTS = (
    Post("C-L", "C", "circle_leader", "R001"),
    Post("E-L", "E", "circle_leader"),
    Post("R1-L", "R1", "region_leader"),
    Post("G1-L", "G1", "grid_leader", "L1"),
    Post("G2-L", "G2", "grid_leader"),
    Post("G1-F", "G1", "full_time_member", "F1"),
    Post("R1-T", "R1", "team", "T1"),
)
LEADERS = {post.area_id: post for post in POSTS if post.role.endswith("leader")}
ROSTER = Roster(PAGODA, POSTS)
HAND_OVER = 1_788_739_200_000  # 2026-09-07 08:00 in Shanghai
DAY = 86_400_000


def duty(duty_id, post_id, holder, starts_at, ends_at, recorded_at=0):
    return Duty(duty_id, post_id, holder, starts_at, ends_at, recorded_at)


def test_hand_over_minute_splits_two_events_at_one_point():
    week = duty("a", "R1-L", "D01", HAND_OVER - 7 * DAY, HAND_OVER)
    following = duty("b", "R1-L", "D02", HAND_OVER, HAND_OVER + 7 * DAY)
    table = DutyTable(ROSTER, [following, week])
    before, after = (table.on_duty(0, HAND_OVER + ms) for ms in (-1, 0))
    assert before.region_leader.holder_id == "D01"
    assert after.region_leader.holder_id == "D02"
    assert before.accountable.post_id == after.accountable.post_id == "G1-L"


def test_gap_in_the_roster_climbs_with_its_own_reason():
    table = DutyTable(ROSTER, [duty("a", "G1-L", "L7", 0, 10)])
    late = table.on_duty(0, 10)
    assert late.accountable.post_id == "C-L"
    assert late.reason == "no_one_on_duty"
    assert [holding.reason for holding in late.leaders] == [
        "no_one_on_duty",
        "vacant_post",
        "vacant_post",
        "",
    ]
    assert table.on_duty(0, 9).reason == ""


def test_vacant_post_climbs_to_the_region_leader_on_duty():
    table = DutyTable(ROSTER, [duty("a", "R1-L", "D01", 0, 10)])
    held = table.on_duty(1, 5)
    assert (held.accountable.holder_id, held.reason) == ("D01", "vacant_post")


def test_area_without_a_leader_post_counts_as_vacant():
    held = DutyTable(ROSTER).on_duty(2, 0)
    assert held.leaders[0].post_id is None
    assert (held.accountable.post_id, held.reason) == ("C-L", "vacant_post")


def test_nobody_up_to_the_core_leaves_no_accountable_post():
    roster = Roster(PAGODA, [post for post in POSTS if post.post_id == "E-L"])
    assert DutyTable(roster).on_duty(0, 0).accountable is None


def test_what_no_grid_owns_goes_to_the_core_circle():
    table = DutyTable(ROSTER, [duty("a", "C-L", "R009", 0, 10)])
    assert table.on_duty(-1, 5).accountable.holder_id == "R009"
    assert table.on_duty(-1, 5).reason == "triage"
    assert table.on_duty(-1, 10).accountable.post_id == "C-L"
    assert DutyTable(Roster(PAGODA, [])).on_duty(-1, 5).accountable is None


def test_tree_without_the_region_tier_has_no_region_leader():
    assert DutyTable(ROSTER, region_tier=4).on_duty(0, 0).region_leader is None


def test_later_record_supersedes_and_known_at_tells_what_was_known():
    first = duty("a", "G1-L", "L1", 0, 100, recorded_at=1)
    swap = replace(first, holder_id="L2", recorded_at=5)
    gone = replace(swap, recorded_at=9, cancelled=True)
    records = [gone, swap, first]
    holders = [
        DutyTable(ROSTER, records, known_at=known).leaders("G1").at(50).holder_id
        for known in (1, 4, 5, 8)
    ]
    assert holders == ["L1", "L1", "L2", "L2"]
    # without a duty in force the post is held by its standing holder again
    assert DutyTable(ROSTER, records).leaders("G1").at(200).holder_id == "L1"
    assert DutyTable(ROSTER, records, known_at=5).revision == 5


def test_members_and_fan_out_name_everybody_below():
    table = DutyTable(ROSTER, [duty("f", "G1-F", "F2", 0, 10)])
    assert [m.holder_id for m in table.members("G1", 5)] == ["F2"]
    assert [m.reason for m in table.members("G1", 10)] == ["no_one_on_duty"]
    assert table.members("G1", 3) is table.members("G1", 5)
    below = [holding.area_id for holding in table.fan_out("E", 5)]
    assert below == ["G1", "G1", "G2", "G3", "R1", "R1", "R2"]


@pytest.mark.parametrize(
    ("records", "found"),
    [
        pytest.param([duty("a", "X", "L", 0, 1)], "'X'", id="unknown post"),
        pytest.param([duty("a", "G1-L", "L", 5, 5)], "row 1", id="empty interval"),
        pytest.param(
            [duty("a", "G1-L", "L", 0, 1), duty("b", "G1-L", "L", 5, 4)],
            "row 2",
            id="ends before it starts",
        ),
        pytest.param(
            [duty("a", "G1-L", "L", 0, 1), duty("a", "G1-L", "M", 0, 1)],
            "two records",
            id="two records at one time",
        ),
        pytest.param(
            [duty("a", "G1-L", "L", 0, 1), duty("a", "G2-L", "M", 0, 1, 1)],
            "stays with its post",
            id="moved to another post",
        ),
        pytest.param(
            [duty("a", "G1-L", "L", 0, 10), duty("b", "G1-L", "M", 9, 20)],
            r"'a' and 'b' .*1970-01-01T00:00:00.009",
            id="overlap",
        ),
        pytest.param(
            [
                duty("a", "G1-L", "L", 0, 10),
                duty("b", "G1-L", "M", 9, 20, 1),
                duty("a", "G1-L", "L", 0, 9, 2),
            ],
            "overlap",
            id="overlap that was mended later",
        ),
    ],
)
def test_faulty_duties_are_named_in_one_sentence(records, found):
    with pytest.raises(InvalidLayerError, match=found) as caught:
        DutyTable(ROSTER, records)
    assert str(caught.value).endswith(".")


def test_change_of_two_duties_recorded_together_is_no_overlap():
    records = [
        duty("a", "G1-L", "L", 0, 10),
        duty("b", "G1-L", "M", 10, 20),
        duty("b", "G1-L", "M", 5, 20, 1),
        duty("a", "G1-L", "L", 0, 5, 1),
    ]
    assert DutyTable(ROSTER, records).leaders("G1").at(5).holder_id == "M"


def test_recorded_duty_changes_a_new_table_only():
    table = DutyTable(ROSTER, [duty("a", "R1-L", "D01", 0, 10)])
    held = [table.on_duty(row, 5) for row in range(3)]
    changed = table.record([duty("a", "R1-L", "D02", 0, 10, 1)])
    assert [table.on_duty(row, 5) for row in range(3)] == held
    assert changed.on_duty(0, 5).region_leader.holder_id == "D02"
    assert changed.on_duty(2, 5) is held[2]
    assert (table.revision, changed.revision) == (0, 1)


@pytest.mark.parametrize(
    ("record", "found"),
    [
        (duty("a", "G1-L", "L2", 0, 10, 0), "not after its last record"),
        (duty("a", "G2-L", "L2", 0, 10, 1), "stays with its post"),
        (duty("b", "G1-L", "L2", 9, 10, 1), "overlap"),
        (duty("b", "G1-L", "L2", 10, 20, -1), "before the last record"),
    ],
)
def test_refused_record_leaves_the_table_as_it_was(record, found):
    table = DutyTable(ROSTER, [duty("a", "G1-L", "L1", 0, 10)])
    with pytest.raises(InvalidLayerError, match=found):
        table.record([record])
    assert table.on_duty(0, 9).accountable.holder_id == "L1"


@st.composite
def histories(draw):
    """Records of a few posts over both axes, some superseded, some cancelled."""
    records = []
    for number in range(draw(st.integers(0, 10))):
        post = draw(st.sampled_from(["C-L", "E-L", "R1-L", "G1-L", "G2-L"]))
        starts_at = draw(st.integers(0, 30))
        for recorded_at in sorted(draw(st.sets(st.integers(0, 6), min_size=1))):
            ends_at = starts_at + draw(st.integers(1, 12))
            holder = draw(st.sampled_from("abc"))
            is_cancelled = draw(st.integers(0, 3)) == 0
            one = duty(f"d{number}", post, holder, starts_at, ends_at, recorded_at)
            records.append(replace(one, cancelled=is_cancelled))
    return draw(st.permutations(records))


def naive_in_force(records, known_at):
    """The last record of every duty that is known, cancelled ones left out."""
    last = {}
    for one in records:
        known = known_at is None or one.recorded_at <= known_at
        if known and (
            one.duty_id not in last or one.recorded_at > last[one.duty_id].recorded_at
        ):
            last[one.duty_id] = one
    return [one for one in last.values() if not one.cancelled]


def naive_holder(records, area, at, known_at):
    """Holder of the leader post of an area and the reason, by looking at every duty."""
    post = LEADERS.get(area)
    if post is None:
        return None, "vacant_post"
    own = [d for d in naive_in_force(records, known_at) if d.post_id == post.post_id]
    if not own:
        return post.holder_id, "" if post.holder_id else "vacant_post"
    held = [d.holder_id for d in own if d.starts_at <= at < d.ends_at]
    return (held[0], "") if held else (None, "no_one_on_duty")


def has_overlap(records):
    times = {one.recorded_at for one in records}
    for known_at in times:
        active = naive_in_force(records, known_at)
        for one in active:
            for other in active:
                if (
                    one is not other
                    and one.post_id == other.post_id
                    and one.starts_at < other.ends_at
                    and other.starts_at < one.ends_at
                ):
                    return True
    return False


def without_overlaps(records):
    """Keep the duties that overlap none kept before, with all their records."""
    kept = []
    for duty_id in dict.fromkeys(one.duty_id for one in records):
        trial = kept + [one for one in records if one.duty_id == duty_id]
        kept = kept if has_overlap(trial) else trial
    return kept


@given(histories())
def test_overlap_on_either_axis_is_refused_and_nothing_else(records):
    if has_overlap(records):
        with pytest.raises(InvalidLayerError, match="overlap"):
            DutyTable(ROSTER, records)
    else:
        DutyTable(ROSTER, records)


@given(histories(), st.one_of(st.none(), st.integers(-1, 7)))
def test_every_instant_equals_the_naive_replay(drawn, known_at):
    records = without_overlaps(drawn)
    table = DutyTable(ROSTER, records, known_at=known_at)
    for row, grid in enumerate(table.grid_ids):
        for at in range(-1, 45):
            on_duty = table.on_duty(row, at)
            chain = (grid, *PAGODA.chain(grid))
            naive = [naive_holder(records, area, at, known_at) for area in chain]
            assert [(h.holder_id, h.reason) for h in on_duty.leaders] == naive
            filled = [a for a, (who, _) in zip(chain, naive, strict=True) if who]
            assert on_duty.accountable.area_id == filled[0] if filled else True
            assert (on_duty.accountable is None) == (not filled)
            assert on_duty.reason == naive[0][1]
            assert on_duty.region_leader is on_duty.leaders[1]


@given(histories())
def test_region_is_commanded_by_its_leader_or_the_next_above_who_is_there(drawn):
    table = DutyTable(ROSTER, without_overlaps(drawn))
    for row in range(3):
        for at in range(-1, 45):
            on_duty = table.on_duty(row, at)
            holding, reason = commander(on_duty.region_leader, on_duty.leaders)
            above = [h for h in on_duty.leaders[1:] if h.holder_id]
            assert holding == (above[0] if above else None)
            assert (reason == "") == bool(on_duty.leaders[1].holder_id)
            assert reason in ("", "no_leader_on_duty", "vacant_post")


def test_region_without_an_hour_is_commanded_by_nobody_that_is_known():
    table = DutyTable(ROSTER, [duty("a", "R1-L", "L1", 0, 10)])
    on_duty = table.on_duty(0, NO_HOUR)
    assert commander(on_duty.region_leader, on_duty.leaders) == (None, "no_time")


@given(histories())
def test_bulk_equals_one_by_one(drawn):
    table = DutyTable(ROSTER, without_overlaps(drawn))
    rows = np.tile(np.arange(-1, 3, dtype=np.int32), 46)
    at = np.repeat(np.arange(-1, 45), 4)
    answers = table.on_duty_many(rows, at)
    one_by_one = [table.on_duty(r, t) for r, t in zip(rows, at.tolist(), strict=True)]
    assert [answers.on_duty[state] for state in answers.states] == one_by_one


@given(histories())
def test_records_one_after_the_other_give_the_same_table(drawn):
    records = without_overlaps(drawn)
    table = DutyTable(ROSTER)
    for recorded_at in sorted({one.recorded_at for one in records}):
        table.on_duty(0, 3)
        table = table.record([r for r in records if r.recorded_at == recorded_at])
    whole = DutyTable(ROSTER, records)
    assert table.revision == whole.revision
    for area in ("G1", "G2", "R1", "E", "C"):
        assert table.leaders(area) == whole.leaders(area)
    for row in range(3):
        for at in range(-1, 45):
            one, other = table.on_duty(row, at), whole.on_duty(row, at)
            assert one.leaders == other.leaders
            assert one.reason == other.reason


def test_bulk_of_nothing_is_empty():
    none = np.empty(0, np.int32)
    assert len(DutyTable(ROSTER).on_duty_many(none, none.astype(np.int64)).states) == 0


def test_instants_at_the_ends_of_64_bits_are_answered():
    table = DutyTable(ROSTER, [duty("a", "G1-L", "L1", -5, 10)])
    at = np.array([-(2**63), 0, 2**63 - 1])
    answers = table.on_duty_many(np.zeros(3, np.int32), at)
    reasons = [answers.on_duty[state].reason for state in answers.states]
    assert reasons == ["no_one_on_duty", "", "no_one_on_duty"]


@pytest.mark.parametrize("row", [-2, 4])
def test_bulk_refuses_rows_that_are_not_there(row):
    with pytest.raises(IndexError, match="-1 to 3"):
        DutyTable(ROSTER).on_duty_many(np.array([row]), np.array([0]))


def test_role_that_is_not_known_is_named():
    with pytest.raises(InvalidLayerError, match=r"'X' \(row 1\) .*'grid_leeder'"):
        Roster(PAGODA, [Post("X", "G1", "grid_leeder")])


@given(histories())
def test_without_an_hour_only_who_answers_at_every_hour_is_said_to(drawn):
    table = DutyTable(ROSTER, without_overlaps(drawn))
    rows = np.arange(-1, 3, dtype=np.int32)
    answers = table.on_duty_many(rows, np.full(4, NO_HOUR))
    for row, state in zip(rows.tolist(), answers.states.tolist(), strict=True):
        on_duty = answers.on_duty[state]
        assert asdict(on_duty) == asdict(table.on_duty(row, NO_HOUR))
        always = [table.on_duty(row, at) for at in range(-1, 45)]
        if on_duty.accountable and on_duty.accountable.holder_id:
            assert {state.accountable for state in always} == {on_duty.accountable}
        for place, leader in enumerate(on_duty.leaders):
            holders = {state.leaders[place].holder_id for state in always}
            assert leader.reason == "no_time" or holders == {leader.holder_id}
        if on_duty.reason == "no_time":
            assert on_duty.accountable is None
            assert len({state.accountable for state in always}) > 1


def test_posts_of_a_holder_are_those_that_the_areas_say_it_holds():
    turns = [
        duty("a", "R1-L", "D01", 0, 10),
        duty("b", "G2-L", "D01", 5, 15),
        duty("c", "G1-F", "D01", 20, 30),
    ]
    table = DutyTable(ROSTER, turns)
    holders = ["D01", "L1", "R001", "F1", "T1", "nobody"]
    for at in (-1, 0, 5, 9, 10, 15, 20, 30):
        for holder_id in holders:
            expected = {
                holding.post_id
                for area in ("C", "E", "R1", "R2", "G1", "G2", "G3")
                for holding in (table.leaders(area).at(at), *table.members(area, at))
                if holding.holder_id == holder_id
            }
            posts = table.posts_of(holder_id, at)
            assert {post.post_id for post in posts} == expected


def test_posts_of_a_holder_follow_a_newer_record():
    table = DutyTable(ROSTER, [duty("a", "R1-L", "D01", 0, 10)])
    assert [post.post_id for post in table.posts_of("D01", 5)] == ["R1-L"]
    later = table.record([replace(duty("a", "R1-L", "D02", 0, 10), recorded_at=1)])
    assert later.posts_of("D01", 5) == ()
    assert [post.post_id for post in later.posts_of("D02", 5)] == ["R1-L"]
    assert [post.post_id for post in table.posts_of("D01", 5)] == ["R1-L"]
