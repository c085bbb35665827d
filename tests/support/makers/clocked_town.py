"""A town of four squares that takes events in, and a clock of loops set by hand."""

from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import partial
from zoneinfo import ZoneInfo

from api.schemas.event_answers import answer_bytes
from api.service.assignment.answer import AnswerDesk
from api.service.events.climbs import Climbs
from api.service.events.clock import LoopClock
from api.service.events.draft import Reporter
from api.service.events.intake import Intake
from api.service.events.reassignment import Reassignment
from api.service.events.report import EventReport
from api.service.events.rosters import Rosters
from gis.access import EVERYTHING
from layers.registry import Registries
from layers.snapshots import Snapshots
from layers.stores.events import EventIds
from support.makers.square_town import TIMEZONE, SquareTown

MINUTE = 60_000
HOTLINE = {
    "source": "hotline",
    "name_zh": "热线",
    "sort": "hotline",
    "datum": "wgs84",
    "trust": 1.0,
    "owner": "service centre",
}
answer_of = partial(answer_bytes, zone=ZoneInfo(TIMEZONE))
"""What is answered to an event of the town."""
OPERATOR = Reporter("K-operator", "operator", EVERYTHING)


def intake_over(store, timezone=TIMEZONE):
    """Take events in for a store whose facts are in force now."""
    snapshots = Snapshots(store, now=store.now)
    registries = Registries(store)
    desk = AnswerDesk(snapshots, 1.0, timezone, store.now)
    return Intake(store, snapshots, registries, desk, EventIds())


def works_of(intake, gap_minutes=60, warn_days=7):
    """What time brings about, made anew as a service does when it starts."""
    store, snapshots, ids = intake.store, intake.snapshots, intake.ids
    return (
        Climbs(store, snapshots, ids),
        Reassignment(store, snapshots, intake.registries, ids),
        Rosters(intake, answer_of, gap_minutes, warn_days),
    )


def clock_over(intake, **options):
    """A clock of loops whose turns are taken by hand."""
    works = works_of(intake, **options)
    return LoopClock(intake.store, works, lambda: 1.0, lambda: nullcontext(True))


@dataclass
class ClockedTown:
    """The town with a source; every event of it lies in G1 unless it says other."""

    squares: SquareTown = field(default_factory=SquareTown)

    def __post_init__(self):
        self.squares.record("sources", HOTLINE)
        self.store = self.squares.store
        self.intake = intake_over(self.store)

    def report(self, source_id, kind="noise", lon=120.005, **values):
        """Take an event in; return its id."""
        return report_to(self.intake, source_id, kind, lon=lon, lat=30.005, **values)

    def pass_minutes(self, minutes):
        """Let time pass, and the service see what came into force by it."""
        self.squares.clock.now += int(minutes * MINUTE)
        self.intake.snapshots.refresh()
        self.intake.registries.refresh()

    def publish(self, columns, day):
        """Publish grids that come into force at a local day, and go there."""
        self.squares.publish(columns, day)
        self.intake.snapshots.refresh()

    def actions(self, event_id, action):
        """The actions of one name of an event."""
        stored = self.store.actions(event_id)
        return [entry.action for entry in stored if entry.action.action == action]

    def events_of(self, source):
        """Ids that a source gave to its events, and their kinds."""
        frame = self.store.events()
        frame = frame[frame["source"] == source]
        return sorted(zip(frame["source_id"], frame["kind"], strict=True))


def report_to(intake, source_id, kind, source="hotline", **values):
    """Take an event in; return its id."""
    report = EventReport(source, source_id, kind, **values)
    draft = intake.draft(report, OPERATOR)
    [receipt] = intake.append(draft, answer_of(draft)).result()
    return receipt.actions[0].action.event_id


def run_until_idle(loop_clock, most=1000):
    """Take turns until nothing is left; return how many there were."""
    for turns in range(1, most):
        if not loop_clock.turn():
            return turns
    raise AssertionError("the clock never comes to rest")
