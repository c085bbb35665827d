"""Five-colour folium maps: frames with levels in, one closed page out."""

import html
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
from branca.element import Figure, MacroElement
from folium.template import Template

from gis.errors import MapError
from gis.models import RiskLevel, SafetyCode
from gis.os_reasons import os_reason
from gis.risk import MethodCard
from layers import inert_text
from layers.languages import page_language
from layers.maps import offline
from layers.maps.areas import (
    area_figures,
    area_layers,
    circle_nodes,
    tier_models,
)
from layers.maps.base_map import BaseMap
from layers.maps.browser_modules import one_piece
from layers.maps.captions import card_rows
from layers.maps.details import Details
from layers.maps.packing import DECIMALS, Json, said, script_json
from layers.maps.points import point_layers
from layers.styles import (
    CODE_STYLES,
    HALO,
    LEVEL_STYLES,
    PAGE_COLOURS,
    SCENE_STYLES,
    SYMBOLS,
    LevelStyle,
    css_variables,
    fill_id,
)
from layers.words import Words
from layers.words.rating import DATA_DATE, left_out_rows
from layers.words.vocabulary import NOT_PUBLISHED

ENTRY = "five_colour"
"""The module in `layers/browser` that exports `drawFiveColourMap`."""

OVER_BASE_MAP = 0.62
"""Opacity of areas, so that the pictures under them can be read."""


class RiskMap(folium.Map):
    """A folium map that shows itself in a notebook as its closed page.

    Attributes
    ----------
    image_sources
        From where the page may load pictures; empty asks for nothing.
    """

    image_sources: str = ""

    def _repr_html_(self, **_: object) -> str:
        """Return an inner frame that needs no network, as its user speaks."""
        inner = html.escape(offline.page(self, page_language()))
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
        <aside class="pagoda-panel"></aside>
        {% endmacro %}
        {% macro script(this, kwargs) %}
        (() => {
        "use strict";
        {{ this.code }}
        drawFiveColourMap({{ this._parent.get_name() }}, {{ this.model }});
        })();
        {% endmacro %}
        """
    )

    def __init__(self, model: Json) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # branca has no types
        self._name = "FiveColours"
        styles = offline.browser_file(offline.BROWSER / f"{ENTRY}.css")
        self.css = css_variables() + styles.decode()
        self.code = one_piece(ENTRY)
        self.model = script_json(model)


def five_colour_map(
    grids: gpd.GeoDataFrame,
    circles: gpd.GeoDataFrame | None,
    *,
    title: str | Words,
    method: MethodCard,
    synthetic: bool = False,
    details: Details | None = None,
) -> RiskMap:
    """Draw grids, circles and communities in the five colours of their levels.

    Without a base map the page makes no request: polygons on paper, each level by
    colour, pattern and letter, "no data" hatched; a switch between the tiers, bold
    outlines of the tiers above; a legend with counts, a slider over past days; places,
    events, posts and stations on a canvas; search; figures on hover and click; method
    card, dates, what is missing. It prints on A3.

    Parameters
    ----------
    grids, circles, title, method, synthetic, details
        As `map_model` takes them.

    Raises
    ------
    InvalidLayerError
        If a column is missing, no area of a layer has a polygon, or a level or code is
        not one of its scale.
    CrsError
        If a layer has no CRS.

    Examples
    --------
    >>> from shapely import box
    >>> frame = {"grid_id": ["G1", "G2"], "level": [5, None]}
    >>> shapes = [box(120, 30, 120.1, 30.1), box(120.1, 30, 120.2, 30.1)]
    >>> grids = gpd.GeoDataFrame(frame, geometry=shapes, crs="EPSG:4326")
    >>> breaks = (1, 2, 5, 9)
    >>> card = MethodCard("Load", "负荷", "n / km2", "events", breaks, "1", "2026", "")
    >>> "No data" in offline.page(five_colour_map(grids, None, title="T", method=card))
    True
    """
    model = map_model(
        grids, circles, title=title, method=method, synthetic=synthetic, details=details
    )
    heading = title.line if isinstance(title, Words) else title
    return _folium_map(heading, model, details.base_map if details else None)


def map_model(
    grids: gpd.GeoDataFrame,
    circles: gpd.GeoDataFrame | None,
    *,
    title: str | Words,
    method: MethodCard,
    synthetic: bool = False,
    details: Details | None = None,
) -> Json:
    """Return all that the browser draws of a map, as it is written in JSON.

    Texts are plain, but control and direction marks in them are visible. Colours,
    patterns and words of levels and codes are among it.

    Parameters
    ----------
    grids
        `grid_id`, `level` (1 green to 5 red; missing or 0 is no data), polygons in any
        CRS; shown where present: `name`, `score`, `events`, `base` (what the score is
        counted against), `accountable_post`, `parent_id` (for the chain), `drivers` and
        `changes` (lists of texts: what drives the level, what changed since the last
        date).
    circles
        `circle_id`, `tier`, `level`, polygons; `name`, `parent_id` and the figures as
        above. None where there is no tree.
    title
        Head line.
    method
        How the levels came about, printed on the map.
    synthetic
        Print "SYNTHETIC DATA" on the map.
    details
        What lies over the areas, and the imprint.

    Raises
    ------
    InvalidLayerError
        If a column is missing, no area of a layer has a polygon, or a level or code is
        not one of its scale.
    CrsError
        If a layer has no CRS.

    Examples
    --------
    >>> from shapely import box
    >>> frame = {"grid_id": ["G1"], "level": [5], "geometry": [box(120, 30, 121, 31)]}
    >>> grids = gpd.GeoDataFrame(frame, crs="EPSG:4326")
    >>> breaks = (1, 2, 5, 9)
    >>> card = MethodCard("Load", "负荷", "n / km2", "events", breaks, "1", "2026", "")
    >>> model = map_model(grids, None, title="T", method=card)
    >>> model["title"], model["bounds"]
    (['T', ''], [[30.0, 120.0], [31.0, 121.0]])
    """
    details = details or Details()
    imprint = {
        "title": said(title),
        "subject": [method.title_zh, method.title],
        "dates": [
            (*words.both, days)
            for words, days in details.dates or [(DATA_DATE, method.data_date)]
            if days
        ],
        "unit": [method.unit_zh, method.unit],
        "score_name": _both(details.score_name),
        "base_name": _both(details.base_name),
        "card": card_rows(method),
        "boundary_version": said(
            details.grid_version or method.boundary_version or NOT_PUBLISHED
        ),
        "review_number": details.review_number,
        "attribution": details.attribution,
        "synthetic": synthetic,
        "base_map": _tiles(details.base_map),
    }
    content = _content(grids, circles, details, method.breaks)
    model = imprint | _looks(details.base_map) | content
    return {name: _plain(value) for name, value in model.items()}


def one_area(areas: gpd.GeoDataFrame) -> Json:
    """Return what `map_model` has of the first of some areas beside its outline.

    Parameters
    ----------
    areas
        As it takes them.

    Examples
    --------
    >>> frame = gpd.GeoDataFrame({"level": [4], "score": [1.5], "drivers": [["fire"]]})
    >>> {name: value for name, value in one_area(frame).items() if value}
    {'level': 4, 'scores': 1.5, 'drivers': [['fire', '']]}
    """
    first = areas.iloc[:1]
    columns = {name: rows and rows[0] for name, rows in area_figures(first).items()}
    level = first["level"].iloc[0]
    facts = {"level": 0 if pd.isna(level) else int(level), **columns}
    return {name: _plain(value) for name, value in facts.items()}


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
            "The map cannot be written to {name!r} ({strerror}), expected a file in a "
            "folder that can be written; name another one.",
            name=target.name,
            strerror=os_reason(error),
        ) from error


def _content(
    grids: gpd.GeoDataFrame,
    circles: gpd.GeoDataFrame | None,
    details: Details,
    breaks: tuple[float, ...],
) -> Json:
    """Return areas, points, days and gaps."""
    gaps = Counter(details.gaps)
    layers = area_layers(grids, circles, details, gaps)
    arcs, tiers = tier_models(layers, circle_nodes(circles), details.history)
    areas = {area for layer in layers for area in layer.ids}
    points = point_layers(details, areas, gaps)
    bounds = np.array([layer.frame.total_bounds for layer in layers])
    west, south = bounds[:, :2].min(axis=0).round(DECIMALS).tolist()
    east, north = bounds[:, 2:].max(axis=0).round(DECIMALS).tolist()
    return {
        "decimals": DECIMALS,
        "bounds": [[south, west], [north, east]],
        "days": _days(details.history),
        "gaps": left_out_rows(gaps),
        "arcs": arcs,
        "tiers": [
            tier | {"breaks": details.tier_breaks.get(layer.circle_tier or 0, breaks)}
            for layer, tier in zip(layers, tiers, strict=True)
        ],
        "points": points,
    }


def _both(words: Words | None) -> tuple[str, str] | None:
    """Return a text in both languages."""
    return None if words is None else words.both


def _days(history: pd.DataFrame | None) -> list[str]:
    """Return the days of a history as ISO texts."""
    if history is None:
        return []
    return pd.to_datetime(history.columns).strftime("%Y-%m-%d").tolist()


def _looks(base_map: BaseMap | None) -> Json:
    """Return colours, patterns and symbols."""
    codes = [None, *SafetyCode]
    scenes = [
        dict(zip(("sign", "zh", "en"), s, strict=True)) for s in SCENE_STYLES.values()
    ]
    symbols = {name: asdict(style) for name, style in SYMBOLS.items()}
    return {
        "colours": {name: PAGE_COLOURS[name] for name in ("border", "outline")},
        "opacity": 1 if base_map is None else OVER_BASE_MAP,
        "levels": {str(_key(style.level)): _style(style) for style in LEVEL_STYLES},
        "legend": [_key(style.level) for style in LEVEL_STYLES],
        "symbols": symbols
        | {
            "halo": HALO,
            "codes": [asdict(CODE_STYLES[c]) | {"code": int(c or 0)} for c in codes],
            "scenes": scenes,
        },
    }


def _tiles(base_map: BaseMap | None) -> Json | None:
    """Return what the browser needs of a base map."""
    if base_map is None:
        return None
    tiles = asdict(base_map)
    del tiles["source"]
    return tiles


def _folium_map(title: str, model: Json, base_map: BaseMap | None) -> RiskMap:
    """Return an empty folium map with our drawing on it."""
    # Leaflet takes the greatest zoom from the tiles, and there are none
    drawn = RiskMap(tiles=None, zoom_snap=0, attribution_control=False, keyboard=False)
    drawn.options["max_zoom"] = 19
    if base_map:
        drawn.image_sources = base_map.source
    drawn.add_child(_FiveColours(model))
    drawn.add_to(Figure(title=inert_text.escape_text(title)))
    return drawn


def _plain(value: object) -> object:
    """Return a value as JSON has it, with every mark of its strings visible."""
    if isinstance(value, str):
        return inert_text.visible_text(value)
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def _key(level: RiskLevel | None) -> int:
    """Return a level as a number; 0 is no data."""
    return 0 if level is None else int(level)


def _style(style: LevelStyle) -> Json:
    """Return what the drawing needs of a level's style."""
    words = {"letter": style.letter, "sign": style.sign, "zh": style.zh, "en": style.en}
    paint = {"colour": style.colour, "ink": style.ink, "pattern": style.pattern}
    return {"level": _key(style.level), "fill": fill_id(style), **words, **paint}
