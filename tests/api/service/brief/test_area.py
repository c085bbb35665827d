"""All that is bound to an area, in one answer."""

import math
from pathlib import Path

import pytest
import shapely

from api.service.access.sight import VISITOR, Sight
from api.service.brief.area import AreaBrief, AreaQuery
from gis.access import EVERYTHING, MAY, NOWHERE, Act, Role, Scope
from gis.models import Instant
from support.makers.loop_entries import intake_of
from support.makers.named_town import ALL, BEATS, NamedTown, only, sight
from support.makers.square_town import EVENTS, NOW, local, post


def brief(
    named: NamedTown, area_id: str, view: Sight = ALL, **times: Instant
) -> AreaBrief:
    sort = "grid" if area_id.startswith("G") else "circle"
    answer = named.briefs.brief(AreaQuery(sort, area_id, **times), view)
    assert answer is not None
    return answer


def report(named: NamedTown, number: int, area_path: str, **loop: object) -> None:
    entry = intake_of(f"x{number}", loop={"area_path": area_path, **loop})
    named.store.append([entry]).result()


def test_who_answers_is_said_with_posts_and_numbers(named: NamedTown) -> None:
    command = brief(named, "G1").command
    assert command.accountable is not None
    assert (command.accountable.post_id, command.accountable.holder_id) == (
        "G1-L",
        "L001",
    )
    assert [x.holding.area_id for x in command.leaders] == ["G1", "W", "C"]
    assert [(m.post_id, m.role) for m in command.members] == [
        ("G1-M", "full_time_member")
    ]
    # the duty at G2 ended: the core answers
    command = brief(named, "G2").command
    assert command.accountable is not None
    assert command.accountable.post_id == "C-L"
    assert command.reason == "no_one_on_duty"
    assert [c.circle_id for c in brief(named, "G2").chain] == ["W", "C"]


CALLED = {"title": "网格长", "phone": "0000-0001"}


def record_phone(named: NamedTown) -> None:
    row = post("G1-L", "G1", "grid_leader", "L001")
    named.town.record("posts", row | CALLED)


@pytest.mark.parametrize(
    ("role", "is_to_call"),
    [(role, role in MAY[Act.REACH]) for role in Role if role is not Role.WALL],
)
def test_how_a_post_is_reached_is_for_who_must_call_it(
    named: NamedTown, role: Role, is_to_call: bool
) -> None:
    record_phone(named)
    leader, *above = brief(named, "G1", sight(EVERYTHING, role)).command.leaders
    expected = tuple(CALLED.values()) if is_to_call else (None, None)
    assert (leader.title, leader.phone) == expected
    assert {(x.title, x.phone) for x in above} == {(None, None)}


def test_a_wall_and_a_visitor_reach_nobody(named: NamedTown) -> None:
    record_phone(named)
    wall = Sight(NOWHERE, frozenset({Role.WALL}), None)
    for view in (VISITOR, wall):
        for leader in brief(named, "G1", view).command.leaders:
            assert (leader.title, leader.phone, leader.until) == (None, None, None)
            assert leader.holding.holder_id is None


def test_until_when_a_duty_lasts_is_what_its_turn_says(named: NamedTown) -> None:
    snapshot = named.snapshots.current
    duties, now = snapshot.territory.duties, named.store.now()
    assert duties is not None
    for leader in brief(named, "G1").command.leaders:
        until = leader.until
        if until is None:
            continue
        turns = duties.leaders(leader.holding.area_id)
        assert turns.at(until) != turns.at(now)
        assert turns.at(Instant(until - 1)) == turns.at(now)


def test_the_colour_is_that_of_the_rated_day(named: NamedTown) -> None:
    day = named.briefs.rating.on()
    for area_id, tier, key in (("G1", "grids", "grid_id"), ("W", "tier2", "circle_id")):
        colour = brief(named, area_id).colour
        frame = day.tiers[tier].frame
        [row] = frame[frame[key] == area_id].to_dict("records")
        assert colour.level == row["level"]
        assert colour.score == round(row["score"], 3)
        assert [d.driver_id for d in colour.drivers] == [
            d.driver_id for d in row["drivers"]
        ]
        assert "P1" in [d.driver_id for d in colour.drivers]


def test_drivers_are_those_that_are_seen_and_the_score_is_everybodys(
    named: NamedTown,
) -> None:
    whole = brief(named, "W").colour
    for view in (VISITOR, only("G2"), sight(EVERYTHING, Role.SOURCE)):
        colour = brief(named, "W", view).colour
        assert (colour.score, colour.level) == (whole.score, whole.level)
        assert "P1" not in repr(colour)
    assert "P1" in repr(brief(named, "W", only("G1")).colour)


def test_open_events_are_counted_by_kind_within_the_scope(named: NamedTown) -> None:
    report(named, 1, "C/W/G1/")
    report(named, 2, "C/W/G1/", kind="fire_hazard")
    report(named, 3, "C/W/G2/")
    report(named, 4, "C/W/G1/", kind="dispute", is_sensitive=True)
    report(named, 5, "C/W/G1/", state="closed", phase="closed", closed_at=NOW)
    counts = {
        ("G1", EVERYTHING): (2, (("fire_hazard", 1), ("noise", 1))),
        ("W", EVERYTHING): (3, (("fire_hazard", 1), ("noise", 2))),
        ("W", Scope(("C/W/G2/",))): (1, (("noise", 1),)),
        ("G1", Scope(("",), grants=("dispute",))): (
            3,
            (("dispute", 1), ("fire_hazard", 1), ("noise", 1)),
        ),
    }
    for (area_id, scope), expected in counts.items():
        events = brief(named, area_id, sight(scope, Role.OPERATOR)).open
        assert events is not None
        assert (events.total, events.by_kind) == expected
    for scope in (NOWHERE, Scope(("C/E/",)), Scope(("C/W/G2/",))):
        assert brief(named, "G1", sight(scope, Role.OPERATOR)).open is None


def test_an_event_out_of_sight_changes_nothing_of_a_brief(named: NamedTown) -> None:
    views = [
        VISITOR,
        only("G2"),
        sight(EVERYTHING, Role.SOURCE),
    ]
    before = [repr(brief(named, "W", view)) for view in views]
    report(named, 1, "C/W/G1/", kind="dispute", is_sensitive=True)
    canary = ("CANARY", "canary", "actual", "CANARY", None, 120.005, 30.005)
    named.record(canary, is_coded=False)
    assert [repr(brief(named, "W", view)) for view in views] == before


def test_neighbours_share_metres_that_geodesy_gives(named: NamedTown) -> None:
    neighbours = brief(named, "G2").neighbours
    assert [(n.area_id, n.post_id) for n in neighbours] == [
        ("G1", "G1-L"),
        ("G3", "G3-L"),
    ]
    # 0.01 degrees of the meridian at 30 degrees north
    assert all(math.isclose(n.border_m, 1108.5, abs_tol=1) for n in neighbours)
    [circle] = brief(named, "E").neighbours
    assert (circle.area_id, circle.border_m) == ("W", neighbours[0].border_m)
    assert brief(named, "C").neighbours == ()


def test_overlaps_are_the_shares_of_a_plain_intersection(named: NamedTown) -> None:
    for area_id in ("G1", "G2", "G3", "G4", "W", "E", "C"):
        sort = named.store.grids() if area_id[0] == "G" else named.store.circles()
        key = "grid_id" if area_id[0] == "G" else "circle_id"
        area = sort.geometry[sort[key] == area_id].iloc[0]
        plain = {
            beat: round(area.intersection(box).area / area.area, 4)
            for beat, (west, east) in BEATS.items()
            for box in [shapely.box(120 + west / 100, 30, 120 + east / 100, 30.01)]
        }
        overlaps = brief(named, area_id).overlaps
        assert {o.system for o in overlaps} == {"police"}
        shares = {o.grid_id: o.share for o in overlaps}
        expected = {beat: share for beat, share in plain.items() if share}
        assert shares == pytest.approx(expected, abs=1e-3)


def test_departments_people_and_sources_stand_in_the_same_answer(
    named: NamedTown,
) -> None:
    grid, other = brief(named, "G1"), brief(named, "G3")
    bodies = [(d.department_id, d.area_id) for d in grid.departments]
    assert sorted(bodies) == [("centre", None), ("police", "G1")]
    assert [d.department_id for d in other.departments] == ["centre"]
    assert [(s.source, s.devices) for s in grid.sources] == [
        ("hotline", None),
        ("video", 1),
    ]
    assert [s.source for s in other.sources] == ["hotline"]
    assert {s.devices for s in brief(named, "G1", VISITOR).sources} == {None}
    assert grid.registers is not None
    assert [(r.source, r.places) for r in grid.registers] == [
        ("market", 1),
        ("register", 1),
    ]


def test_registers_count_places_that_are_seen(named: NamedTown) -> None:
    views = {"G1": [("market", 1), ("register", 1)], "G3": None}
    for grid, expected in views.items():
        registers = brief(named, "W", only(grid)).registers
        assert registers == (tuple(expected) if expected else None)


def test_an_area_that_is_not_in_force_has_no_brief(named: NamedTown) -> None:
    for query in (
        AreaQuery("grid", "G9"),
        AreaQuery("circle", "G1"),
        AreaQuery("grid", "W"),
        AreaQuery("grid", "G1", valid_at=Instant(0)),
        AreaQuery("grid", "G1", known_at=Instant(0)),
    ):
        assert named.briefs.brief(query, ALL) is None


def test_another_time_has_its_own_posts_and_nothing_open(named: NamedTown) -> None:
    report(named, 1, "C/W/G2/")
    past = brief(named, "G2", valid_at=local("2026-09-10"))
    assert past.command.accountable is not None
    assert past.command.accountable.holder_id == "L002"
    assert (past.open, past.registers) == (None, None)
    assert past.colour.day == "2026-09-10"
    known = brief(named, "G2", known_at=NOW)
    assert (known.open, known.registers, known.version) == (None, None, 1)


def test_a_town_with_history_of_events_has_drivers_of_events(
    named: NamedTown, tmp_path: Path
) -> None:
    named.town.load(tmp_path, EVENTS.replace("noise", "fire_hazard"))
    kinds = {d.kind for d in brief(named, "G1").colour.drivers}
    assert kinds == {"place", "events"}
    assert brief(named, "G1", VISITOR).colour.drivers == ()
