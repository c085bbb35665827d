"""The coverage claim of a roster: no place and no minute without an owner."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.models import Circle, Post
from gis.pagoda import build_pagoda
from gis.roster import Duty, DutyTable, Roster, certify_roster

DAY = 86_400_000
PAGODA = build_pagoda(
    [Circle("C", None, 1, "core"), Circle("E", "C", 2, "east")],
    {"G1": "E", "G2": "E", "G3": "E"},
)
CORE = Post("C-L", "C", "circle_leader", "R1")
GRIDS = (
    Post("G1-L", "G1", "grid_leader", "L1"),
    Post("G2-L", "G2", "grid_leader", "L1"),
    Post("G3-L", "G3", "grid_leader"),
)


def certificate(posts, duties=(), days=10):
    return certify_roster(DutyTable(Roster(PAGODA, posts), duties), 0, days * DAY)


def test_findings_with_a_fallback_leave_the_roster_complete():
    duties = [Duty("a", "G2-L", "L2", 2 * DAY, 5 * DAY, 0)]
    found = certificate([CORE, *GRIDS, Post("G1-F", "G1", "team")], duties)
    assert found.is_complete
    assert found.without_post == ("E",)
    assert found.vacant == ("G1-F", "G3-L")
    assert [(gap.area_id, gap.starts_at, gap.ends_at) for gap in found.gaps] == [
        ("G2", 0, 2 * DAY),
        ("G2", 5 * DAY, 10 * DAY),
    ]
    assert found.ending == {"G2-L": 5 * DAY}
    assert found.shared == {}
    assert found.posts == {"circle_leader": 1, "grid_leader": 3, "team": 1}
    assert found.holders == {"circle_leader": 1, "grid_leader": 2, "team": 0}


def test_leader_of_several_grids_at_one_time_is_listed():
    assert certificate([CORE, *GRIDS]).shared == {"L1": ("G1", "G2")}


def test_leader_who_moves_to_another_grid_is_not_listed():
    duties = [
        Duty("a", "G1-L", "L1", 0, 5 * DAY, 0),
        Duty("b", "G2-L", "L1", 5 * DAY, 10 * DAY, 0),
    ]
    assert certificate([CORE, *GRIDS], duties).shared == {}


def test_time_without_an_owner_is_named_once_for_each_grid():
    duties = [
        Duty("a", "C-L", "R1", 0, 4 * DAY, 0),
        Duty("b", "C-L", "R1", 6 * DAY, 10 * DAY, 0),
        Duty("c", "G2-L", "L2", 5 * DAY, 20 * DAY, 0),
    ]
    found = certificate([CORE, *GRIDS[1:]], duties)
    assert not found.is_complete
    assert [(u.area_id, u.starts_at, u.ends_at) for u in found.unowned] == [
        ("G1", 4 * DAY, 6 * DAY),
        ("G2", 4 * DAY, 5 * DAY),
        ("G3", 4 * DAY, 6 * DAY),
    ]


@pytest.mark.parametrize(("ends_on", "is_named"), [(7, True), (8, False)])
def test_roster_that_ends_within_seven_days_is_named(ends_on, is_named):
    duty = Duty("a", "G1-L", "L1", -DAY, ends_on * DAY, 0)
    assert bool(certificate([CORE, *GRIDS], [duty]).ending) == is_named


def test_text_and_json_name_every_finding():
    duties = [Duty("a", "C-L", "R1", DAY, 4 * DAY, 0)]
    found = certificate([CORE, *GRIDS], duties)
    text = found.to_text()
    assert text.startswith(
        "Roster certificate: not complete: grids without an owner at times: 1\n"
    )
    assert "unowned: G3 from 1970-01-01T08:00:00.000+08:00" in text
    assert "'L1' leads 2 grids: G1, G2" in text
    assert "the roster of post 'C-L' ends at 1970-01-05T08:00" in text
    assert json.loads(json.dumps(found.to_dict()))["is_complete"] is False


@st.composite
def rosters(draw):
    """A table whose core circle has a roster with gaps of its own."""
    duties = []
    for post_id in ("C-L", "G1-L", "G2-L"):
        cuts = sorted(draw(st.sets(st.integers(0, 20), max_size=6)))
        pairs = zip(cuts[::2], cuts[1::2], strict=False)
        duties += [
            Duty(f"{post_id}{start}", post_id, "L", start, end, 0)
            for start, end in pairs
        ]
    return DutyTable(Roster(PAGODA, [CORE, *GRIDS]), duties)


@given(rosters(), st.integers(-2, 10), st.integers(1, 15))
def test_every_grid_and_minute_is_owned_or_in_the_certificate(table, start, length):
    found = certify_roster(table, start, start + length)
    for row, grid in enumerate(table.grid_ids):
        for at in range(start, start + length):
            named = [
                lapse
                for lapse in found.unowned
                if lapse.area_id == grid and lapse.starts_at <= at < lapse.ends_at
            ]
            is_owned = table.on_duty(row, at).accountable is not None
            assert len(named) == (0 if is_owned else 1)
