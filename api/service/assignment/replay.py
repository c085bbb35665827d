"""Answers as they are stored with an event, and the same answers computed again."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson
import pandas as pd

from api.service.assignment.stored import EventColumns, stored_answers
from gis.assignment import REASONS, Positions
from gis.errors import StoreError
from gis.models import Event, Instant
from gis.versions import History
from layers.snapshots import Terms, build_snapshot
from layers.stores import Store
from layers.stores.event_records import NewEvent
from layers.stores.facts import as_known
from layers.stores.protocol import MAIN_SYSTEM, VersionLayers


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
class PastStore:
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
    event = store.event(event_id)
    if event is None:
        raise StoreError(
            "The store has no event {event_id!r}; take an id from the layer of events.",
            event_id=event_id,
        )
    answers = {
        "at_occurrence": event.new.at_occurrence,
        "acting": event.new.acting,
    }
    return tuple(_again(store, event.new, name, t) for name, t in answers.items())


def _again(store: Store, new: NewEvent, name: str, text: bytes) -> Replay:
    """Compute one answer again."""
    try:
        document = orjson.loads(text)
        version = document["assignment"]["provenance"]["version"]
        error_m = document["assignment"]["provenance"]["datum_error_m"]
        at, revision = Instant(document["at"]), document["revision"]
        terms = Terms(**document["terms"])
    except (ValueError, KeyError, TypeError) as error:
        raise StoreError(
            "Answer {name!r} of event {event_id!r} does not say what it was computed "
            "from; only answers given by Pagoda can be replayed.",
            name=name,
            event_id=new.event.event_id,
        ) from error
    snapshot = build_snapshot(PastStore(store, version, revision), at, terms=terms)
    columns = _columns_of(new.event, at, document)
    [answer] = stored_answers(snapshot, columns, datum_error_m=error_m or 0.0)
    computed = orjson.loads(answer.text)
    return Replay(
        name,
        answer.text == text,
        tuple(_differences(_flat(document), _flat(computed))),
        document["assignment"]["provenance"]["engine_version"],
    )


def _columns_of(event: Event, at: Instant, document: dict[str, Any]) -> EventColumns:
    """Return one stored event as it was reported."""
    position = event.position
    x, y = (position.x, position.y) if position else (np.nan, np.nan)
    code = 0 if position else REASONS.index(document["position_reason"])
    accuracy_m = np.nan if event.accuracy_m is None else event.accuracy_m
    provenance = document["assignment"]["provenance"]
    return EventColumns(
        Positions(np.array([x]), np.array([y]), np.array([code], dtype=np.uint8)),
        # of an event without position only the answer says what it was read in
        position.datum if position else provenance["datum"],
        np.array([accuracy_m], dtype=np.float64),
        np.array([at]),
        np.array([document.get("is_day", False)]),
        provenance["datum_error_m"],
    )


def _flat(document: dict[str, Any], prefix: str = "") -> dict[str, object]:
    """Return nested fields by their path."""
    fields: dict[str, object] = {}
    for name, value in document.items():
        if isinstance(value, dict):
            fields |= _flat(value, f"{prefix}{name}.")
        else:
            fields[f"{prefix}{name}"] = value
    return fields


def _differences(
    stored: dict[str, object], computed: dict[str, object]
) -> Iterator[tuple[str, object, object]]:
    for name in sorted({*stored, *computed}):
        if stored.get(name) != computed.get(name):
            yield name, stored.get(name), computed.get(name)
