"""Who reports, acts and is told, and by which packs, as one object."""

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final, Protocol, TypeVar

import geopandas as gpd
import pandas as pd

from gis.events import Scenarios
from gis.models import Department, Destination, Device, Instant, Source
from layers.packs.rulebook import classes_in_force, scenarios_in_force
from layers.schema.departments import departments_of
from layers.schema.destinations import destinations_of as rows_of_destinations
from layers.schema.devices import devices_of
from layers.schema.sharing import ClassSettings
from layers.schema.sources import sources_of
from layers.stores.protocol import Store

PAGODA: Final = Source(
    source="pagoda",
    name_zh="本系统",
    name_en="Pagoda",
    sort="pagoda",
    datum=None,
    accuracy_m=None,
    kind_map={},
    trust=1.0,
    destination_id=None,
    owner="command centre",
)
"""This service itself, which reports what its clock sees; a town may register it."""
LAYERS: Final = frozenset(
    {"sources", "devices", "departments", "destinations", "rules"}
)
"""Layers that a registry is made from."""
STALE_MS: Final = 60_000
"""Facts that begin or end by themselves count at most so much later."""
Record = TypeVar("Record")


class FactSource(Protocol):
    """What of a `Store` a registry is made from."""

    def revision(self) -> int:
        """Return the sequence of the last link that is not of events."""

    def facts(self, layer: str, *, valid_at: Instant | None = None) -> pd.DataFrame:
        """Return the facts of a layer, of all times or of one."""


@dataclass(frozen=True, slots=True)
class Registry:
    """What is registered at a time, each by its id.

    Attributes
    ----------
    revision, read_at
        Revision of the store that it was read at, and when.
    sources, devices, departments, destinations
        By their ids; `PAGODA` is always among the sources.
    scenarios
        The packs in force.
    classes
        Fields of which a steward set the class.
    """

    revision: int
    read_at: Instant
    sources: Mapping[str, Source]
    devices: Mapping[str, Device]
    departments: Mapping[str, Department]
    destinations: Mapping[str, Destination]
    scenarios: Scenarios
    classes: ClassSettings


def read_registry(store: FactSource, at: Instant) -> Registry:
    """Return what is registered in a store at a time.

    Parameters
    ----------
    store
        The store.
    at
        Which facts are in force.
    """
    revision, rules = store.revision(), store.facts("rules")
    return Registry(
        revision,
        at,
        _by_id(
            (PAGODA, *sources_of(store.facts("sources", valid_at=at))),
            lambda s: s.source,
        ),
        _by_id(devices_of(_points(store, "devices", at)), lambda d: d.device_id),
        _by_id(
            departments_of(_points(store, "departments", at)), lambda d: d.department_id
        ),
        _by_id(
            rows_of_destinations(store.facts("destinations", valid_at=at)),
            lambda d: d.destination_id,
        ),
        scenarios_in_force(rules, at),
        classes_in_force(rules, at),
    )


def destinations_of(
    registry: Registry, source: str, phase_before: str, phase_after: str
) -> tuple[str, ...]:
    """Return who is told of an action: the source of an event, of each new phase.

    Parameters
    ----------
    registry
        What is registered.
    source
        Of the event.
    phase_before, phase_after
        Of its loop; empty before the first action.

    Examples
    --------
    >>> from layers.stores import open_store
    >>> registry = Registries(open_store("memory:")).current
    >>> hotline = Source(
    ...     "hotline", "热线", "", "hotline", None, None, {}, None, "desk", "office")
    >>> registry = replace(registry, sources={"hotline": hotline})
    >>> destinations_of(registry, "hotline", "", "reported")
    ('desk',)
    >>> destinations_of(registry, "hotline", "reported", "reported")
    ()
    """
    record = registry.sources.get(source)
    if phase_before == phase_after or record is None or record.destination_id is None:
        return ()
    return (record.destination_id,)


class Registries:
    """Holds the current registry of a store; readers never wait for a new one.

    Parameters
    ----------
    store
        Where everything is read.

    Examples
    --------
    >>> from layers.stores import open_store
    >>> registries = Registries(open_store("memory:"))
    >>> len(registries.current.sources), registries.refresh()
    (1, False)
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._reading = threading.Lock()
        self._current = read_registry(store, store.now())

    @property
    def current(self) -> Registry:
        """What is registered as far as the last `refresh` saw."""
        return self._current

    def refresh(self) -> bool:
        """Swap in a new registry where something changed; say whether."""
        with self._reading:
            current, now = self._current, self._store.now()
            revision = self._store.revision()
            is_stale = not 0 <= now - current.read_at < STALE_MS
            if revision == current.revision and not is_stale:
                return False
            changed = self._store.changed_layers(current.revision)
            if not is_stale and changed.isdisjoint(LAYERS):
                self._current = replace(current, revision=revision)
                return False
            # readers see the old object or the new one: this is one reference
            self._current = read_registry(self._store, now)
            return True


def _points(store: FactSource, layer: str, at: Instant) -> gpd.GeoDataFrame:
    """Return the facts of a layer that has points."""
    return gpd.GeoDataFrame(store.facts(layer, valid_at=at))


def _by_id(
    records: Iterable[Record], id_of: Callable[[Record], str]
) -> dict[str, Record]:
    return {id_of(record): record for record in records}
