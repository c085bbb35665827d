"""The route of an event computed again from what was in force when it came in."""

from dataclasses import dataclass

import orjson
import pandas as pd

from api.service.assignment.replay import PastStore, Replay
from gis.events import Town, doubt_of, route_event
from gis.events.loop import StoredAction
from gis.models import Instant
from layers.registry import Registry, read_registry
from layers.snapshots import Snapshot, Terms, build_snapshot
from layers.stores import Store
from layers.stores.event_records import StoredEvent
from layers.stores.facts import as_known

REPORT = "report"
FIELDS = ("rule_id", "pack", "template", "platform", "line", "module", "is_sensitive")


@dataclass(frozen=True, slots=True)
class PastFacts:
    """The facts of a store as they were known at a revision.

    Attributes
    ----------
    store
        The store.
    at_revision
        Facts of later links do not count.
    """

    store: Store
    at_revision: int

    def revision(self) -> int:
        """Return the revision."""
        return self.at_revision

    def facts(self, layer: str, *, valid_at: Instant | None = None) -> pd.DataFrame:
        """Return the facts as they were known at the revision."""
        records = self.store.records(layer)
        return as_known(
            records[records["batch"] <= self.at_revision], layer, valid_at=valid_at
        )


def replay_route(store: Store, event_id: str) -> tuple[Replay, ...]:
    """Compute the route of an event again and compare it with the stored one.

    Packs that the service ships count as they are now: where they changed since, the
    rule that is stored is another, and the difference is said.

    Parameters
    ----------
    store
        The store.
    event_id
        Id of the event.

    Returns
    -------
    replays
        One, or none for an event that went no route.
    """
    event, actions = store.event(event_id), store.actions(event_id)
    if event is None or not actions or actions[0].action.action != REPORT:
        return ()
    [first, *_] = actions
    acting = orjson.loads(event.new.acting)
    differences: tuple[tuple[str, object, object], ...] = ()
    # a service follows a change of its registry a moment before that of its snapshot
    for revision in (first.batch, acting["revision"]):
        differences = _differences(store, event, first, revision)
        if not differences:
            break
    engine = acting["assignment"]["provenance"]["engine_version"]
    return (Replay("route", not differences, differences, engine),)


def _differences(
    store: Store, event: StoredEvent, first: StoredAction, revision: int
) -> tuple[tuple[str, object, object], ...]:
    """Return the stored and the computed value of what is not the same."""
    stored = _stored_route(first)
    computed = _computed_route(store, event, first, revision)
    return tuple(
        (name, stored[name], computed[name])
        for name in stored
        if stored[name] != computed[name]
    )


def _stored_route(first: StoredAction) -> dict[str, object]:
    """Return the route that the first action keeps."""
    loop, details = first.action.changes.loop, first.action.request
    return {name: loop.get(name) for name in FIELDS} | {
        "departments": [*details.get("departments", ())],
        "lead": details.get("lead", ""),
        "doubt": details.get("doubt", ""),
    }


def _computed_route(
    store: Store, event: StoredEvent, first: StoredAction, revision: int
) -> dict[str, object]:
    """Return the route that what was in force then gives."""
    acting = orjson.loads(event.new.acting)
    at = Instant(first.action.at)
    version = acting["assignment"]["provenance"]["version"]
    past = PastStore(store, version, acting["revision"])
    snapshot = build_snapshot(past, at, terms=Terms(**acting["terms"]))
    registry = read_registry(PastFacts(store, revision), at)
    code = event.new.event.kind
    kind, pack = registry.scenarios.kind(code), registry.scenarios.pack_of(code)
    loop = first.action.changes.loop
    details = orjson.loads(event.new.details or "{}")
    is_placed = bool(loop.get("grid_id")) or bool(details.get("area_id"))
    is_placed = is_placed or loop.get("status") == "community"
    doubt = doubt_of(
        kind, is_placed, details.get("certainty"), pack.verify_below if pack else 0.0
    )
    rule_id = f"{pack.pack}/{pack.digest[:12]}" if pack else ""
    route = route_event(kind, code, _town(snapshot, registry, at), doubt, rule_id)
    return {
        "rule_id": rule_id,
        "pack": pack.pack if pack else "",
        "template": pack.template if pack else loop.get("template"),
        "platform": route.platform,
        "line": route.line,
        "module": route.module,
        "is_sensitive": kind.is_sensitive if kind else False,
        "departments": [target.department_id for target in route.departments],
        "lead": route.lead,
        "doubt": doubt,
    }


def _town(snapshot: Snapshot, registry: Registry, at: Instant) -> Town:
    """Return what routing needs to know of the town then."""
    duties = snapshot.territory.duties

    def holder_of(post_id: str) -> str | None:
        return None if duties is None else duties.holder(post_id, at)

    return Town(
        tuple(registry.departments.values()),
        {p.code: (p.zh, p.en) for p in registry.scenarios.platforms},
        holder_of,
    )
