"""A day of S town by its clock: nobody's minute, nothing lost, nothing done twice."""

import os
import random
from collections import Counter

import pytest

from api.service.events.climbs import Climbs
from api.service.events.invariants import loop_faults
from gis.access import WHOLE
from layers.stores.loops import TaskQuery
from support.makers.busy_town import BusyTown, wanted_climbs
from support.makers.clocked_town import clock_over, run_until_idle

COUNT = 700 if os.environ.get("PAGODA_SOAK") else 120
MINUTES = 24 * 60
KILLS = 50


def live_through(town: BusyTown) -> list[str]:
    """Live through the day; return every minute of an event that was nobody's."""
    rng = random.Random(1)  # noqa: S311  a seed, no secret
    kills = set(rng.sample(range(MINUTES), KILLS))
    loop_clock, nobodys = clock_over(town.intake), []
    for minute in range(MINUTES + 1):
        # while no clock runs nobody acts: what they ended would climb no more
        town.pass_minute(minute, has_agent=loop_clock is not None)
        if minute in kills:
            # whatever it remembered is gone; now and then it stays away for a while
            loop_clock = None if rng.random() < 0.5 else clock_over(town.intake)
        elif loop_clock is None and rng.random() < 0.2:
            loop_clock = clock_over(town.intake)
        if loop_clock is not None:
            run_until_idle(loop_clock)
            nobodys += minutes_of_nobody(town)
    run_until_idle(clock_over(town.intake))
    return nobodys


def minutes_of_nobody(town: BusyTown) -> list[str]:
    """Open events that nobody answers for now, and no gap is reported either."""
    duties = town.intake.snapshots.current.territory.duties
    now = town.store.now()
    gaps = None
    nobodys = []
    for loop in town.open_loops():
        if loop.post_id and duties.holder(loop.post_id, now) is not None:
            continue
        if gaps is None:
            gaps = gap_areas(town)
        area_id = duties.roster.posts[loop.post_id].area_id if loop.post_id else ""
        if area_id not in gaps:
            nobodys.append(f"{loop.event_id} at {now}: {loop.post_id!r}")
    return nobodys


def gap_areas(town: BusyTown) -> set[str]:
    """The areas that a gap was reported of."""
    events = town.store.events()
    gaps = events[events["kind"] == "roster_gap"]
    return {name.split("/")[0] for name in gaps["source_id"]}


@pytest.fixture(scope="module")
def day(s_town) -> tuple[BusyTown, list[str]]:
    town = BusyTown(s_town, COUNT)
    return town, live_through(town)


def test_no_minute_is_without_accountable_post_or_a_reported_gap(day) -> None:
    town, nobodys = day
    assert nobodys == []
    assert gap_areas(town)


def test_no_report_is_lost(day) -> None:
    town, _ = day
    assert len(town.reports) == COUNT
    loops = [town.store.loop(event_id) for event_id in town.reports.values()]
    assert None not in loops
    assert {stored.action.action for stored in town.store.actions(loops[0].event_id)}


def test_climbs_are_neither_lost_nor_doubled_by_fifty_kills(day) -> None:
    town, _ = day
    taken = climb_counts(town)
    wanted = wanted_climbs(town.store, town.store.now())
    assert sum(taken.values()) > COUNT
    for task_id, (least, most) in wanted.items():
        assert least <= taken[task_id] <= most, task_id


def test_every_gap_is_one_event(day) -> None:
    town, _ = day
    events = town.store.events()
    names = events.loc[events["source"] == "pagoda", "source_id"]
    assert len(names) == len(set(names))


def test_every_invariant_holds_at_the_end_of_the_day(day) -> None:
    town, _ = day
    assert list(loop_faults(town.store)) == []


def climb_counts(town: BusyTown) -> Counter[str]:
    """How often each task climbed, by its actions."""
    tasks = town.store.tasks(TaskQuery(limit=1_000_000), WHOLE)
    return Counter(
        stored.action.task_id
        for event_id in {task.event_id for task in tasks}
        for stored in town.store.actions(event_id)
        if stored.action.action == "climb"
    )


def test_a_clock_that_climbs_twice_is_found(s_town, monkeypatch) -> None:
    actions = Climbs._actions

    def twice(self, tasks, now):
        for action in actions(self, tasks, now):
            yield action
            again = {"action_id": f"{action.action_id}-again", "request_key": ""}
            yield type(action)(
                **{name: getattr(action, name) for name in action.__slots__} | again
            )

    monkeypatch.setattr(Climbs, "_actions", twice)
    town = BusyTown(s_town, 20)
    loop_clock = clock_over(town.intake)
    for minute in range(MINUTES):
        town.pass_minute(minute, has_agent=False)
        if minute % 60 == 0:
            run_until_idle(loop_clock)
    wanted = wanted_climbs(town.store, town.store.now())
    taken = climb_counts(town)
    assert any(taken[task_id] > most for task_id, (_, most) in wanted.items())


def test_row_2_34_a_roster_that_ends_in_seven_days_is_a_warning_once(day) -> None:
    town, _ = day
    events = town.store.events()
    endings = events[events["kind"] == "roster_ending"]["source_id"]
    duties = town.intake.snapshots.current.territory.duties
    assert [name.split("/")[1] for name in endings] == [min(duties.roster.posts)]
