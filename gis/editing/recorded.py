"""Operations as plain values: what a changeset keeps and a draft does again."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely

from gis.editing import adoption, operations, vertices
from gis.editing.change import Change, Polygon
from gis.editing.planar_map import PlanarMap
from gis.errors import EditError
from gis.geometry import STORED_DECIMALS
from gis.sentences import sentence

Planner = Callable[[PlanarMap, Mapping[str, Any], float], Change]

PLANNERS: Final[dict[str, Planner]] = {
    "redraw_border": lambda planar, v, snap_m: operations.redraw_border(
        planar, v["a"], v["b"], v["line"], snap_m=snap_m
    ),
    "split": lambda planar, v, snap_m: operations.split(
        planar, v["grid"], v["line"], v["new_id"], snap_m=snap_m
    ),
    "carve": lambda planar, v, snap_m: operations.carve(
        planar, v["grid"], v["line"], v["new_id"], snap_m=snap_m
    ),
    "merge": lambda planar, v, _: operations.merge(planar, v["grids"], v["keep"]),
    "transfer": lambda planar, v, snap_m: operations.transfer(
        planar, v["a"], v["b"], v["line"], snap_m=snap_m
    ),
    "move_vertex": lambda planar, v, snap_m: vertices.move_vertex(
        planar, v["old"], v["new"], snap_m=snap_m
    ),
    "insert_vertex": lambda planar, v, snap_m: vertices.insert_vertex(
        planar, v["at"], snap_m=snap_m
    ),
    "remove_vertex": lambda planar, v, snap_m: vertices.remove_vertex(
        planar, v["at"], snap_m=snap_m
    ),
    "straighten": lambda planar, v, _: vertices.straighten(
        planar, v["a"], v["b"], v["tolerance_m"]
    ),
    "adopt": lambda planar, v, _: adoption.adopt(
        planar, _polygons(v["polygons"]), v["retired"]
    ),
    "reparent": lambda _, __, ___: Change(),
    "set_figures": lambda _, __, ___: Change(),
}
"""How each operation is planned from its values."""
FIELDS: Final[dict[str, tuple[str, ...]]] = {
    "redraw_border": ("a", "b", "line"),
    "split": ("grid", "line", "new_id"),
    "carve": ("grid", "line", "new_id"),
    "merge": ("grids", "keep"),
    "transfer": ("a", "b", "line"),
    "move_vertex": ("old", "new"),
    "insert_vertex": ("at",),
    "remove_vertex": ("at",),
    "straighten": ("a", "b", "tolerance_m"),
    "adopt": ("polygons", "created", "retired"),
    "reparent": ("grid", "parent_id"),
    "set_figures": ("grid", "figures"),
}
"""The values that each operation has; all may have ``moves`` besides."""
_LINES: Final = {"line"}
_PLACES: Final = {"old", "new", "at"}
_ID_LISTS: Final = {"grids", "moves", "retired"}
_MAPPINGS: Final = {"figures", "created", "polygons"}


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation with its values, all of them as JSON has them.

    Attributes
    ----------
    name
        A key of `FIELDS`.
    values
        Ids, places as lists of lon and lat, metres.

    Examples
    --------
    >>> Operation.of("reparent", grid="G1", parent_id="C2").to_dict()
    {'do': 'reparent', 'grid': 'G1', 'parent_id': 'C2'}
    """

    name: str
    values: Mapping[str, Any]

    @classmethod
    def of(cls, name: str, **values: object) -> "Operation":
        """Return an operation from values as a caller has them.

        Raises
        ------
        EditError
            If there is no such operation, or a value is missing or too many.
        """
        if name not in FIELDS:
            raise EditError(
                "The operation {name!r} is unknown",
                remedy=sentence("use one of {value!r}", value=[*FIELDS]),
                name=name,
            )
        given_names, expected = {*values} - {"moves"}, {*FIELDS[name]}
        if given_names != expected:
            raise EditError(
                "The operation {name!r} has the values {given_names!r}",
                remedy=sentence("give {expected!r}", expected=sorted(expected)),
                name=name,
                given_names=sorted(given_names),
            )
        moves = values.pop("moves", ())
        plain = {key: _plain(name, key, value) for key, value in values.items()}
        if moves:
            plain["moves"] = _plain(name, "moves", moves)
        return cls(name, plain)

    @property
    def moves(self) -> tuple[str, ...]:
        """What of the frozen borders it may move."""
        return tuple(self.values.get("moves", ()))

    @property
    def created(self) -> Mapping[str, str]:
        """Id of each grid that it creates, and the grid that it comes out of."""
        if "new_id" in self.values:
            return {self.values["new_id"]: self.values["grid"]}
        created: Mapping[str, str] = self.values.get("created", {})
        return created

    def plan(self, planar: PlanarMap, snap_m: float) -> Change:
        """Return the arcs to drop and to add.

        Raises
        ------
        EditError
            As the operation says.
        """
        return PLANNERS[self.name](planar, self.values, snap_m)

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON-ready values."""
        return {"do": self.name, **self.values}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "Operation":
        """Return what `to_dict` was made of."""
        rest = {key: value for key, value in values.items() if key != "do"}
        return cls.of(str(values.get("do")), **rest)


def _plain(name: str, key: str, value: object) -> object:
    """Return a value as JSON has it, or refuse another kind of value."""
    if key in _LINES | _PLACES:
        return _places(value, 2 if key in _LINES else 1)
    if key in _ID_LISTS:
        if isinstance(value, Sequence) and all(isinstance(v, str) for v in value):
            return [*value]
    elif key == "tolerance_m":
        if isinstance(value, int | float) and not isinstance(value, bool):
            return value
    elif key in _MAPPINGS:
        if isinstance(value, Mapping) and all(isinstance(v, str) for v in value):
            return {
                k: _polygon(v) if key == "polygons" else v for k, v in value.items()
            }
    elif isinstance(value, str):
        return value
    raise EditError(
        "The operation {name!r} has {value!r} as {key!r}",
        remedy=sentence("give ids as texts, metres as a number and figures by column"),
        name=name,
        value=value,
        key=key,
    )


def _polygons(values: Mapping[str, Any]) -> dict[str, Polygon]:
    """Return polygons of GeoJSON."""
    return {grid: _drawn(value) for grid, value in values.items()}


def _drawn(value: object) -> Polygon:
    """Return the polygon of GeoJSON, or refuse it."""
    try:
        drawn = shapely.from_geojson(json.dumps(value))
    except (TypeError, ValueError, shapely.GEOSException):
        drawn = None
    if not isinstance(drawn, shapely.Polygon | shapely.MultiPolygon):
        raise EditError(
            "A polygon is {value!r}",
            remedy=sentence("give polygons as GeoJSON geometry"),
            value=str(value)[:60],
        )
    return drawn


def _polygon(value: object) -> dict[str, Any]:
    """Return a polygon as GeoJSON with lists at 9 decimals."""
    is_drawn = isinstance(value, shapely.Polygon | shapely.MultiPolygon)
    drawn: Polygon = value if is_drawn else _drawn(value)  # type: ignore[assignment]
    rounded = shapely.transform(drawn, lambda xy: np.round(xy, STORED_DECIMALS) + 0.0)
    plain: dict[str, Any] = json.loads(shapely.to_geojson(rounded))
    return plain


def _places(value: object, dimensions: int) -> list[Any]:
    """Return a place or a line as lists at 9 decimals."""
    if isinstance(value, shapely.Geometry):
        ring = value.exterior if isinstance(value, shapely.Polygon) else value
        value = shapely.get_coordinates(ring)
    try:
        xy = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise EditError(
            "A line or place has {value!r}",
            remedy=sentence("give lon and lat as numbers"),
            value=value,
        ) from error
    if xy.ndim != dimensions or xy.shape[-1] != 2:
        raise EditError(
            "A line or place has the shape {shape!r}",
            remedy=sentence(
                "give lon and lat of a place, or two and more such of a line"
            ),
            shape=xy.shape,
        )
    rounded: list[Any] = (np.round(xy, STORED_DECIMALS) + 0.0).tolist()
    return rounded
