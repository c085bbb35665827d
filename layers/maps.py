"""Five-colour folium maps: frames with levels in, one closed page out."""

import html
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from branca.element import Figure, MacroElement
from folium.template import Template

from gis.errors import CrsError, InvalidLayerError, MapError
from gis.models import RiskLevel
from gis.risk import MethodCard
from layers import offline
from layers.styles import (
    GRID_NAMES,
    LEVEL_STYLES,
    PAGE_COLOURS,
    LevelStyle,
    css_variables,
    fill_id,
    svg_patterns,
    tier_names,
)

DECIMALS = 6
"""Of drawn degrees: 0.1 m; the stored geometry keeps its own 9 decimals."""

Json = dict[str, object]
Nodes = Mapping[str, tuple[str, str | None]]  # circle id -> name, parent id


class RiskMap(folium.Map):
    """A folium map that shows itself in a notebook as its closed page."""

    def _repr_html_(self, **_: object) -> str:
        """Return an inner frame that needs no network."""
        inner = html.escape(offline.page(self))
        style = "width:100%;height:620px;border:0"
        return f'<iframe srcdoc="{inner}" style="{style}"></iframe>'


class _FiveColours(MacroElement):
    """Our own drawing on a folium map: fills, panel, code and its data."""

    _template = Template(
        """
        {% macro header(this, kwargs) %}
        <style>{{ this.css }}</style>
        {% endmacro %}
        {% macro html(this, kwargs) %}
        {{ this.patterns }}<aside class="pagoda-panel"></aside>
        {% endmacro %}
        {% macro script(this, kwargs) %}
        {{ this.code }}
        drawFiveColourMap({{ this._parent.get_name() }}, {{ this.model }});
        {% endmacro %}
        """
    )

    def __init__(self, model: Json) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # branca has no types
        self._name = "FiveColours"
        self.css = css_variables() + _browser_source("five_colour.css")
        self.code = _browser_source("five_colour.js")
        self.patterns = svg_patterns()
        self.model = _script_json(model)


def five_colour_map(
    grids: gpd.GeoDataFrame,
    circles: gpd.GeoDataFrame | None,
    *,
    title: str,
    method: MethodCard,
    grid_version: str | None = None,
    synthetic: bool = False,
) -> RiskMap:
    """Draw grids and circles in the five colours of their levels.

    No base map and no request: polygons on paper, each level by colour, pattern and
    letter, "no data" hatched; a switch between grids and tiers of circles, bold
    outlines of the tiers above, figures on hover and click, legend with counts, method
    card, dates. It prints on A3.

    Parameters
    ----------
    grids
        `grid_id`, `level` (1 green to 5 red; missing or 0 is no data), polygons in any
        CRS; shown where present: `name`, `score`, `events`, `accountable_post`,
        `parent_id` (for the chain).
    circles
        `circle_id`, `tier`, `level`, polygons; `name`, `parent_id` and the figures as
        above. None where there is no tree.
    title
        Head line.
    method
        How the levels came about, printed on the map.
    grid_version
        Version of the grid set; None is printed as not published.
    synthetic
        Print "SYNTHETIC DATA" on the map.

    Raises
    ------
    InvalidLayerError
        If a column or geometry is missing or a level is not one of the five.
    CrsError
        If a layer has no CRS.

    Examples
    --------
    >>> from shapely import box
    >>> from gis.risk import event_load_card
    >>> frame = {"grid_id": ["G1", "G2"], "level": [5, None]}
    >>> shapes = [box(120, 30, 120.1, 30.1), box(120.1, 30, 120.2, 30.1)]
    >>> grids = gpd.GeoDataFrame(frame, geometry=shapes, crs="EPSG:4326")
    >>> card = event_load_card("2026-09")
    >>> "No data" in offline.page(five_colour_map(grids, None, title="T", method=card))
    True
    """
    tiers = _tiers(grids, circles)
    bounds = grids.to_crs("EPSG:4326").total_bounds.round(DECIMALS)
    west, south, east, north = bounds.tolist()
    model = {
        "title": title,
        "grid_version": grid_version or "未发布 not published",
        "synthetic": synthetic,
        "method": asdict(method),
        "colours": {name: PAGE_COLOURS[name] for name in ("border", "outline")},
        "levels": {_key(style.level): _style(style) for style in LEVEL_STYLES},
        "legend": [_key(style.level) for style in LEVEL_STYLES],
        "bounds": [[south, west], [north, east]],
        "tiers": tiers,
    }
    centre = [(south + north) / 2, (west + east) / 2]
    # Leaflet takes the greatest zoom from the tiles, and there are none
    drawn = RiskMap(centre, tiles=None, zoom_snap=0, attribution_control=False)
    drawn.options["max_zoom"] = 19
    drawn.add_child(_FiveColours(model))
    drawn.add_to(Figure(title=offline.escape_text(title)))
    return drawn


def save_page(figure_map: folium.Map, path: Path | str) -> None:
    """Write a map as one page that opens with no network; folders are made.

    Raises
    ------
    MapError
        If the page cannot be closed or the file cannot be written.
    """
    target = Path(path)
    text = offline.page(figure_map)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise MapError(
            f"The map cannot be written to {target.name!r} ({error.strerror}), "
            "expected a file in a folder that can be written; name another one."
        ) from error


def _browser_source(name: str) -> str:
    """Read one of our own sources for the browser."""
    return (offline.BROWSER / name).read_text(encoding="utf-8")


def _script_json(value: Json) -> str:
    """Return JSON for a script; every string is escaped, none can be forgotten."""
    return json.dumps(
        _escaped(value), ensure_ascii=False, allow_nan=False, separators=(",", ":")
    )


def _escaped(value: object) -> object:
    """Escape the strings of a JSON value, however deep."""
    if isinstance(value, str):
        return offline.escape_text(value)
    if isinstance(value, Mapping):
        return {key: _escaped(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_escaped(item) for item in value]
    return value


def _key(level: RiskLevel | None) -> int:
    """Return a level as a number; 0 is no data."""
    return 0 if level is None else int(level)


def _style(style: LevelStyle) -> Json:
    """Return what the drawing needs of a level's style."""
    words = {"letter": style.letter, "zh": style.zh, "en": style.en}
    paint = {"colour": style.colour, "ink": style.ink, "fill": fill_id(style)}
    return {"level": _key(style.level), **words, **paint}


def _tiers(grids: gpd.GeoDataFrame, circles: gpd.GeoDataFrame | None) -> list[Json]:
    """Return the layers of the switch: grids, then circles up to the core."""
    if circles is None:
        return [_tier(GRID_NAMES, grids, "grid_id", {})]
    _require(circles, "circle_id", "tier")
    nodes = _nodes(circles)
    layers = [_tier(GRID_NAMES, grids, "grid_id", nodes)]
    for tier in sorted(set(circles["tier"]), reverse=True):
        frame = circles[circles["tier"] == tier]
        layers.append(_tier(tier_names(int(tier)), frame, "circle_id", nodes))
    return layers


def _nodes(circles: gpd.GeoDataFrame) -> Nodes:
    """Return the name and the parent of each circle."""
    ids = circles["circle_id"].astype(str).tolist()
    names, parents = _texts(circles, "name"), _texts(circles, "parent_id")
    rows = zip(ids, names, parents, strict=True)
    return {node: (name or node, parent) for node, name, parent in rows}


def _tier(
    names: tuple[str, str], frame: gpd.GeoDataFrame, id_column: str, nodes: Nodes
) -> Json:
    """Return one layer: its names, its features in id order, its counts per level."""
    _require(frame, id_column, "level")
    ids = frame[id_column].astype(str)
    ordered = frame.assign(**{id_column: ids}).sort_values(id_column, ignore_index=True)
    levels = _levels(ordered, id_column)
    columns = {
        "id": ordered[id_column].tolist(),
        "name": _texts(ordered, "name"),
        "level": levels,
        "score": _numbers(ordered, "score"),
        "events": _numbers(ordered, "events"),
        "accountable_post": _texts(ordered, "accountable_post"),
        "chain": [_chain(parent, nodes) for parent in _texts(ordered, "parent_id")],
        "label": _labels(ordered.geometry),
    }
    features = [
        {
            "type": "Feature",
            "properties": dict(zip(columns, facts, strict=True)),
            "geometry": json.loads(shape),
        }
        for *facts, shape in zip(
            *columns.values(), _drawn(ordered.geometry), strict=True
        )
    ]
    counts = np.bincount(levels, minlength=6).tolist()
    return {"zh": names[0], "en": names[1], "counts": counts, "features": features}


def _require(frame: gpd.GeoDataFrame, *columns: str) -> None:
    """Refuse a layer that cannot be drawn, with the reason."""
    lacking = [name for name in columns if name not in frame.columns]
    if lacking:
        raise InvalidLayerError(
            f"A layer of the map has no column {lacking[0]!r}, expected "
            f"{', '.join(columns)} and polygons; name its columns so."
        )
    if frame.crs is None:
        raise CrsError(
            f"The layer with column {columns[0]!r} has no CRS, expected one; set it "
            "with GeoDataFrame.set_crs."
        )
    absent = frame.geometry.isna() | frame.geometry.is_empty
    if len(frame) == 0 or absent.any():
        first = frame.loc[absent, columns[0]].astype(str).tolist()[:1]
        raise InvalidLayerError(
            f"A layer of the map has {len(frame)} rows and no polygon for {first!r}, "
            "expected a polygon in every row; mend the layer."
        )


def _levels(frame: gpd.GeoDataFrame, id_column: str) -> list[int]:
    """Return the level of each row, 0 where it has no data."""
    values = frame["level"].astype(object).where(frame["level"].notna(), 0).tolist()
    for area, value in zip(frame[id_column], values, strict=True):
        if value not in range(6):
            raise InvalidLayerError(
                f"Area {area!r} has level {value!r}, expected 1 (green) to 5 (red), or "
                "none for no data; classify its score first."
            )
    return [int(value) for value in values]


def _texts(frame: gpd.GeoDataFrame, column: str) -> list[str | None]:
    """Return a column as text, None where it or a value is missing."""
    if column not in frame.columns:
        return [None] * len(frame)
    absent = frame[column].isna()
    pairs = zip(frame[column], absent, strict=True)
    return [None if gone else str(value) for value, gone in pairs]


def _numbers(frame: gpd.GeoDataFrame, column: str) -> list[float | None]:
    """Return a column as numbers of 6 significant digits, None where not finite."""
    if column not in frame.columns:
        return [None] * len(frame)
    try:
        numbers = pd.to_numeric(frame[column]).astype(float).to_numpy(na_value=np.nan)
    except (TypeError, ValueError) as error:
        raise InvalidLayerError(
            f"Column {column!r} of a map layer holds text, expected numbers; convert "
            "it or leave it out."
        ) from error
    return [float(f"{n:.6g}") if np.isfinite(n) else None for n in numbers]


def _chain(parent: str | None, nodes: Nodes) -> str:
    """Return the circles above an area, nearest first; a cycle ends it."""
    names: dict[str, str] = {}
    while parent is not None and parent in nodes and parent not in names:
        name, above = nodes[parent]
        names[parent] = name
        parent = above
    return " › ".join(names.values())


def _labels(areas: gpd.GeoSeries) -> list[list[float]]:
    """Return lon, lat and radius of the largest circle inside each area.

    The radius is in metres of web mercator, which is what the screen shows.
    """
    mercator = areas.to_crs("EPSG:3857")
    # a fiftieth of its width places a letter well enough
    tolerance = np.sqrt(mercator.area.to_numpy()) / 50
    spokes = shapely.maximum_inscribed_circle(mercator.to_numpy(), tolerance)
    centres = gpd.GeoSeries(shapely.get_point(spokes, 0), crs="EPSG:3857")
    lonlat = centres.to_crs("EPSG:4326").get_coordinates().to_numpy()
    radii = shapely.length(spokes)
    return [
        [round(float(lon), DECIMALS), round(float(lat), DECIMALS), round(float(r))]
        for (lon, lat), r in zip(lonlat, radii, strict=True)
    ]


def _drawn(areas: gpd.GeoSeries) -> list[str]:
    """Return each area as GeoJSON geometry in lon, lat at `DECIMALS`."""
    lonlat = shapely.force_2d(areas.to_crs("EPSG:4326").to_numpy())
    rounded = shapely.transform(lonlat, lambda xy: np.round(xy, DECIMALS))
    return [str(text) for text in shapely.to_geojson(rounded)]
