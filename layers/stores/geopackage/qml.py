"""How QGIS draws a layer: its colours, patterns and Chinese names, as QML."""

import base64
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final
from xml.etree import ElementTree as ET

from layers.schema.layer import LayerSchema
from layers.stores.geopackage.listed import RATED
from layers.styles import HALO, LEVEL_STYLES, PAGE_COLOURS, SYMBOLS, LevelStyle
from layers.words.vocabulary import TIER_NAMES

QGIS: Final = "3.22.0"
"""The release whose QML is written; later ones read it."""
MM_IN_PIXEL: Final = 25.4 / 96
TILE_PX: Final = 10
_INK_OPACITY, _INK_PX = 0.24, 1.1
"""Of the pattern of a level, as pages draw it."""
_TILE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}" '
    'viewBox="0 0 {size} {size}"><path d="{pattern}" stroke="{ink}" '
    'stroke-opacity="{opacity}" stroke-width="{width}" stroke-linecap="round" '
    'fill="none"/></svg>'
)
_BOLD: Final = "75"
_THIN_MM, _PLAIN_MM = 0.2, 0.3
_WIDEST_TIER_MM, _TIER_STEP_MM = 1.4, 0.3


def style_of(name: str, schema: LayerSchema) -> str:
    """Return the QML of a layer: how it is drawn, and what its columns are called.

    Parameters
    ----------
    name
        Of the layer in the file.
    schema
        Its columns.

    Examples
    --------
    >>> from layers.stores.geopackage.listed import LISTED
    >>> qml = style_of("circles_now", LISTED["circles_now"])
    >>> qml.startswith("<!DOCTYPE qgis"), "圈编号" in qml
    (True, True)
    """
    categories = "Symbology|Labeling|Fields" if schema.geometry else "Fields"
    is_labelled = str(int(name == RATED))
    values = {"version": QGIS, "styleCategories": categories}
    root = ET.Element("qgis", values, labelsEnabled=is_labelled)
    if schema.geometry is not None:
        root.append(_DRAWN.get(name, _plain_grey)(schema))
    if name == RATED:
        root.append(_letters())
    aliases = ET.SubElement(root, "aliases")
    for number, field in enumerate(schema.fields, start=1):
        alias = {"index": str(number), "field": field.name, "name": field.zh}
        ET.SubElement(aliases, "alias", alias)
    head = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
    return head + ET.tostring(root, encoding="unicode")


def _letters() -> ET.Element:
    """Return labels that tell the levels without colours."""
    cases = " ".join(
        f"WHEN \"level\" = {style.level:d} THEN '{style.letter}'"
        for style in LEVEL_STYLES
        if style.level is not None
    )
    labeling = ET.Element("labeling", type="simple")
    settings = ET.SubElement(labeling, "settings")
    text = ET.SubElement(
        settings,
        "text-style",
        fieldName=f"CASE {cases} END",
        isExpression="1",
        fontSize="8",
        fontSizeUnit="Point",
        fontWeight=_BOLD,
        textColor=_rgba(PAGE_COLOURS["ink"]),
        textOpacity="1",
    )
    ET.SubElement(
        text,
        "text-buffer",
        bufferDraw="1",
        bufferSize="0.6",
        bufferSizeUnits="MM",
        bufferColor=_rgba(HALO),
        bufferOpacity="0.8",
    )
    ET.SubElement(settings, "placement", placement="1", polygonPlacementFlags="2")
    ET.SubElement(settings, "rendering", drawLabels="1", displayAll="1")
    return labeling


def _levels(schema: LayerSchema) -> ET.Element:
    """Return the five colours with their patterns, and "no data"."""
    styles = [style for style in LEVEL_STYLES if style.level is not None]
    none = [style for style in LEVEL_STYLES if style.level is None]
    # an empty value is every other one
    values = [f"{style.level:d}" for style in styles] + [""] * len(none)
    words = [f"{style.zh} {style.en}" for style in (*styles, *none)]
    symbols = [_level_symbol(style) for style in (*styles, *none)]
    return _categories("level", zip(values, words, symbols, strict=True))


def _level_symbol(style: LevelStyle) -> list[ET.Element]:
    layers = [_fill(style.colour, PAGE_COLOURS["border"], _PLAIN_MM)]
    if style.pattern:
        tile = _TILE.format(
            size=TILE_PX,
            pattern=style.pattern,
            ink=style.ink,
            opacity=_INK_OPACITY,
            width=_INK_PX,
        )
        layers.append(_tiled(tile))
    return layers


def _tiled(tile: str) -> ET.Element:
    """Return a fill of small images, without the outline that it has by itself."""
    image = base64.b64encode(tile.encode()).decode()
    size = f"{TILE_PX * MM_IN_PIXEL:.3f}"
    values = {"svgFile": f"base64:{image}", "width": size, "pattern_width_unit": "MM"}
    layer = _layer("SVGFill", values)
    layer.append(_symbol("line", "", [_layer("SimpleLine", {"line_style": "no"})]))
    return layer


def _tiers(schema: LayerSchema) -> ET.Element:
    """Return outlines of circles, the wider the higher the tier."""
    rows = [
        (
            str(tier),
            words.line,
            [
                _fill(
                    None,
                    PAGE_COLOURS["outline"],
                    max(_WIDEST_TIER_MM - _TIER_STEP_MM * tier, _THIN_MM),
                )
            ],
        )
        for tier, words in sorted(TIER_NAMES.items())
    ]
    other = [_fill(None, PAGE_COLOURS["outline"], _THIN_MM)]
    return _categories("tier", [*rows, ("", "", other)])


def _grids(schema: LayerSchema) -> ET.Element:
    return _single(
        "fill", [_fill(PAGE_COLOURS["paper"], PAGE_COLOURS["bar"], _PLAIN_MM)]
    )


def _dashed(schema: LayerSchema) -> ET.Element:
    line = _fill(None, PAGE_COLOURS["mark"], _PLAIN_MM, "dash")
    return _single("fill", [line])


def _plain_grey(schema: LayerSchema) -> ET.Element:
    """Return a plain look of an area or a point."""
    if schema.geometry == "point":
        return _marker("scene")(schema)
    return _single("fill", [_fill(None, PAGE_COLOURS["quiet"], _PLAIN_MM, "dot")])


def _marker(symbol: str) -> Callable[[LayerSchema], ET.Element]:
    """Return how points are drawn that look like a symbol of the map."""
    look = SYMBOLS[symbol]

    def draw(schema: LayerSchema) -> ET.Element:
        # as wide as its radius on the map: without a sign inside it can be small
        size = f"{look.radius * MM_IN_PIXEL:.2f}"
        values = {
            "name": look.shape,
            "color": _rgba(look.fill),
            "outline_color": _rgba(look.edge),
            "outline_width": f"{_THIN_MM}",
            "size": size,
            "size_unit": "MM",
        }
        return _single("marker", [_layer("SimpleMarker", values)])

    return draw


_DRAWN: Final[Mapping[str, Callable[[LayerSchema], ET.Element]]] = MappingProxyType(
    {
        RATED: _levels,
        "grids_now": _grids,
        "circles_now": _tiers,
        "communities_now": _dashed,
        "events_now": _marker("event"),
        "stations_now": _marker("station"),
        "departments_now": _marker("station"),
    }
)


def _categories(
    column: str, rows: Iterable[tuple[str, str, list[ET.Element]]]
) -> ET.Element:
    """Return a look by the values of a column."""
    renderer = ET.Element("renderer-v2", type="categorizedSymbol", attr=column)
    categories = ET.SubElement(renderer, "categories")
    symbols = ET.SubElement(renderer, "symbols")
    for number, (value, label, layers) in enumerate(rows):
        category = {"value": value, "label": label, "symbol": str(number)}
        kind = "long" if value else "string"
        ET.SubElement(categories, "category", category, type=kind, render="true")
        symbols.append(_symbol("fill", str(number), layers))
    return renderer


def _single(kind: str, layers: Sequence[ET.Element]) -> ET.Element:
    """Return one look of all rows."""
    renderer = ET.Element("renderer-v2", type="singleSymbol")
    ET.SubElement(renderer, "symbols").append(_symbol(kind, "0", layers))
    return renderer


def _symbol(kind: str, name: str, layers: Sequence[ET.Element]) -> ET.Element:
    symbol = ET.Element("symbol", type=kind, name=name, alpha="1")
    symbol.extend(layers)
    return symbol


def _fill(
    colour: str | None, line: str, width_mm: float, line_style: str = "solid"
) -> ET.Element:
    """Return a fill, none where it has no colour, with its outline."""
    return _layer(
        "SimpleFill",
        {
            "color": _rgba(colour or line),
            "style": "solid" if colour else "no",
            "outline_color": _rgba(line),
            "outline_style": line_style,
            "outline_width": f"{width_mm:.2f}",
            "outline_width_unit": "MM",
            "joinstyle": "round",
        },
    )


def _layer(kind: str, values: Mapping[str, str]) -> ET.Element:
    layer = ET.Element("layer", {"class": kind, "enabled": "1", "pass": "0"})
    options = ET.SubElement(layer, "Option", type="Map")
    for name, value in values.items():
        ET.SubElement(options, "Option", type="QString", name=name, value=value)
    return layer


def _rgba(colour: str) -> str:
    """Return a colour of HTML as QGIS writes it."""
    return ",".join(str(part) for part in (*bytes.fromhex(colour[1:]), 255))
