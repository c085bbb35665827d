"""Tiles of the versions that are in force: in files, drawn where they are missing."""

import hashlib
import logging
import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import geopandas as gpd
import shapely

from gis.counts import count_text
from gis.sentences import sentence
from gis.versions import History, Version
from layers.child import Bounds as Limit
from layers.child import run_bounded
from layers.registry import Registries
from layers.schema.grids import GRIDS
from layers.schema.layer import Field, LayerSchema
from layers.schema.sharing import OPEN, Classes
from layers.stores import Store
from layers.stores.protocol import MAIN_SYSTEM
from layers.tiles import (
    DEGREES,
    MERCATOR,
    TILED,
    TOLERANCE,
    ZOOMS,
    Bounds,
    Limits,
    TileArchive,
    bounds_in,
    has_tiles,
    limits_of,
    sole_builder,
    tile_layer,
    write_tiles,
)

METHOD: Final = 1
"""How tiles are drawn; another number where they come out otherwise, since whoever
has a tile under an address keeps it."""
MARK_DIGITS: Final = 8
PROJ_BYTES: Final = 1 << 31
"""PROJ reserves half of this in a process that projects, and hardly touches it."""
PAUSE_S: Final = 60.0
"""What could not be drawn is tried again after so long."""

logger = logging.getLogger("uvicorn.error")


@dataclass(frozen=True, slots=True)
class Edition:
    """The tiles of a collection of one version; nothing in them ever changes.

    Attributes
    ----------
    collection_id
        The collection.
    schema
        What its columns are.
    version
        The version.
    classes
        The fields that are open.
    """

    collection_id: str
    schema: LayerSchema
    version: Version
    classes: Classes

    @property
    def name(self) -> str:
        """What it stands under in addresses: the digest of the version, and a mark.

        The mark is of all else that its bytes hang on: the layer, the fields that are
        open, and the method.
        """
        names = [field.name for field in self.fields]
        text = repr((METHOD, self.collection_id, names))
        mark = hashlib.sha256(text.encode()).hexdigest()[:MARK_DIGITS]
        return f"{self.version.digest}-{mark}"

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields that are in its tiles."""
        names = self.classes.fields_of(self.schema)
        return tuple(f for f in self.schema.fields if f.name in names)


@dataclass(frozen=True, slots=True)
class Ground:
    """Where a version lies.

    Attributes
    ----------
    bounds
        West, south, east and north in degrees.
    limits
        Tiles of each zoom.
    """

    bounds: Bounds
    limits: Mapping[int, Limits]

    @classmethod
    def of(cls, grids: gpd.GeoSeries) -> "Ground":
        """Return where grids lie.

        Parameters
        ----------
        grids
            In any CRS.
        """
        metres = bounds_in(grids, MERCATOR)
        # a border that is drawn simpler may lie so far out
        limits = {zoom: limits_of(metres, zoom, TOLERANCE) for zoom in ZOOMS}
        return cls(bounds_in(grids, DEGREES), limits)


class Tilesets:
    """The tiles of a store.

    Parameters
    ----------
    store
        The store.
    registries
        Of the store: which fields are open.
    folder
        Where their files are; several processes may share it.
    """

    def __init__(self, store: Store, registries: Registries, folder: Path) -> None:
        self._store = store
        self._registries = registries
        self._folder = folder
        self._lock = threading.Lock()
        self._revision: int | None = None
        self._histories: dict[str, History] = {}
        self._current: dict[str, Edition] = {}
        self._coming: frozenset[Version] | None = None
        self._grounds: dict[str, Ground] = {}
        self._archives: dict[str, TileArchive] = {}
        self._orders: list[Version] = []
        self._pauses: dict[Version, float] = {}
        self._drawer: threading.Thread | None = None

    def edition(self, collection_id: str) -> Edition | None:
        """Return the tiles of a collection as they are now; None where it has none.

        Parameters
        ----------
        collection_id
            The collection.
        """
        self.refresh()
        return self._current.get(collection_id)

    def last_edition(self, collection_id: str) -> Edition | None:
        """Return the same as of the last look at the store, which costs nothing.

        Parameters
        ----------
        collection_id
            The collection.
        """
        return self._current.get(collection_id)

    def ground(self, edition: Edition) -> Ground:
        """Return where the tiles of an edition lie.

        Parameters
        ----------
        edition
            The edition.
        """
        version = edition.version
        ground = self._grounds.get(version.digest)
        if ground is None:
            layers = self._store.version_layers(version.version, version.system)
            ground = Ground.of(layers.grids.geometry)
            self._grounds[version.digest] = ground
        return ground

    def archive(self, edition: Edition) -> TileArchive | None:
        """Return the file of an edition; None while it is drawn, which this begins.

        Parameters
        ----------
        edition
            The edition.
        """
        archive = self._archives.get(edition.name)
        if archive is None:
            try:
                archive = TileArchive(self.path(edition))
            except sqlite3.Error:
                self._order(edition.version)
                return None
            self._archives[edition.name] = archive
        return archive

    def path(self, edition: Edition) -> Path:
        """Return the file of an edition, there or not.

        Parameters
        ----------
        edition
            The edition.
        """
        return self._folder / f"{edition.schema.name}-{edition.name}.mbtiles"

    def has_failed(self, edition: Edition) -> bool:
        """Say whether the tiles of an edition could not be drawn; see the log.

        Parameters
        ----------
        edition
            The edition.
        """
        return edition.version in self._pauses

    def refresh(self) -> None:
        """Look at what is in force now, and draw what has been published since.

        Raises
        ------
        StoreError
            If the store cannot be read.
        """
        store = self._store
        revision = store.revision()
        if revision != self._revision:
            self._histories = {name: store.history(name) for name in store.systems()}
            self._revision = revision
        self._registries.refresh()
        now, classes = store.now(), self._classes()
        versions = [history.in_force(now) for history in self._histories.values()]
        current = {
            edition.collection_id: edition
            for version in versions
            if version is not None
            for edition in _editions(version, classes)
        }
        later = {
            version
            for history in self._histories.values()
            for version in history.timeline()
            if version.valid_from > now
        }
        coming = frozenset(later.union(v for v in versions if v is not None))
        with self._lock:
            # what was there before the service is drawn when it is asked for
            news = coming - self._coming if self._coming is not None else ()
            self._coming, self._current = coming, current
            names = {edition.name for edition in current.values()}
            for name in self._archives.keys() - names:
                del self._archives[name]
        for version in news:
            self._order(version)

    def _classes(self) -> Classes:
        """Return the fields that are open."""
        return OPEN.under(self._registries.current.classes)

    def _order(self, version: Version) -> None:
        """Have the tiles of a version drawn, in a thread of its own."""
        with self._lock:
            if version in self._orders or time.monotonic() < self._pauses.get(
                version, 0.0
            ):
                return
            self._orders.append(version)
            if self._drawer is None:
                self._drawer = threading.Thread(
                    target=self._work, name="pagoda-tiles", daemon=True
                )
                self._drawer.start()

    def _work(self) -> None:
        """Draw what is ordered, until nothing is."""
        while True:
            with self._lock:
                if not self._orders:
                    self._drawer = None
                    return
                version = self._orders[0]
            try:
                self._draw(version)
                self._pauses.pop(version, None)
            except Exception as error:
                # whatever the child raises: the next version is drawn all the same
                logger.error(
                    "Tiles of version %s of grid system %r cannot be drawn: %s",
                    *(version.version, version.system, error),
                )
                self._pauses[version] = time.monotonic() + PAUSE_S
            finally:
                with self._lock:
                    self._orders.remove(version)

    def _draw(self, version: Version) -> None:
        """Draw the tiles of a version that are not there."""
        with sole_builder(self._folder):
            editions = {
                path: edition
                for edition in _editions(version, self._classes())
                if not has_tiles(path := self.path(edition))
            }
            if not editions:
                return
            start = time.perf_counter()
            layers = self._store.version_layers(version.version, version.system)
            grids = layers.grids.geometry
            limit = Limit.for_vertices(int(shapely.get_num_coordinates(grids).sum()))
            run_bounded(
                sentence(
                    "Drawing tiles of {grids}", grids=count_text(len(grids), "grid")
                ),
                replace(limit, memory_bytes=limit.memory_bytes + PROJ_BYTES),
                write_tiles,
                grids,
                {
                    path: tile_layer(
                        layers, edition.schema, edition.collection_id, edition.classes
                    )
                    for path, edition in editions.items()
                },
            )
        logger.info(
            "Tiles of version %s of grid system %r drawn in %.1f s.",
            *(version.version, version.system, time.perf_counter() - start),
        )


def _editions(version: Version, classes: Classes) -> Iterator[Edition]:
    """Yield the tiles that a version has: of a further grid system its grids."""
    if version.system == MAIN_SYSTEM:
        for schema in TILED:
            yield Edition(schema.name, schema, version, classes)
    else:
        yield Edition(f"{GRIDS.name}-{version.system}", GRIDS, version, classes)
