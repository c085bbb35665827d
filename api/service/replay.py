"""Answers as they are stored with an event, and the same answers computed again."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import orjson
import pandas as pd
from numpy.typing import NDArray

from api.service.accuracy import judge
from gis.assignment import ENGINE_VERSION, REASONS, Positions, is_usable, record
from gis.crs import is_shifting, parse_datum
from gis.errors import StoreError
from gis.models import Assignment, Event, Instant, Provenance
from gis.versions import History
from layers.snapshots import Snapshot, Terms, build_snapshot
from layers.stores import Store
from layers.stores.facts import as_known
from layers.stores.protocol import MAIN_SYSTEM, NewEvent, VersionLayers

CONFIDENCE = 0.68


@dataclass(frozen=True, slots=True)
class Reported:
    """Events as reported, as columns; the datum is one for all.

    Attributes
    ----------
    positions
        As they came, in the datum, with what was found wrong while reading.
    datum
        Name of the datum.
    accuracy_m
        68 % radius, NaN where there is none, float64 (m,).
    instants
        When each is answered for, int64 (m,).
    """

    positions: Positions
    datum: str
    accuracy_m: NDArray[np.float64]
    instants: NDArray[np.int64]

    def take(self, rows: NDArray[np.int64]) -> "Reported":
        """Return some of the events."""
        p = self.positions
        return Reported(
            Positions(p.x[rows], p.y[rows], p.reasons[rows]),
            self.datum,
            self.accuracy_m[rows],
            self.instants[rows],
        )


@dataclass(frozen=True, slots=True)
class Given:
    """One answer as it is stored.

    Attributes
    ----------
    assignment
        The answer with its provenance.
    lon, lat
        The position in the CRS of the store; None where it is not usable.
    text
        The answer as bytes: JSON with sorted keys.
    """

    assignment: Assignment
    lon: float | None
    lat: float | None
    text: bytes


@dataclass(frozen=True, slots=True)
class Replay:
    """One stored answer and what is computed now.

    Attributes
    ----------
    name
        ``at_occurrence`` or ``acting``.
    is_equal
        Whether every byte is the same.
    differences
        Field, stored and computed value, where they differ.
    engine
        Engine version that gave the stored answer.
    """

    name: str
    is_equal: bool
    differences: tuple[tuple[str, object, object], ...]
    engine: str


@dataclass(frozen=True, slots=True)
class AsOf:
    """A store as it was at a revision, with one version of its grids.

    Parameters
    ----------
    store
        The store.
    version
        The version.
    at_revision
        Facts of later links do not count.
    """

    store: Store
    version: int
    at_revision: int

    def revision(self) -> int:
        """Return the revision."""
        return self.at_revision

    def history(self, system: str = MAIN_SYSTEM) -> History:
        """Return the one version."""
        versions = self.store.history(system).versions
        return History(system, tuple(v for v in versions if v.version == self.version))

    def version_layers(self, version: int, system: str = MAIN_SYSTEM) -> VersionLayers:
        """Return the layers of a version."""
        return self.store.version_layers(version, system)

    def facts(self, layer: str) -> pd.DataFrame:
        """Return the facts as they were known at the revision."""
        records = self.store.records(layer)
        return as_known(records[records["batch"] <= self.at_revision], layer)


def give_answers(
    snapshot: Snapshot, reported: Reported, *, datum_error_m: float
) -> Iterator[Given]:
    """Yield the answers to events in order, as they are stored.

    Parameters
    ----------
    snapshot
        In force at the times of the events.
    reported
        The events.
    datum_error_m
        Error of the GCJ-02 and BD-09 formulas, metres.
    """
    territory, assigner = snapshot.territory, snapshot.assigner
    datum = parse_datum(reported.datum)
    error_m = datum_error_m if is_shifting(datum, territory.datum) else None
    ready = territory.bring(reported.positions, datum)
    table = assigner.assign_many(
        ready.x, ready.y, reasons=ready.reasons, at=reported.instants
    )
    usable = is_usable(ready.reasons)
    radius_m = np.hypot(reported.accuracy_m, error_m or 0.0)
    likelihoods = judge(territory, ready, table, radius_m, CONFIDENCE)
    provenances: dict[Provenance, Provenance] = {}
    for row in range(len(table.rows)):
        answer = assigner.record(table, row)
        made = answer.provenance
        if made not in provenances:
            provenances[made] = replace(made, datum=datum.name, datum_error_m=error_m)
        answer = replace(answer, provenance=provenances[made])
        doubt = record(likelihoods, row) if likelihoods.faults[row] == 0 else None
        near = [] if doubt is None else doubt.probabilities
        said = {
            "revision": snapshot.revision,
            "terms": asdict(snapshot.terms),
            "at": int(reported.instants[row]),
            "assignment": answer,
            "accuracy_m": _or_none(reported.accuracy_m[row]),
            "confidence": CONFIDENCE,
            "probabilities": [[assigner.ids[grid], p] for grid, p in near],
            "p_outside": None if doubt is None else doubt.p_outside,
            "position_reason": REASONS[ready.reasons[row]],
        }
        lon, lat = (
            (float(ready.x[row]), float(ready.y[row])) if usable[row] else (None, None)
        )
        yield Given(answer, lon, lat, orjson.dumps(said, option=orjson.OPT_SORT_KEYS))


def replay(store: Store, event_id: str) -> tuple[Replay, ...]:
    """Compute both answers of a stored event again and compare them byte for byte.

    Parameters
    ----------
    store
        The store.
    event_id
        Id of the event.

    Raises
    ------
    StoreError
        If there is no such event, or its answers were not given by Pagoda.
    """
    stored = store.event(event_id)
    if stored is None:
        raise StoreError(
            f"The store has no event {event_id!r}; take an id from the layer of events."
        )
    answers = {
        "at_occurrence": stored.new.at_occurrence,
        "acting": stored.new.acting,
    }
    return tuple(_again(store, stored.new, name, t) for name, t in answers.items())


def replay_lines(event_id: str, replays: tuple[Replay, ...]) -> list[str]:
    """Return what `pagoda replay` prints.

    Parameters
    ----------
    event_id
        The event.
    replays
        What `replay` returned.
    """
    lines = [f"Event {event_id}"]
    for one in replays:
        if one.is_equal:
            lines.append(f"  {one.name:<14} byte-equal")
            continue
        by_other = (
            f" (stored by engine {one.engine}, this is {ENGINE_VERSION})"
            if one.engine != ENGINE_VERSION
            else ""
        )
        lines.append(f"  {one.name:<14} DIFFERS{by_other}")
        lines += [
            f"    {field}: stored {was!r}, computed {now!r}"
            for field, was, now in one.differences
        ]
    return lines


def _again(store: Store, new: NewEvent, name: str, text: bytes) -> Replay:
    """Compute one answer again."""
    try:
        said = orjson.loads(text)
        version = said["assignment"]["provenance"]["version"]
        error_m = said["assignment"]["provenance"]["datum_error_m"]
        at, revision = Instant(said["at"]), said["revision"]
        terms = Terms(**said["terms"])
    except (ValueError, KeyError, TypeError) as error:
        raise StoreError(
            f"Answer {name!r} of event {new.event.event_id!r} does not say what it was "
            "computed from; only answers given by Pagoda can be replayed."
        ) from error
    snapshot = build_snapshot(AsOf(store, version, revision), at, terms=terms)
    reported = _reported(new.event, at, said["position_reason"])
    [given] = give_answers(snapshot, reported, datum_error_m=error_m or 0.0)
    computed = orjson.loads(given.text)
    return Replay(
        name,
        given.text == text,
        tuple(_differences(_flat(said), _flat(computed))),
        said["assignment"]["provenance"]["engine_version"],
    )


def _reported(event: Event, at: Instant, reason: str) -> Reported:
    """Return one stored event as it was reported."""
    position = event.position
    x, y = (position.x, position.y) if position else (np.nan, np.nan)
    code = 0 if position else REASONS.index(reason)
    accuracy_m = np.nan if event.accuracy_m is None else event.accuracy_m
    return Reported(
        Positions(np.array([x]), np.array([y]), np.array([code], dtype=np.uint8)),
        position.datum if position else "wgs84",
        np.array([accuracy_m], dtype=np.float64),
        np.array([at]),
    )


def _flat(said: dict[str, Any], prefix: str = "") -> dict[str, object]:
    """Return nested fields by their path."""
    flat: dict[str, object] = {}
    for name, value in said.items():
        if isinstance(value, dict):
            flat |= _flat(value, f"{prefix}{name}.")
        else:
            flat[f"{prefix}{name}"] = value
    return flat


def _differences(
    stored: dict[str, object], computed: dict[str, object]
) -> Iterator[tuple[str, object, object]]:
    for name in sorted({*stored, *computed}):
        if stored.get(name) != computed.get(name):
            yield name, stored.get(name), computed.get(name)


def _or_none(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
