"""A day of S town: shifts that change every 8 hours, reports, and an agent who acts."""

import random
from dataclasses import dataclass, field

import pandas as pd

from api.service.stores.sample import FOUNDED, publish_sample
from gis.access import WHOLE
from gis.events import (
    Action,
    Actor,
    Loop,
    Standing,
    Step,
    allowed,
    handler_of,
    take_step,
)
from gis.events.loop import fold_all
from layers.packs.loop_files import templates
from layers.packs.scenario_files import scenarios
from layers.stores import open_store
from layers.stores.loops import Entry, LoopQuery, TaskQuery
from support.makers.clocked_town import (
    HOTLINE,
    MINUTE,
    intake_over,
    report_to,
)
from support.makers.store_history import Clock

START = 1_790_697_600_000
"""2026-09-30 00:00 in Asia/Shanghai."""
SHIFT_MS = 8 * 60 * MINUTE
LAST_SHIFT = 30
"""Most rosters end in ten days, so that no warning is due."""
NO_KEYS = Actor("agent", frozenset({"steward", "operator"}), tier=1, is_keyed=False)
KINDS = ("noise", "street_trading", "fire_hazard", "dispute", "illegal_mining", "what")
STEPS = ("accept", "assign", "handle", "verify", "close", "return", "note", "withdraw")


def shifts(posts, rng):
    """Duties of three shifts a day for every leader; now and then nobody comes."""
    leaders = posts[posts["role"].isin(["grid_leader", "circle_leader"])]
    rows = [
        (post_id, number)
        for post_id in leaders["post_id"]
        for number in range(-3, LAST_SHIFT)
        if rng.random() > 0.015
    ]
    # of one post the roster ends within the week
    first = min(leaders["post_id"])
    rows = [(name, number) for name, number in rows if name != first or number < 9]
    times = [START + number * SHIFT_MS for _, number in rows]
    return pd.DataFrame(
        {
            "duty_id": [f"{post_id}#{number}" for post_id, number in rows],
            "post_id": [post_id for post_id, _ in rows],
            "holder_id": [f"L{rng.randrange(900):03}" for _ in rows],
            "valid_from": pd.to_datetime(times, unit="ms", utc=True),
            "valid_to": pd.to_datetime(
                [t + SHIFT_MS for t in times], unit="ms", utc=True
            ),
        }
    )


@dataclass
class BusyTown:
    """S town in memory by a clock that is set by hand.

    Parameters
    ----------
    town
        Its layers.
    count
        How many events its day has.
    seed
        Of everything that happens by chance.
    """

    town: object
    count: int
    seed: int = 7
    clock: Clock = field(default_factory=lambda: Clock(FOUNDED))

    def __post_init__(self):
        self.rng = random.Random(self.seed)  # noqa: S311  a seed, no secret
        self.store = open_store("memory:", now=self.clock)
        publish_sample(self.store, self.town)
        since = pd.Timestamp(FOUNDED, unit="ms", tz="UTC")
        posts = self.town.posts
        posts = posts[
            posts["role"].isin(["grid_leader", "circle_leader", "region_leader"])
        ]
        self.store.record("posts", posts.assign(valid_from=since))
        self.store.record("sources", pd.DataFrame([HOTLINE | {"valid_from": since}]))
        self.store.record("duties", shifts(posts, self.rng))
        self.clock.now = START
        self.intake = intake_over(self.store)
        self.bounds = self.town.grids.total_bounds.tolist()
        self.times = sorted(self.rng.randrange(24 * 60) for _ in range(self.count))
        self.reports = {}

    def pass_minute(self, minute, *, has_agent=True):
        """Let a minute pass: what is reported in it, and what people do."""
        self.clock.now = START + minute * MINUTE
        for number, time in enumerate(self.times):
            if time == minute:
                self.reports[number] = self._report(number)
        if has_agent and self.rng.random() < 0.3:
            self._act()

    def open_loops(self):
        """Every event that is not closed, of whatever kind."""
        return self.store.loops(LoopQuery(is_open=True, limit=100_000), WHOLE)

    def _report(self, number):
        """One report somewhere in the town, or beside it."""
        west, south, east, north = self.bounds
        lon = self.rng.uniform(west, east)
        lat = self.rng.uniform(south, north)
        kind = self.rng.choice(KINDS)
        certainty = self.rng.choice([None, 0.2, 0.9])
        values = {"lon": lon, "lat": lat, "certainty": certainty}
        return report_to(self.intake, f"R{number}", kind, **values)

    def _act(self):
        """Take one step, of those that are allowed, with one open event."""
        loops = self.open_loops()
        if not loops:
            return
        event_id = self.rng.choice(loops).event_id
        actions = self.store.actions(event_id)
        loop, tasks = fold_all(Loop(event_id), (s.action.changes for s in actions))
        kind = scenarios().kind(loop.kind) or scenarios().kind("noise")
        standing = Standing(
            templates()[loop.template], kind, loop, tasks, handler_of(actions)
        )
        names = [s.action for s in allowed(standing, NO_KEYS) if s.action in STEPS]
        if not names:
            return
        name = self.rng.choice(names)
        step = Step(name, self.store.now(), reason="seen on the spot")
        effect = take_step(standing, step, NO_KEYS)
        action = Action(
            self.intake.ids.make(step.at),
            event_id,
            name,
            step.at,
            effect.path,
            key_id="agent",
            reason=step.reason,
            changes=effect.changes,
        )
        entry = Entry(actions=(action,), expected_seq=len(actions))
        self.store.append([entry]).result()


def wanted_climbs(store, now):
    """Recount from times alone how many steps each task owes: at least, and at most.

    Of a task that was ended it depends on the minute whether the clock came first.
    """
    tasks = store.tasks(TaskQuery(limit=1_000_000), WHOLE)
    return {
        task.task_id: (
            _steps(task, now if task.ended_at is None else task.ended_at - MINUTE),
            _steps(task, now if task.ended_at is None else task.ended_at),
        )
        for task in tasks
    }


def _steps(task, until):
    """How many steps a task owes until a time; the first a moment after it was due."""
    overdue = until - task.due_at
    return -(-overdue // task.climb_ms) if overdue > 0 else 0
