"""An event as it will be stored: what is known of it, then where its loop stands."""

from dataclasses import dataclass
from typing import Final, NamedTuple

from api.service.assignment.answer import Reply
from api.service.events.near import Sighting
from api.service.events.report import EventReport
from gis.access import Scope
from gis.events import (
    Changes,
    Cluster,
    Deadlines,
    Effect,
    Loop,
    Route,
    Standing,
    Step,
    Task,
    begin,
    deadlines,
    fold,
    summon,
)
from gis.events.scenario import BELL, Kind, Minutes, Pack
from gis.models import Instant
from layers.command import Owner
from layers.packs.loop_files import templates
from layers.stores.event_records import NewEvent

UNKNOWN_KIND: Final = Kind(
    "",
    ("未知类别", "Unknown kind"),
    "",
    "",
    "",
    (),
    Minutes(accept=15, arrive=30, handle=1440, climb=30),
)
"""Clocks of what waits for a person to say what it is."""


FIELDS: Final = (
    *("pack", "template", "kind", "severity", "source", "status", "grid_id"),
    *("area_path", "post_id", "platform", "line", "module", "rule_id"),
    *("is_sensitive", "occurred_at", "received_at", "version"),
    *("lon", "lat"),
)
"""Fields of a loop that its report and route decide."""


@dataclass(frozen=True, slots=True)
class Reporter:
    """Whose request it is.

    Attributes
    ----------
    key_id, role
        The key, and what it is for.
    scope
        What it sees now: near events beyond are not told of.
    """

    key_id: str
    role: str
    scope: Scope


class Arrival(NamedTuple):
    """A report that is to be taken in."""

    report: EventReport
    reporter: Reporter


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """An event as it will be stored, and all that is to be answered.

    Attributes
    ----------
    event
        With both of its answers.
    loop, tasks, path
        Where it stands once it is taken in.
    changes
        What the first action does.
    reply
        Whose its position is, as `POST /assign` says.
    owner
        Whose the event is, by its grid or community.
    kind, pack
        What it is; None where no pack knows it.
    route, clocks
        Where it goes, and by when.
    cluster
        Reports that may be of the same thing, as far as the reporter sees them.
    flags
        What to know about it, of `layers.words.events.EVENT_FLAGS`.
    at
        When it was received.
    report, reporter
        What was sent, and by whom.
    """

    event: NewEvent
    loop: Loop
    tasks: tuple[Task, ...]
    path: tuple[str, ...]
    changes: Changes
    reply: Reply
    owner: Owner
    kind: Kind | None
    pack: Pack | None
    route: Route
    clocks: Deadlines
    cluster: Cluster
    flags: tuple[str, ...]
    at: Instant
    report: EventReport
    reporter: Reporter


@dataclass(frozen=True, slots=True, eq=False)
class Sketch:
    """A draft but for the reports near it, and for what follows from them."""

    arrival: Arrival
    event: NewEvent
    reply: Reply
    owner: Owner
    loop: Loop
    kind: Kind | None
    pack: Pack | None
    route: Route
    flags: tuple[str, ...]
    at: Instant

    @property
    def sighting(self) -> Sighting:
        """What is asked about the reports near it."""
        limits = self.kind.same_within if self.kind else None
        return Sighting(self.loop, limits, self.arrival.reporter.scope)


def drafted(sketch: Sketch, cluster: Cluster) -> Draft:
    """Return a draft with the reports near it, and where its loop stands then."""
    loop, kind, doubt = sketch.loop, sketch.kind or UNKNOWN_KIND, sketch.route.doubt
    effect = _begun(loop, kind, sketch.pack, sketch.route, sketch.at)
    changes = Changes(
        _values(loop) | {"cluster": cluster.cluster_id} | dict(effect.changes.loop),
        effect.changes.tasks,
    )
    standing, tasks = fold(Loop(loop.event_id), {}, changes)
    return Draft(
        sketch.event,
        standing,
        tuple(tasks.values()),
        effect.path,
        changes,
        sketch.reply,
        sketch.owner,
        sketch.kind,
        sketch.pack,
        sketch.route,
        deadlines(kind.minutes, sketch.at, doubt),
        cluster,
        sketch.flags,
        sketch.at,
        *sketch.arrival,
    )


def _begun(
    loop: Loop, kind: Kind, pack: Pack | None, route: Route, at: Instant
) -> Effect:
    """Return what the intake does: the first states, and who owes what."""
    standing, doubt = Standing(templates()[loop.template], kind, loop, {}), route.doubt
    handlers = (route.lead,) if route.lead and not doubt else ()
    bell = Changes()
    if pack is not None and pack.template == BELL and not doubt:
        bell = summon(
            standing,
            Step("bell", at),
            kind.responders,
            f"{loop.event_id}.bell",
            sort="bell",
        )
    return begin(standing, doubt, handlers, bell)


def _values(loop: Loop) -> dict[str, object]:
    """Return the fields of a loop that its report and route decide."""
    return {name: getattr(loop, name) for name in FIELDS}
