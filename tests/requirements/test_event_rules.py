"""Rows of README.md here on loops, routes and whistles, by the rules alone."""

from dataclasses import dataclass, replace

import pytest

from api.service.events.area_question import AreaQuestion
from api.service.events.figures import FiguresDesk
from gis.access import EVERYTHING
from gis.events import (
    Arrival,
    Loop,
    Spot,
    Standing,
    Step,
    Town,
    begin,
    check_in,
    climbs_owed,
    doubt_of,
    entered_at,
    fold,
    is_over,
    rate,
    route_event,
    solve,
    suggest_cluster,
    summon,
)
from gis.models import Instant, PostId
from layers.packs.loop_files import templates
from layers.words.events import route_words
from support.makers.event_loops import (
    LEADER,
    MINUTE,
    OPERATOR,
    POLICE,
    REGION,
    T0,
    Kind,
    Minutes,
    Round,
)
from support.makers.event_town import LEADER as LOCAL_LEADER
from support.makers.event_town import OPERATOR as DESK
from support.makers.event_town import URBAN, EventTown
from support.makers.square_town import NOW

HOUR = 3_600_000
SECOND = 1000


@dataclass(frozen=True)
class RoutedKind:
    """A kind as routes see it."""

    departments: tuple[str, ...]
    minutes: Minutes
    kind: str = "dispute"
    name: tuple[str, str] = ("矛盾纠纷", "Dispute")
    module: str = "safety"
    line: str = "dispute"
    platform: str = "public_order"


@dataclass(frozen=True)
class Body:
    """A department as routes see it."""

    department_id: str
    rank: int
    post_id: PostId
    team: str = ""
    lon: float | None = None
    lat: float | None = None
    name_zh: str = "调解队"
    name_en: str = "Mediation"


@dataclass(frozen=True)
class SameWithin:
    """Limits of near duplicates."""

    radius_m: float = 30
    minutes: int = 60


BODIES = (
    Body("justice", 2, PostId("P-J")),
    Body("police", 1, PostId("P-P")),
    Body("day_team", 4, PostId("P-D"), "mediation"),
    Body("night_team", 5, PostId("P-N"), "mediation"),
    Body("centre", 6, PostId("P-C"), "", 120.1, 30.2),
)
TOWN = Town(
    BODIES,
    {"public_order": ("综治", "Public order")},
    {"P-P": "H1", "P-J": "H2", "P-N": "H3", "P-C": "H4"}.get,
)


def route(*departments):
    return route_event(RoutedKind(departments, Minutes()), "", TOWN, "", "dispute@1")


def test_row_0_07_event_goes_to_a_platform_that_picks_the_body():
    lines = [route_words(*step) for step in route("police").steps]
    assert [words.zh for words in lines] == [
        "“矛盾纠纷”归“综治”平台。",
        "“综治”平台派给“调解队”。",
    ]
    assert [words.en for words in lines] == [
        "Events of Dispute go to the platform Public order.",
        "The platform Public order picks Mediation.",
    ]


def test_row_1_02_response_handlers_and_supervision_are_three_facts():
    case = Round(departments=("police", "safety"))
    case.step("supervise", REGION)
    assert case.loop.first_response_at == case.at
    assert case.open_tasks("handle") == [("police", "handle"), ("safety", "handle")]
    assert case.loop.is_supervised


def test_row_1_03_both_templates_run_and_their_stages_map_to_phases():
    cases = [Round("s_town"), Round("tianjin")]
    for case in cases:
        case.step("handle", POLICE)
    assert [case.loop.state for case in cases] == ["handled", "supervised"]
    assert [case.loop.phase for case in cases] == ["handled", "handled"]
    tianjin = templates()["tianjin"].states_by_phase
    assert {phase: states[0].name_zh for phase, states in tianjin.items()} == {
        "reported": "平台受理",
        "accepted": "分析研判",
        "assigned": "分流交办",
        "handled": "全程监督",
        "closed": "评价反馈",
    }
    s_town = templates()["s_town"].states_by_phase
    assert [state.state for state in s_town["reported"]] == [
        *("collected", "triage", "to_verify"),
    ]


def test_row_1_05_four_sources_in_an_hour_yield_four_records_and_one_cluster():
    spot = Loop("E0", kind="noise", source="s0", lon=120.0, lat=30.0, occurred_at=T0)
    reports = [
        replace(
            spot, event_id=f"E{i}", source=f"s{i}", occurred_at=T0 + 20 * i * MINUTE
        )
        for i in range(4)
    ]
    spots = [Spot(r.event_id, r.lon, r.lat, r.occurred_at) for r in reports]
    clusters = {suggest_cluster(r, spots, SameWithin()).cluster_id for r in reports}
    assert clusters == {"E0"}
    assert len({report.event_id for report in reports}) == 4
    assert {report.cluster for report in reports} == {""}


def test_row_2_07_three_departments_come_with_their_posts_in_rank_order():
    targets = route("justice", "centre", "police").departments
    assert [(t.department_id, t.post_id) for t in targets] == [
        *(("police", "P-P"), ("justice", "P-J"), ("centre", "P-C")),
    ]


def test_row_2_15_a_closed_event_has_its_times_in_order():
    case = Round(doubt="triage")
    for action, actor in (
        ("accept", OPERATOR),
        ("assign", OPERATOR),
        ("handle", LEADER),
        ("verify", OPERATOR),
        ("close", OPERATOR),
    ):
        case.step(action, actor, departments=())
    times = entered_at(case.actions)
    assert [*times] == [
        *("triage", "accepted", "assigned", "handled", "verified", "closed"),
    ]
    assert [*times.values()] == sorted(times.values())


def test_row_2_31_a_report_of_low_certainty_is_verified_first():
    kind = RoutedKind(("police",), Minutes())
    assert doubt_of(kind, True, 0.5, 0.8) == "to_verify"
    assert Round(doubt="to_verify").loop.state == "to_verify"


def counts_of(town):
    """What is counted of all events of a town."""
    desk = FiguresDesk(town.store, town.intake.snapshots, town.intake.registries)
    span = (Instant(NOW - HOUR), Instant(NOW + 24 * HOUR))
    return desk.of_area(AreaQuestion("circles", "C", *span, ()), EVERYTHING)


def test_row_2_32_located_ambiguous_and_outside_are_counted_of_each_source():
    town = EventTown()
    for lon in (120.005, 120.006, 120.01, 119.5):
        town.report(lon=lon, lat=30.005, datum="cgcs2000")
    desk = FiguresDesk(town.store, town.intake.snapshots, town.intake.registries)
    span = (Instant(NOW - HOUR), Instant(NOW + HOUR))
    counts = desk.by_source(span, EVERYTHING)["hotline"].counts
    names = ("events", "located", "ambiguous", "outside", "unplaced")
    assert [counts[name] for name in names] == [4, 2, 1, 1, 0]


def test_row_2_36_the_loop_of_repairs_has_four_states():
    names = [state.name_zh for state in templates()["repair"].states]
    assert names == ["上报", "交办", "办结", "反馈"]


def test_row_2_41_a_dispute_goes_to_the_mediation_team_on_shift():
    found = route("mediation", "police")
    assert found.lead == "night_team"
    assert found.steps[1].code == "team_on_shift"


def test_row_2_42_a_route_may_end_at_a_centre():
    [target] = route("centre").departments
    assert (target.lon, target.lat) == (120.1, 30.2)


def test_row_2_43_closed_events_are_counted_by_the_tier_that_closed_them():
    town = EventTown()
    for closer in (LOCAL_LEADER, DESK, DESK):
        event_id = town.report()
        town.pass_minutes(1)
        town.act(event_id, URBAN, "handle")
        town.act(event_id, DESK, "verify")
        town.act(event_id, closer, "close")
    town.pass_minutes(1)
    counts = counts_of(town).table.total.counts
    assert {tier: counts[f"tier_{tier}"] for tier in (1, 2, 3)} == {1: 2, 2: 0, 3: 1}


def test_row_2_44_a_bell_makes_a_task_for_each_responder():
    loop = Loop("E", template="bell", post_id="P-G1", received_at=T0)
    standing = Standing(templates()["bell"], Kind(), loop, {})
    calls = summon(standing, Step("report", T0), ("a", "b", "c"), "b1", sort="bell")
    loop, tasks = fold(loop, {}, begin(standing, "", (), calls).changes)
    _, tasks = fold(loop, tasks, solve(tasks["E/2"], T0 + MINUTE, "talked"))
    bells = [t for t in tasks.values() if t.sort == "bell"]
    assert [(t.department_id, t.state, t.ended_at) for t in bells] == [
        ("a", "open", None),
        ("b", "done", T0 + MINUTE),
        ("c", "open", None),
    ]


def whistle(case, *departments):
    case.step(
        "whistle",
        OPERATOR,
        minutes=0,
        changes=lambda standing, at: summon(
            standing, Step("whistle", at), departments, "w1"
        ),
    )
    return case


def test_row_2_47_the_rating_is_recorded_with_the_response():
    case = whistle(Round(), "police")
    case.step("solve", POLICE, changes=solve(case.tasks["E/2"], case.at, "cleared"))
    case.step("rate", OPERATOR, changes=rate(case.tasks["E/2"], 5))
    assert (case.tasks["E/2"].result, case.tasks["E/2"].rating) == ("cleared", 5)


@pytest.mark.parametrize(
    ("seconds", "is_on_time", "climbs"),
    [(1799, True, 0), (1800, True, 0), (1801, False, 1)],
    ids=["29:59", "30:00", "30:01"],
)
def test_row_4_04_thirty_minutes_are_on_time_and_a_second_more_is_late(
    seconds, is_on_time, climbs
):
    case = whistle(Round(lon=120.0, lat=30.0), "police")
    at, task = T0 + seconds * SECOND, case.tasks["E/2"]
    found = check_in(case.standing, task, at, Arrival(120.0, 30.0, None))
    assert (found.presence, found.is_on_time) == ("present", is_on_time)
    assert len(climbs_owed(task, at, str)) == climbs
    afar = check_in(case.standing, task, at, Arrival(120.1, 30.0, None))
    assert afar.presence == "remote"
    assert "arrived_at" not in afar.changes.loop


def test_row_4_04_solved_closes_the_task_and_arrived_does_not():
    case = whistle(Round(grid_id="G1"), "police")
    found = check_in(case.standing, case.tasks["E/2"], case.at, Arrival(1.0, 1.0, "G1"))
    case.step("check_in", POLICE, changes=found.changes)
    assert not is_over(case.tasks.values(), "w1")
    case.step("solve", POLICE, changes=solve(case.tasks["E/2"], case.at, "cleared"))
    assert is_over(case.tasks.values(), "w1")
