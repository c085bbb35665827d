"""A town of strips, a scripted history of it, and a naive replay as the oracle."""

from dataclasses import dataclass, field

import geopandas as gpd
import pandas as pd
import shapely

from gis.models import Event, Instant, Position
from gis.versions import Lineage
from layers.stores.event_records import NewEvent
from layers.stores.protocol import Draft, Publication
from layers.stores.version_digest import draft_digest

COLUMNS = 12
CRS = "EPSG:4490"
DAY_MS = 86_400_000

Ground = dict[str, tuple[int, int]]
"""Each grid is the strip of columns from, until; together they fill 0 to COLUMNS."""


def day(number):
    return Instant(number * DAY_MS)


class Clock:
    """A clock that is set by hand."""

    def __init__(self, now=0):
        self.now = now

    def __call__(self):
        return Instant(self.now)


def split(ground, grid_id, first, second):
    start, stop = ground[grid_id]
    middle = (start + stop) // 2
    rest = {g: strip for g, strip in ground.items() if g != grid_id}
    return rest | {first: (start, middle), second: (middle, stop)}


def merge(ground, west, east, new):
    rest = {g: strip for g, strip in ground.items() if g not in (west, east)}
    return rest | {new: (ground[west][0], ground[east][1])}


def move(ground, west, by=1):
    """Move the eastern border of a grid, as far as the strips leave room."""
    start, stop = ground[west]
    east = next((g for g, strip in ground.items() if strip[0] == stop), None)
    if east is None or not start < stop + by < ground[east][1]:
        return dict(ground)
    return ground | {west: (start, stop + by), east: (stop + by, ground[east][1])}


def layers_of(ground):
    """Return grids and circles of a ground: a core, a west and an east circle."""
    ids = sorted(ground)
    sides = ["W" if ground[g][0] < COLUMNS // 2 else "E" for g in ids]
    strips = [
        shapely.box(120 + a / 100, 30, 120 + b / 100, 30.01)
        for a, b in (ground[g] for g in ids)
    ]
    grids = gpd.GeoDataFrame(
        {"grid_id": ids, "parent_id": sides}, geometry=strips, crs=CRS
    )
    used = sorted(set(sides))
    circles = pd.DataFrame(
        {
            "circle_id": ["C", *used],
            "parent_id": [None, *["C"] * len(used)],
            "tier": [1, *[2] * len(used)],
        }
    )
    return grids, circles


def draft(ground, valid_from, *, lineage=(), note=""):
    grids, circles = layers_of(ground)
    return Draft(
        valid_from=valid_from,
        digest=draft_digest(grids, circles),
        grids=grids,
        circles=circles,
        lineage=lineage,
        note=note,
    )


def publication(*drafts, base, **options):
    return Publication(drafts, author="planner", reviewer="chief", base=base, **options)


def lineage_of(before, after):
    """Return where the ground of grids that are gone went."""
    return tuple(
        Lineage(old, new, (min(b, d) - max(a, c)) / (b - a))
        for old, (a, b) in before.items()
        if old not in after
        for new, (c, d) in after.items()
        if min(b, d) > max(a, c)
    )


def new_event(source_id, **changes):
    """Return an event with answers that hold every byte."""
    values = {
        "event_id": "",
        "source": "hotline",
        "source_id": source_id,
        "kind": "noise",
        "severity": 2,
        "position": Position(120.0123456789012, 30.0051, "gcj02"),
        "occurred_at": day(1),
        "captured_at": Instant(day(1) + 60_000),
        "received_at": Instant(day(1) + 120_000),
        "accuracy_m": 12.5,
    }
    return NewEvent(
        event=Event(**(values | changes)),
        lon=120.00812345678949,
        lat=30.0073,
        grid_id="G1",
        at_occurrence=bytes(range(256)),
        acting=b'{"version":1}\x00\xff',
        details="噪声 '\"\n",
        destinations=("police",),
    )


@dataclass
class Replay:
    """The oracle: every act is kept, and every question starts from the first one.

    Days are painted with versions in order of valid_from and number; what is painted
    last is seen.
    """

    acts: list[tuple] = field(default_factory=list)

    def publish(self, version, valid_from, recorded_at, ground):
        self.acts.append(("publish", recorded_at, version, valid_from, ground))

    def withdraw(self, version, recorded_at):
        self.acts.append(("withdraw", recorded_at, version))

    def standing(self, known_at=None):
        kept = {}
        for act in self.acts:
            if known_at is not None and act[1] > known_at:
                continue
            if act[0] == "publish":
                kept[act[2]] = act
            else:
                del kept[act[2]]
        return kept

    def seen(self, valid_at, known_at=None):
        """Return (version, ground) in force, or None."""
        painted = None
        for act in sorted(self.standing(known_at).values(), key=lambda a: (a[3], a[2])):
            if act[3] <= valid_at:
                painted = act[2], act[4]
        return painted

    def timeline(self, start):
        """Return {valid_from: version} of what is seen at some time from start on."""
        dates = {act[3] for act in self.standing().values() if act[3] >= start}
        return {date: self.seen(date)[0] for date in sorted(dates)}

    @property
    def head(self):
        return max(self.standing(), default=None)

    @property
    def instants(self):
        """Every time of record, and the ones just before and after."""
        return sorted({act[1] + step for act in self.acts for step in (-1, 0, 1)})


def publish_grounds(store, grounds, *, base, before=None, **named):
    """Publish grounds by valid_from in a store."""
    drafts = [
        draft(ground, date, lineage=lineage_of(before, ground) if before else ())
        for date, ground in sorted(grounds.items())
    ]
    return store.publish(publication(*drafts, base=base, **named))


def follow(subject, replay, grounds, *, publish=publish_grounds):
    """Publish grounds by valid_from on the head, in a subject and in the oracle.

    A publication that meets later versions names them.
    """
    start = min(grounds)
    met = replay.timeline(start)
    named = {}
    if any(date > start for date in met):
        named = {
            "replaces": tuple(v for date, v in met.items() if date in grounds),
            "untouched": tuple(v for date, v in met.items() if date not in grounds),
        }
    before = replay.seen(start)
    versions = publish(
        subject, grounds, base=replay.head, before=before and before[1], **named
    )
    for version in versions:
        ground = grounds[version.valid_from]
        replay.publish(version.version, version.valid_from, version.recorded_at, ground)
    return versions


def play(store, clock):
    """Play 20 publications with late corrections and withdrawals; return the oracle."""
    replay = Replay()
    ground = {"G1": (0, 4), "G2": (4, 8), "G3": (8, 12)}
    follow(store, replay, {day(0): ground})
    for step in range(1, 20):
        clock.now += DAY_MS * (-2 if step % 7 == 0 else 3)
        latest = max(replay.timeline(day(-999)))
        west = sorted(replay.seen(latest)[1])[0]
        if step % 5 == 0:  # late: the border was drawn wrongly for the last 12 days
            start = latest - 12 * DAY_MS
            before = replay.seen(start)[1] if replay.seen(start) else ground
            fixed = {start: move(before, sorted(before)[0], -1)}
            if step % 2 == 0:
                again = max(replay.timeline(start))
                fixed[again] = move(replay.seen(again)[1], west, -1)
            follow(store, replay, fixed)
        elif step % 4 == 0:
            follow(
                store, replay, {latest + day(40): move(replay.seen(latest)[1], west)}
            )
            withdrawal = store.withdraw(
                replay.head, reason="postponed", reviewer="chief"
            )
            replay.withdraw(withdrawal.version, withdrawal.recorded_at)
        else:
            after = _changed(replay.seen(latest)[1], step)
            follow(store, replay, {latest + day(4): after})
    return replay


def _changed(ground, step):
    """Split the widest grid or merge the two most western ones."""
    if len(ground) > 4:
        west, east = sorted(ground, key=ground.get)[:2]
        return merge(ground, west, east, f"M{step}")
    widest = max(ground, key=lambda g: (ground[g][1] - ground[g][0], g))
    return split(ground, widest, f"S{step}a", f"S{step}b")
