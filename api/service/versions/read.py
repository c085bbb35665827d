"""What is published, for who asks over HTTP: versions, one grid, the tree."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import geopandas as gpd

from api.service.versions.state import state_of
from gis.coverage.neighbours import find_neighbours
from gis.local_time import instant_text, timezone_of
from gis.models import Instant
from gis.versions import Version
from layers.features import crs_member, feature, features, rows
from layers.figures.cameras import camera_coverage
from layers.files.attributes import ATTRIBUTES, attributes_of
from layers.schema.circles import CIRCLES
from layers.schema.communities import COMMUNITIES
from layers.schema.grids import GRIDS
from layers.schema.layer import frame_datum
from layers.schema.sharing import Classes
from layers.stores import Store
from layers.stores.protocol import MAIN_SYSTEM, VersionLayers
from layers.territory import ruler_of


class CameraView(NamedTuple):
    """How many cameras stand in a grid, and what share of it cameras see, 0 to 1."""

    cameras: int
    share: float


@dataclass(frozen=True, slots=True)
class VersionReader:
    """A store, asked for what is published in it.

    Attributes
    ----------
    store
        The store.
    timezone
        IANA zone of the times said.
    """

    store: Store
    timezone: str

    def versions(self, now: Instant) -> list[dict[str, object]]:
        """Return every version of every grid system with its state at a time."""
        documents: list[dict[str, object]] = []
        for system in self.store.systems():
            history = self.store.history(system)
            withdrawals = {w.version: w for w in history.withdrawals}
            for version in history.versions:
                document = self._version(version)
                withdrawal = withdrawals.get(version.version)
                document["state"] = state_of(version, history, now)
                document["withdrawn_because"] = (
                    withdrawal.reason if withdrawal else None
                )
                documents.append(document)
        return documents

    def grid(
        self,
        grid_id: str,
        valid_at: Instant,
        known_at: Instant | None,
        system: str,
        classes: Classes,
    ) -> dict[str, object] | None:
        """Return a grid as a GeoJSON feature; None where no version has such a one.

        A grid that is not in force then has no geometry; it names the grids that its
        ground came from and went to.
        """
        history = self.store.history(system)
        details: dict[str, object] = {
            "came_from": _ids(history.ancestors(grid_id, known_at)),
            "went_to": _ids(history.descendants(grid_id, known_at)),
        }
        layers = self.in_force(valid_at, known_at, system)
        if layers is not None:
            row = layers.grids[layers.grids["grid_id"] == grid_id]
            if len(row):
                chain = _chain(row["parent_id"].iloc[0], layers.circles)
                details |= self._version(layers.version) | {"chain": chain}
                [item] = features(row, GRIDS, classes)
                attributes = attributes_of(row[ATTRIBUTES].iloc[0]).get("open")
                item["properties"] |= details | (
                    {ATTRIBUTES: attributes} if attributes else {}
                )
                return item | crs_member(row.crs)
        if not details["came_from"] and not details["went_to"]:
            return None
        properties = {"grid_id": grid_id, "system": system, **details}
        return feature(properties, None, grid_id)

    def neighbours(
        self, grid_id: str, valid_at: Instant, known_at: Instant | None, system: str
    ) -> dict[str, float] | None:
        """Return the grids in force that share a border with one, and its metres.

        The longest first; None where no such grid is in force then.
        """
        layers = self.in_force(valid_at, known_at, system)
        grid = _row_of(layers, grid_id)
        if layers is None or grid is None:
            return None
        # the borders of a few, not of a whole city
        place = grid.geometry.iloc[0]
        near = layers.grids[layers.grids.intersects(place)]
        ids = near["grid_id"].tolist()
        ruler = ruler_of(frame_datum(near))
        around = find_neighbours(list(near.geometry), ruler)
        borders = around.neighbours_of(ids.index(grid_id))
        return {ids[other]: border_m for other, border_m in borders}

    def cameras(
        self,
        grid_id: str,
        valid_at: Instant,
        known_at: Instant | None,
        system: str,
        radius_m: float,
    ) -> CameraView | None:
        """Return what cameras see of a grid; None where none of the id is in force.

        Raises
        ------
        ValueError
            If the radius is not above 0.
        """
        grid = _row_of(self.in_force(valid_at, known_at, system), grid_id)
        if grid is None:
            return None
        devices = self.store.facts("devices", valid_at=valid_at, known_at=known_at)
        points = gpd.GeoDataFrame(devices)
        [view] = camera_coverage(grid, points, radius_m).to_dict("records")
        return CameraView(int(view["cameras"]), float(view["share"]))

    def model(
        self,
        valid_at: Instant,
        known_at: Instant | None,
        system: str,
        classes: Classes,
    ) -> dict[str, Any] | None:
        """Return the command tree in force, and the communities apart from it.

        None where no version is in force then.
        """
        layers = self.in_force(valid_at, known_at, system)
        if layers is None:
            return None
        return {
            **self._version(layers.version),
            "circles": rows(
                layers.circles.sort_values(["tier", "circle_id"]), CIRCLES, classes
            ),
            "grids": rows(layers.grids, GRIDS, classes),
            "communities": rows(layers.communities, COMMUNITIES, classes),
        }

    def in_force(
        self, valid_at: Instant, known_at: Instant | None, system: str = MAIN_SYSTEM
    ) -> VersionLayers | None:
        """Return the layers in force at a time as known at a time."""
        version = self.store.history(system).in_force(valid_at, known_at)
        if version is None:
            return None
        return self.store.version_layers(version.version, system)

    def _version(self, version: Version) -> dict[str, object]:
        """Return what is said about a version; persons stay inside."""
        zone = timezone_of(self.timezone)
        return {
            "system": version.system,
            "version": version.version,
            "valid_from": instant_text(version.valid_from, zone),
            "recorded_at": instant_text(version.recorded_at, zone),
            "note": version.note,
            "digest": version.digest,
            "base": version.base,
            "replaces": list(version.replaces),
            "untouched": list(version.untouched),
        }


def _row_of(layers: VersionLayers | None, grid_id: str) -> gpd.GeoDataFrame | None:
    """Return the row of a grid; None where it is not in force."""
    if layers is None:
        return None
    row = layers.grids[layers.grids["grid_id"] == grid_id]
    return row if len(row) else None


def _chain(parent: object, circles: gpd.GeoDataFrame) -> list[str]:
    """Return the circles from the grid's parent up to the core."""
    above = dict(zip(circles["circle_id"], circles["parent_id"], strict=True))
    chain: list[str] = []
    while isinstance(parent, str) and parent in above:
        chain.append(parent)
        parent = above[parent]
    return chain


def _ids(grids: frozenset[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"system": system, "grid_id": grid_id} for system, grid_id in sorted(grids)]
