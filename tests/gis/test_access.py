"""A key sees what its role, its area and the duty of the minute let it see."""

import pytest

from gis.access import (
    EVERYTHING,
    KEYLESS,
    MAY,
    NOWHERE,
    WHOLE,
    Act,
    Caller,
    Role,
    Scope,
    actor_of,
    caller_with,
    is_visible,
    may,
    scope_of,
    watch_scope_of,
)
from gis.events import Loop
from gis.models import Circle, Key, Post
from gis.pagoda import build_pagoda
from gis.roster import Duty, DutyTable, Roster

NEAR = Loop("E", area_path="C1-01/C2-04/", source="hotline", kind="noise")
PERSONAL = Loop(
    "F", area_path="C1-01/", source="hotline", kind="dispute", is_sensitive=True
)


def test_an_area_that_begins_alike_is_not_seen():
    assert not is_visible(NEAR, (), Scope(("C1-01/C2-0/",)))
    assert is_visible(NEAR, (), Scope(("C1-01/C2-04/",)))
    with pytest.raises(ValueError, match="'C1-0' does not end"):
        Scope(("C1-0",))


@pytest.mark.parametrize("name", ["sources", "departments", "grants"])
def test_a_scope_of_an_empty_name_is_none(name):
    with pytest.raises(ValueError, match="an empty source, department or kind"):
        Scope(**{name: ("police", "")})


def test_a_sensitive_kind_needs_its_own_grant():
    assert not is_visible(PERSONAL, (), EVERYTHING)
    assert not is_visible(PERSONAL, (), Scope(("",), grants=("elder_care",)))
    assert is_visible(PERSONAL, (), Scope(("",), grants=("dispute",)))


def test_a_grant_alone_shows_no_area():
    assert not is_visible(PERSONAL, (), Scope(grants=("dispute",)))


def test_a_source_sees_its_own_events_and_no_others():
    assert is_visible(PERSONAL, (), Scope(sources=("hotline",)))
    assert not is_visible(PERSONAL, (), Scope(sources=("camera",)))


def test_a_department_sees_events_that_it_has_a_task_of():
    scope = Scope(departments=("police",))
    assert is_visible(NEAR, ("police", "justice"), scope)
    assert not is_visible(NEAR, ("justice",), scope)
    assert not is_visible(PERSONAL, ("police",), scope)


def test_nobody_sees_nothing():
    assert not is_visible(NEAR, ("police",), NOWHERE)


HAND_OVER = 1_788_739_200_000  # 2026-09-07 08:00 in Shanghai
PAGODA = build_pagoda(
    [
        Circle("C1", None, 1, "core"),
        Circle("C1-0", "C1", 2, "west"),
        Circle("C1-01", "C1", 2, "east"),
    ],
    {"G1": "C1-0", "G2": "C1-01", "G3": "C1-01"},
)
POSTS = (
    Post("C1-L", "C1", "circle_leader", "L1"),
    Post("W-L", "C1-0", "region_leader"),
    Post("E-L", "C1-01", "region_leader"),
    Post("G2-L", "G2", "grid_leader", "L2"),
    Post("G3-L", "G3", "grid_leader", "L2"),
    Post("G1-F", "G1", "full_time_member", "F1"),
    Post("G2-F", "G2", "full_time_member", "F2"),
    Post("E-T", "C1-01", "team", "F1"),
)
TABLE = DutyTable(
    Roster(PAGODA, POSTS),
    [
        Duty("a", "E-L", "L7", HAND_OVER - 10, HAND_OVER, 0),
        Duty("b", "W-L", "L7", HAND_OVER, HAND_OVER + 10, 0),
    ],
)


def paths_of(role, at=HAND_OVER, **limits):
    return scope_of(Caller("K", Role(role), **limits), TABLE, at).area_paths


def test_a_leader_sees_the_area_of_the_duty_of_the_minute():
    assert paths_of("leader", HAND_OVER - 1, holder_id="L7") == ("C1/C1-01/",)
    assert paths_of("leader", HAND_OVER, holder_id="L7") == ("C1/C1-0/",)
    assert paths_of("leader", HAND_OVER + 10, holder_id="L7") == ()


def test_a_leader_of_several_posts_sees_all_their_areas():
    paths = paths_of("leader", holder_id="L2")
    assert paths == ("C1/C1-01/G2/", "C1/C1-01/G3/")


def test_a_member_sees_grids_and_never_the_circle_of_a_post():
    assert paths_of("member", holder_id="F1") == ("C1/C1-0/G1/",)
    assert paths_of("member", holder_id="L7") == ()
    assert paths_of("leader", holder_id="F1") == ()


def test_a_member_acts_for_the_posts_that_answer_for_its_grids():
    member = actor_of(Caller("K", Role.MEMBER, holder_id="F2"), TABLE, HAND_OVER)
    assert (member.posts, member.grid_posts) == ({"G2-F"}, {"G2-L"})
    assert member.tier == 3
    # without a leader post, of a circle, in another role, outside the area of the key
    for caller in (
        Caller("K", Role.MEMBER, holder_id="F1"),
        Caller("K", Role.MEMBER, holder_id="L7"),
        Caller("K", Role.LEADER, holder_id="F2"),
        Caller("K", Role.MEMBER, holder_id="F2", area_id="C1-0"),
    ):
        assert actor_of(caller, TABLE, HAND_OVER).grid_posts == frozenset()


@pytest.mark.parametrize("role", ["steward", "operator", "auditor", "inspector"])
def test_a_key_with_an_area_sees_that_area(role):
    assert paths_of(role, area_id="C1-01") == ("C1/C1-01/",)
    assert paths_of(role, area_id="G1") == ("C1/C1-0/G1/",)
    assert paths_of(role, area_id="C1-0") == ("C1/C1-0/",)
    assert paths_of(role, area_id="C1-") == ()


@pytest.mark.parametrize("role", ["steward", "operator", "auditor"])
def test_a_key_without_area_sees_everywhere(role):
    assert paths_of(role) == ("",)


@pytest.mark.parametrize(
    ("area_id", "expected"),
    [
        ("C1", ("C1/C1-01/G2/", "C1/C1-01/G3/")),
        ("C1-01", ("C1/C1-01/G2/", "C1/C1-01/G3/")),
        ("G3", ("C1/C1-01/G3/",)),
        ("C1-0", ()),
        ("G1", ()),
        ("gone", ()),
    ],
)
def test_the_area_of_a_key_narrows_the_duties_of_its_leader(area_id, expected):
    assert paths_of("leader", holder_id="L2", area_id=area_id) == expected


def test_a_leader_above_the_area_of_the_key_sees_that_area_only():
    assert paths_of("leader", holder_id="L1") == ("C1/",)
    assert paths_of("leader", holder_id="L1", area_id="C1-01") == ("C1/C1-01/",)


def test_a_body_sees_its_own():
    police = Caller("K", Role.DEPARTMENT, department_id="police", grants=("theft",))
    scope = scope_of(police, TABLE, HAND_OVER)
    assert scope == Scope(departments=("police",), grants=("theft",))
    hotline = Caller("K", Role.SOURCE, source="hotline", grants=("theft",))
    assert scope_of(hotline, TABLE, HAND_OVER) == Scope(sources=("hotline",))


@pytest.mark.parametrize(
    "caller",
    [
        Caller("K", Role.LEADER),
        Caller("K", Role.MEMBER),
        Caller("K", Role.DEPARTMENT),
        Caller("K", Role.DEPARTMENT, department_id="police", area_id="G1"),
        Caller("K", Role.SOURCE),
        Caller("K", Role.SOURCE, source="hotline", area_id="G1"),
        Caller("K", Role.INSPECTOR),
    ],
    ids=str,
)
def test_a_key_that_lacks_what_its_role_needs_sees_nothing(caller):
    assert scope_of(caller, TABLE, HAND_OVER) == NOWHERE


def test_grids_that_stand_alone_are_areas_of_their_own():
    inspector = Caller("K", Role.INSPECTOR, area_id="G1")
    assert scope_of(inspector, None, HAND_OVER).area_paths == ("G1/",)
    leader = Caller("K", Role.LEADER, holder_id="L1")
    assert scope_of(leader, None, HAND_OVER) == NOWHERE


def test_who_has_no_key_yet_is_steward_and_operator_without_grants():
    assert KEYLESS.roles == {Role.STEWARD, Role.OPERATOR}
    assert {act for act in Act if KEYLESS.may(act)} == {
        act for act in Act if may(Role.STEWARD, act) or may(Role.OPERATOR, act)
    }
    assert scope_of(KEYLESS, TABLE, HAND_OVER) == EVERYTHING


def test_what_each_role_may_do():
    assert {role.value: sorted(a for a in Act if may(role, a)) for role in Role} == {
        "steward": sorted(
            {*Act} - {Act.WHISTLE, Act.CHECK_IN, Act.RATE},
        ),
        "operator": sorted({*Act} - {Act.AUDIT, Act.CLASSES, Act.DELIVERIES, Act.KEYS}),
        "leader": sorted(
            {*Act} - {Act.AUDIT, Act.CLASSES, Act.DELIVERIES, Act.KEYS, Act.OPERATE},
        ),
        "member": [
            *("check_in", "inspect", "reach", "read", "read_checks", "read_closed"),
            *("report", "step", "watch", "whistle"),
        ],
        "department": [
            *("check_in", "reach", "read", "read_closed", "step", "watch"),
            "whistle",
        ],
        "inspector": ["inspect", "reach", "read", "read_checks", "watch", "whistle"],
        "auditor": ["audit", "operate", "read", "read_checks", "read_closed", "watch"],
        "source": ["read", "report", "step", "watch"],
        "wall": ["watch"],
    }


@pytest.mark.parametrize(
    ("area", "paths"), [(None, ("",)), ("C1-01", ("C1/C1-01/",)), ("C9", ())]
)
def test_a_wall_counts_its_area_and_sees_no_event(area, paths):
    wall = Caller("K", Role.WALL, area_id=area, grants=("dispute",))
    scope = watch_scope_of(wall, TABLE, HAND_OVER)
    assert (scope.area_paths, scope.grants) == (paths, ())
    assert scope_of(wall, TABLE, HAND_OVER) == NOWHERE


def test_others_count_what_they_see():
    leader = Caller("K", Role.LEADER, holder_id="L1", grants=("dispute",))
    scope = scope_of(leader, TABLE, HAND_OVER)
    assert watch_scope_of(leader, TABLE, HAND_OVER) == scope != NOWHERE


def test_every_act_is_somebody_s():
    assert set(MAY) == set(Act)
    assert all(MAY.values())


def test_a_caller_is_all_of_its_key_but_the_digest():
    key = Key("K1", "0" * 64, "leader", "L1", None, None, "C1", ("dispute",))
    assert caller_with(key) == Caller(
        "K1", Role.LEADER, "L1", area_id="C1", grants=("dispute",)
    )


def test_the_service_itself_leaves_nothing_out():
    assert is_visible(PERSONAL, (), WHOLE)
    assert is_visible(Loop("G", is_sensitive=True), (), WHOLE)
