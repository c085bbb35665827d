"""Take an event in: whose it is, who must move and by when, in one transaction."""

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Final

from api.service.assignment.answer import AnswerDesk, Reply
from api.service.assignment.stored import CONFIDENCE, StoredAnswer, stored_answer
from api.service.events.draft import (
    Arrival,
    Draft,
    Reporter,
    Sketch,
    drafted,
)
from api.service.events.fingerprint import fingerprint
from api.service.events.near import clusters_of
from api.service.events.place import Place, place_of
from api.service.events.report import EventReport
from api.service.events.reported import details_of, event_of
from gis.assignment import Answer, Request, answer_one, with_likelihood
from gis.errors import SourceError
from gis.events import (
    Action,
    Loop,
    doubt_of,
    route_event,
)
from gis.events.scenario import Kind, Pack
from gis.models import Event, Instant, Source
from layers.command import (
    Owner,
    owner_of,
    owner_of_community,
    owner_over_area,
    town_at,
)
from layers.registry import Registries, Registry, destinations_of
from layers.snapshots import Snapshot, Snapshots
from layers.stores.event_records import NewEvent
from layers.stores.events import EventIds
from layers.stores.loops import Entry, EntryReceipt
from layers.stores.protocol import Store

REPORT: Final = "report"
"""The first action of an event that was taken in."""
DEFAULT_TEMPLATE: Final = "s_town"


@dataclass(frozen=True, slots=True)
class _Reception:
    """What an event is taken in by: one view of everything."""

    snapshot: Snapshot
    registry: Registry
    source: Source
    at: Instant


@dataclass(frozen=True, slots=True)
class Intake:
    """Takes events in for one grid system of a store.

    Attributes
    ----------
    store, snapshots, registries
        Where they go, and what decides whose they are.
    desk
        Answers about positions.
    ids
        Makes ids of events and actions.
    """

    store: Store
    snapshots: Snapshots
    registries: Registries
    desk: AnswerDesk
    ids: EventIds

    def draft(self, report: EventReport, reporter: Reporter) -> Draft:
        """Return an event as it will be stored, and all that is to be answered.

        Parameters
        ----------
        report
            What is reported, free text masked.
        reporter
            Whose request it is.

        Raises
        ------
        SourceError
            If nobody has registered its source.
        CrsError
            If its datum is unknown.
        """
        [draft] = self.drafts([Arrival(report, reporter)])
        if isinstance(draft, Exception):
            raise draft
        return draft

    def drafts(self, arrivals: Sequence[Arrival]) -> list[Draft | Exception]:
        """Return what `draft` does of many, the store being asked once for all.

        Raises
        ------
        StoreError
            If the store cannot be asked.
        """
        sketches = [self._attempted(arrival) for arrival in arrivals]
        fine = [s for s in sketches if isinstance(s, Sketch)]
        clusters = clusters_of(self.store, [sketch.sighting for sketch in fine])
        drafts = map(drafted, fine, clusters)
        return [s if isinstance(s, Exception) else next(drafts) for s in sketches]

    def _attempted(self, arrival: Arrival) -> Sketch | Exception:
        try:
            return self._sketch(arrival)
        except Exception as error:
            return error

    def _sketch(self, arrival: Arrival) -> Sketch:
        """Return whose an event is, and where it goes."""
        report = arrival.report
        reception = self._reception(report)
        place = place_of(report, reception.source, reception.registry, self.store.crs)
        times, flags = self._times(report, reception)
        event_id = self.ids.make(reception.at)
        code = reception.source.kind_map.get(report.kind, report.kind)
        event, reply, is_judged = self._answered(
            reception,
            place,
            event_of(event_id, code, report, place, (*times, reception.at)),
        )
        owner, is_placed = _owner(reception, place, reply)
        flags = (*flags, *place.flags, *_kind_flags(reception, code))
        if not is_judged:
            flags = (*flags, "accuracy_unusable")
        if not is_placed and place.community_id is not None:
            flags = (*flags, "unknown_community")
        kind = reception.registry.scenarios.kind(code)
        pack = reception.registry.scenarios.pack_of(code)
        doubt = doubt_of(
            kind,
            is_placed,
            report.certainty,
            pack.verify_below if pack else 0.0,
        )
        rule_id = f"{pack.pack}/{pack.digest[:12]}" if pack else ""
        town = town_at(reception.snapshot, reception.registry, reception.at)
        route = route_event(kind, code, town, doubt, rule_id)
        loop = _loop(event, reply, owner, kind, pack, rule_id)
        details = details_of(report, code, times, flags)
        return Sketch(
            arrival,
            replace(event, details=details),
            reply,
            owner,
            loop,
            kind,
            pack,
            route,
            flags,
            reception.at,
        )

    def append(self, draft: Draft, answer: bytes) -> "Future[tuple[EntryReceipt, ...]]":
        """Store a drafted event with its answer; one sent before gets the first one.

        Parameters
        ----------
        draft
            The event.
        answer
            What is answered, without any token.

        Raises
        ------
        StoreBusyError
            If too many wait to write.
        """
        return self.store.append([self.entry(draft, answer)])

    def entry(self, draft: Draft, answer: bytes) -> Entry:
        """Return a drafted event as the store takes it, as `append` does."""
        loop = draft.loop
        action = Action(
            self.ids.make(draft.at),
            loop.event_id,
            REPORT,
            draft.at,
            draft.path,
            key_id=draft.reporter.key_id,
            role=draft.reporter.role,
            request=_asked(draft),
            changes=draft.changes,
            fingerprint=fingerprint(draft.report.members()),
            status=201,
            answer=answer,
            destinations=destinations_of(
                self.registries.current, loop.source, "", loop.phase
            ),
        )
        return Entry(draft.event, (action,))

    def _reception(self, report: EventReport) -> _Reception:
        """Return one view of everything that an event is taken in by."""
        registry = self.registries.current
        source = registry.sources.get(report.source)
        if source is None:
            raise SourceError(
                "Source {source!r} is not registered, expected one of the {sources} "
                "of GET /sources; have it registered.",
                source=report.source,
                sources=len(registry.sources),
            )
        return _Reception(
            self.snapshots.current,
            registry,
            source,
            self.store.now(),
        )

    def _times(
        self, report: EventReport, reception: _Reception
    ) -> tuple[tuple[Instant, Instant], tuple[str, ...]]:
        """Return when an event occurred and was captured, and what is odd about that.

        A device cannot correct its clock itself: a time that cannot be is that of the
        receipt.
        """
        now, flags = reception.at, []
        if report.local_times:
            flags.append("local_time")
        occurred_at = report.occurred_at if report.occurred_at is not None else now
        captured_at = report.captured_at
        if occurred_at > now or (captured_at is not None and captured_at > now):
            flags.append("clock_ahead")
        if occurred_at > now:
            occurred_at = now
        elif self.snapshots.at(occurred_at) is None:
            flags.append("before_any_version")
            occurred_at = now
        if captured_at is None or captured_at > now or captured_at < occurred_at:
            captured_at = occurred_at
        return (occurred_at, captured_at), tuple(flags)

    def _answered(
        self, reception: _Reception, place: Place, event: Event
    ) -> tuple[NewEvent, Reply, bool]:
        """Return an event with both answers, a reply, and if its accuracy is usable."""
        current, radius_m = reception.snapshot, place.accuracy_m
        now = answer_one(
            current.basis,
            place.position,
            reception.at,
            accuracy_m=radius_m,
            request=self._request,
        )
        acting = stored_answer(current, now, reception.at, radius_m)
        at_occurrence = acting
        if event.occurred_at != reception.at:
            at_occurrence = self._at_occurrence(place, event, current, now)
        reply = self.desk.reply_of(current, now, reception.at)
        new = NewEvent(
            event,
            acting.lon,
            acting.lat,
            at_occurrence.assignment.grid_id,
            at_occurrence.text,
            acting.text,
        )
        return new, reply, not now.accuracy_fault

    def _at_occurrence(
        self, place: Place, event: Event, current: Snapshot, now: Answer
    ) -> StoredAnswer:
        """Return whose a position was when the event occurred."""
        at, radius_m = event.occurred_at, place.accuracy_m
        before = self.snapshots.at(at) or current
        is_same = before.basis is current.basis
        then = answer_one(
            before.basis,
            place.position,
            at,
            accuracy_m=None if is_same else radius_m,
            request=self._request,
        )
        then = with_likelihood(then, now) if is_same else then
        return stored_answer(before, then, at, radius_m)

    @property
    def _request(self) -> Request:
        """What is asked of a position."""
        return Request(confidence=CONFIDENCE, datum_error_m=self.desk.datum_error_m)


def _owner(reception: _Reception, place: Place, reply: Reply) -> tuple[Owner, bool]:
    """Return whose an event is by position, community or area, and if one is known."""
    if place.area_id is not None:
        owner = owner_over_area(reception.snapshot, place.area_id, reception.at)
        if owner is not None:
            return owner, True
    if place.position is None and place.community_id is not None:
        owner = owner_of_community(reception.snapshot, place.community_id, reception.at)
        if owner is not None:
            return owner, True
    owner = owner_of(reception.snapshot, reply.assignment)
    return owner, owner.grid_id is not None


def _kind_flags(reception: _Reception, code: str) -> tuple[str, ...]:
    """Return what is to be known of the kind and the source of an event."""
    pack = reception.registry.scenarios.pack_of(code)
    if pack is None:
        return ("unknown_kind",)
    sort = reception.source.sort
    return () if sort in pack.sources else ("source_of_other_kind",)


def _loop(
    event: NewEvent,
    reply: Reply,
    owner: Owner,
    kind: Kind | None,
    pack: Pack | None,
    rule_id: str,
) -> Loop:
    """Return the loop of an event before its first state."""
    reported, status = event.event, str(reply.assignment.status)
    is_coarse = reported.position is None and owner.grid_id is None
    if is_coarse and reported.community_id is not None and owner.leaders:
        status = "community"
    return Loop(
        event_id=reported.event_id,
        pack=pack.pack if pack else "",
        template=pack.template if pack else DEFAULT_TEMPLATE,
        kind=reported.kind,
        severity=reported.severity,
        source=reported.source,
        status=status,
        grid_id=owner.grid_id,
        area_path=owner.area_path,
        post_id=owner.post_id,
        platform=kind.platform if kind else "",
        line=kind.line if kind else "",
        module=kind.module if kind else "",
        rule_id=rule_id,
        is_sensitive=kind.is_sensitive if kind else False,
        occurred_at=reported.occurred_at,
        received_at=reported.received_at,
        version=reply.assignment.provenance.version,
        lon=event.lon,
        lat=event.lat,
    )


def _asked(draft: Draft) -> dict[str, object]:
    """Return what the first action keeps of how the event was routed."""
    return {
        "departments": [t.department_id for t in draft.route.departments],
        "lead": draft.route.lead,
        "doubt": draft.route.doubt,
        "flags": list(draft.flags),
    }
