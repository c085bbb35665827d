"""Open events assigned anew where the grids or posts that they stand on changed."""

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import orjson

from api.service.events.attempts import Attempts
from api.service.events.draft import UNKNOWN_KIND
from api.service.versions.handover_rules import keeping_since
from gis.access import WHOLE
from gis.errors import LoopError
from gis.events import (
    Action,
    Changes,
    Loop,
    Standing,
    Step,
    StoredAction,
    deciding_version,
    fold_all,
    handler_of,
    is_put_by_hand,
    placing_step,
    take_step,
)
from gis.events.standing import SERVICE
from gis.events.template import PAGODA
from gis.models import Instant, PostId
from gis.versions import Version
from layers.command import (
    Owner,
    owner_of,
    owner_of_area,
    owner_of_community,
    owner_over_area,
)
from layers.packs.loop_files import templates
from layers.registry import Registries
from layers.snapshots import Snapshot, Snapshots
from layers.stores.events import EventIds
from layers.stores.loops import Entry, LoopQuery
from layers.stores.protocol import Store
from layers.territory import Territory
from layers.words.loops import POST_ENDED

BATCH: Final = 256
"""Open events that are looked at in one turn."""
ROUNDS: Final = 2
SETTLE_S: Final = 5.0
"""What another worker took in by the snapshot before is there so much later."""


class Reassignment:
    """Assigns open events anew once another version or other posts are in force.

    All open events are looked at, newest first, a batch a turn. What was begun and not
    ended begins again: an event that has its owner is left alone, so nothing is done
    twice. What a person gave to a grid, by a transfer or an override, stays there as
    long as there is one. Where a rule ``handover/SYSTEM`` keeps the events that were
    open when a version came into force, they stay with grid and post until that post
    ends or a later version comes.

    Parameters
    ----------
    store
        Has the events.
    snapshots, registries
        What is in force.
    ids
        Makes ids of actions.
    """

    def __init__(
        self,
        store: Store,
        snapshots: Snapshots,
        registries: Registries,
        ids: EventIds,
    ) -> None:
        self._store = store
        self._snapshots = snapshots
        self._registries = registries
        self._ids = ids
        self._attempts = Attempts(store, "assign anew")
        self._territory: Territory | None = None
        self._rounds = 0
        self._starts_at = 0.0
        self._below: int | None = None
        self._began = Instant(0)
        self._versions: tuple[Version, ...] = ()
        self._keeping: frozenset[Instant] = frozenset()

    def turn(self, now: Instant) -> Instant | None:
        """Look at some events; say since when more are to be looked at, None for none.

        Parameters
        ----------
        now
            By the clock of the store.

        Raises
        ------
        StoreUnavailableError
            If the store cannot be used now.
        """
        snapshot = self._snapshots.current
        if snapshot.territory is not self._territory:
            self._territory, self._below = snapshot.territory, None
            self._rounds, self._starts_at = ROUNDS, 0.0
        if not self._rounds or time.monotonic() < self._starts_at:
            return None
        if self._below is None:
            self._began = now
            self._read_versions(snapshot.version)
        query = LoopQuery(is_open=True, below=self._below, limit=BATCH)
        loops = self._store.loops(query, WHOLE)
        entries = {
            loop.event_id: entry
            for loop in loops
            if (entry := self._entry(loop, snapshot, now)) is not None
        }
        if not self._attempts.append(entries).is_settled:
            self._rounds = ROUNDS
        if len(loops) == BATCH:
            self._below = loops[-1].row
            return self._began
        self._rounds, self._below = self._rounds - 1, None
        self._starts_at = time.monotonic() + SETTLE_S
        return None

    def _read_versions(self, current: Version) -> None:
        """Read what was in force up to a version, and what keeps open events."""
        timeline = self._store.history(current.system).timeline()
        earlier = (v for v in timeline if v.valid_from < current.valid_from)
        self._versions = (*earlier, current)
        self._keeping = keeping_since(self._store, current.system)

    def _entry(self, loop: Loop, snapshot: Snapshot, now: Instant) -> Entry | None:
        """Return what assigns an event anew; None where it stays."""
        is_current = loop.version == snapshot.version.version
        has_post = _is_post(loop.post_id, snapshot)
        if is_current and has_post:
            return None
        version = deciding_version(self._versions, self._keeping, loop.received_at)
        if is_current or version.version == snapshot.version.version:
            return self._anew(loop, snapshot, now)
        if not has_post:
            reason = POST_ENDED.line if loop.post_id else ""
            return self._anew(loop, snapshot, now, reason)
        if loop.version == version.version:
            return None
        return self._belated(loop, snapshot, version, now)

    def _belated(
        self, loop: Loop, snapshot: Snapshot, version: Version, now: Instant
    ) -> Entry | None:
        """Return what an earlier version owed to an event that stays since then.

        Its grids were in force while nobody looked, or are those that it stands on.
        """
        ends = (
            v.valid_from for v in self._versions if v.valid_from > version.valid_from
        )
        earlier = self._snapshots.at(Instant(next(ends) - 1))
        if earlier is None or earlier.version.version != version.version:
            return None
        owner, _ = self._owner(loop, earlier, now)
        if not _is_changed(loop, owner, earlier):
            return None
        if placing_step(self._store.actions(loop.event_id)) not in {"report", ""}:
            return None
        if _is_post(owner.post_id, snapshot):
            return self._anew(loop, earlier, now)
        return self._anew(loop, snapshot, now, POST_ENDED.line)

    def _anew(
        self, loop: Loop, snapshot: Snapshot, now: Instant, reason: str = ""
    ) -> Entry | None:
        """Return what gives an event to its owner in a snapshot, if it is not there."""
        owner, status = self._owner(loop, snapshot, now)
        if not _is_changed(loop, owner, snapshot):
            return None
        actions = self._store.actions(loop.event_id)
        if is_put_by_hand(actions):
            owner, status = _put_owner(loop, owner, snapshot, now), loop.status
            if not _is_changed(loop, owner, snapshot):
                return None
        values = {
            "grid_id": owner.grid_id,
            "area_path": owner.area_path,
            "post_id": owner.post_id,
            "status": status,
            "version": snapshot.version.version,
        }
        cause, number = ("version", snapshot.version.version)
        if loop.version == snapshot.version.version:
            cause, number = ("revision", snapshot.revision)
        try:
            action = self._action(loop, actions, values, f"{cause}/{number}", now)
        except LoopError as error:
            self._attempts.fail(loop.event_id, error)
            return None
        action = replace(action, reason=reason)
        return Entry(actions=(action,), expected_seq=len(actions))

    def _owner(self, loop: Loop, snapshot: Snapshot, now: Instant) -> tuple[Owner, str]:
        """Return whose an event is now, and how it was located."""
        nowhere = float("nan")
        is_placed = loop.lon is not None and loop.lat is not None
        x = loop.lon if loop.lon is not None else nowhere
        y = loop.lat if loop.lat is not None else nowhere
        assignment = snapshot.assigner.assign(x, y, now)
        owner = None if is_placed else self._owner_of_area(loop, snapshot, now)
        if owner is not None:
            return owner, loop.status
        return owner_of(snapshot, assignment), str(assignment.status)

    def _owner_of_area(
        self, loop: Loop, snapshot: Snapshot, now: Instant
    ) -> Owner | None:
        """Return whose an event without position is, by its community or area."""
        stored = self._store.event(loop.event_id)
        if stored is None:
            return None
        details = orjson.loads(stored.new.details or "{}")
        if details.get("area_id"):
            return owner_over_area(snapshot, details["area_id"], now)
        community_id = stored.new.event.community_id
        if community_id is None:
            return None
        return owner_of_community(snapshot, community_id, now)

    def _action(
        self,
        loop: Loop,
        actions: tuple[StoredAction, ...],
        values: Mapping[str, object],
        name: str,
        now: Instant,
    ) -> Action:
        """Return the step; its history says from where to where."""
        folded, tasks = fold_all(
            Loop(loop.event_id, loop.row), (s.action.changes for s in actions)
        )
        kind = self._registries.current.scenarios.kind(folded.kind) or UNKNOWN_KIND
        template = templates()[folded.template]
        standing = Standing(template, kind, folded, tasks, handler_of(actions))
        step = Step("reassign", now, changes=Changes(values))
        effect = take_step(standing, step, SERVICE)
        return Action(
            self._ids.make(now),
            loop.event_id,
            step.action,
            now,
            effect.path,
            key_id=PAGODA,
            role=PAGODA,
            request={
                "from": {column: getattr(folded, column) for column in values},
                "to": dict(values),
            },
            changes=effect.changes,
            request_key=f"{name}/{loop.event_id}",
        )


def _is_post(post_id: str, snapshot: Snapshot) -> bool:
    """Say whether a post is still there; where no post is, none is missed."""
    duties = snapshot.territory.duties
    if duties is None or not duties.roster.leaders:
        return not post_id
    return PostId(post_id) in duties.roster.posts


def _is_changed(loop: Loop, owner: Owner, snapshot: Snapshot) -> bool:
    """Say whether an event has another owner; a hand-over on a post makes none."""
    if (loop.grid_id, loop.area_path) != (owner.grid_id, owner.area_path):
        return True
    return loop.post_id != owner.post_id and not _is_post(loop.post_id, snapshot)


def _put_owner(loop: Loop, owner: Owner, snapshot: Snapshot, now: Instant) -> Owner:
    """Return whose an event is that a person gave to an area, while that is there."""
    areas = [area for area in loop.area_path.split("/") if area]
    area_owner = owner_of_area(snapshot, areas[-1], now) if areas else None
    if area_owner is None:
        return owner
    if not _is_post(loop.post_id, snapshot):
        return area_owner
    return replace(area_owner, post_id=loop.post_id)
