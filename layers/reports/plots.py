"""Plots of a report: a map in five colours, events by day, events by module."""

import io
import re
import threading
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

import geopandas as gpd
import matplotlib as mpl
import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from gis.models import RiskLevel
from layers.reports.fonts import font, printable
from layers.styles import PAGE_COLOURS, LevelStyle, level_style

Box: TypeAlias = tuple[float, float, float, float]
"""Left, bottom, width, height as parts of a figure."""
Draw: TypeAlias = Callable[[Figure, Box], None]
"""Draws into a box of a figure."""

MM: Final = 1 / 25.4
"""Inches of a millimetre."""
HATCHES: Final = {"R": "////", "O": "---", "Y": "..", "B": "|||", "G": "", "N": "xxx"}
"""Pattern of each level by its letter, as on the map page."""
BAR: Final = PAGE_COLOURS["bar"]
BAR_NOW: Final = PAGE_COLOURS["outline"]

# options of matplotlib are those of the process
_OPTIONS: Final = threading.Lock()
_LONG_NUMBER: Final = re.compile(r"(?<=\.\d\d)\d+")
_ID: Final = re.compile(r' id="[a-zA-Z]+[a-zA-Z0-9]*_\d+"')


def draw_map(
    ground: gpd.GeoDataFrame, outlines: Sequence[shapely.Geometry], size: float
) -> Draw:
    """Return what draws grids in their colours, patterns and letters.

    Parameters
    ----------
    ground
        Grids with level (0 no data) and geometry, in degrees.
    outlines
        Areas whose borders are drawn over them.
    size
        Points of the letters.
    """

    def draw(figure: Figure, box: Box) -> None:
        axes = _bare_axes(figure, box)
        for level, polygon in zip(ground["level"], ground.geometry, strict=True):
            style = level_style(RiskLevel(level) if level else None)
            _draw_grid(axes, style, polygon)
            _write_letter(axes, style, polygon, size)
        for outline in outlines:
            path = _path(shapely.boundary(outline))
            axes.add_artist(
                PathPatch(path, fill=False, ec=PAGE_COLOURS["outline"], lw=0.9)
            )
        _fit(axes, ground)

    return draw


def draw_days(counts: Sequence[int], labels: tuple[str, str], now: int) -> Draw:
    """Return what draws events by day as bars, the last `now` of them dark.

    Parameters
    ----------
    counts
        Events of each day.
    labels
        First and last day.
    now
        How many days the report is about.
    """

    def draw(figure: Figure, box: Box) -> None:
        axes = _bare_axes(figure, box)
        days = len(counts)
        top = max(1, *counts)
        colours = [BAR] * (days - now) + [BAR_NOW] * now
        axes.bar(np.arange(days), counts, width=0.8, color=colours)
        axes.set_xlim(-0.6, days - 0.4)
        axes.set_ylim(-0.2 * top, 1.2 * top)
        axes.plot([-0.6, days - 0.4], [0, 0], color=BAR, lw=0.6)
        peak = int(np.argmax(counts))
        _write(axes, (peak, 1.05 * top), str(counts[peak]), ha="center")
        _write(axes, (-0.6, -0.19 * top), labels[0], ha="left")
        _write(axes, (days - 0.4, -0.19 * top), labels[1], ha="right")

    return draw


def draw_modules(names: Sequence[str], counts: Sequence[int]) -> Draw:
    """Return what draws events by module as bars with names and numbers.

    Parameters
    ----------
    names
        Modules, the first on top.
    counts
        Their events.
    """

    def draw(figure: Figure, box: Box) -> None:
        axes = _bare_axes(figure, box)
        top = max(1, *counts)
        rows = -np.arange(len(counts))
        axes.barh(rows, counts, height=0.62, color=BAR_NOW)
        for row, name, count in zip(rows, names, counts, strict=True):
            _write(axes, (-0.05 * top, row - 0.22), name, ha="right")
            _write(axes, (count + 0.03 * top, row - 0.22), str(count), ha="left")
        axes.set_xlim(-0.62 * top, 1.3 * top)
        axes.set_ylim(-len(counts) + 0.4, 0.6)

    return draw


def side_by_side(parts: Sequence[tuple[float, Draw]]) -> Draw:
    """Return what draws several plots in one row.

    Parameters
    ----------
    parts
        Share of the width and plot of each, from the left.
    """

    def draw(figure: Figure, box: Box) -> None:
        left, bottom, width, height = box
        for share, part in parts:
            part(figure, (left, bottom, width * share, height))
            left += width * share

    return draw


def svg(draw: Draw, width_mm: float, height_mm: float) -> str:
    """Return a plot as an SVG element: same plot, same bytes.

    Text stays text, in a font of the reader; nothing in it can be told apart from
    another machine's or another day's.

    Parameters
    ----------
    draw
        The plot.
    width_mm, height_mm
        Its size on paper.
    """
    figure = Figure(figsize=(width_mm * MM, height_mm * MM))
    draw(figure, (0.0, 0.0, 1.0, 1.0))
    page = io.StringIO()
    nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    with (
        _OPTIONS,
        mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "pagoda"}),
    ):
        figure.savefig(page, format="svg", transparent=True, metadata=nothing)
    text = page.getvalue()
    # ids of groups repeat from plot to plot; those of patterns are digests
    text = _ID.sub("", text[text.index("<svg") :])
    return _LONG_NUMBER.sub("", text)


def _bare_axes(figure: Figure, box: Box) -> Axes:
    """Return axes without frame and ticks."""
    axes = figure.add_axes(box)
    axes.set_axis_off()
    return axes


def _draw_grid(axes: Axes, style: LevelStyle, polygon: shapely.Geometry) -> None:
    """Draw a grid in the colour and pattern of its level."""
    axes.add_artist(
        PathPatch(
            _path(polygon),
            facecolor=style.colour,
            edgecolor=PAGE_COLOURS["border"],
            linewidth=0.5,
            hatch=HATCHES[style.letter] or None,
            hatchcolor=_mixed(style.colour, style.ink),
            hatch_linewidth=0.5,
        )
    )


def _mixed(fill: str, ink: str) -> tuple[float, ...]:
    """Return a third of the ink on the fill; PDF knows no translucent pattern."""
    return tuple(np.array(to_rgb(fill)) * 2 / 3 + np.array(to_rgb(ink)) / 3)


def _write_letter(
    axes: Axes, style: LevelStyle, polygon: shapely.Geometry, size: float
) -> None:
    """Write the letter of the level into a grid, on plain ground."""
    point = shapely.point_on_surface(polygon)
    axes.text(
        point.x,
        point.y,
        style.letter,
        fontproperties=font("bold", size),
        color=style.ink,
        ha="center",
        va="center",
        bbox={"boxstyle": "square,pad=0.1", "fc": style.colour, "ec": "none"},
    )


def _path(shape: shapely.Geometry) -> Path:
    """Return the rings or lines of a geometry as one path."""
    parts = shapely.get_parts(shape)
    lines = [
        line
        for part in parts
        for line in (
            [part.exterior, *part.interiors]
            if isinstance(part, shapely.Polygon)
            else [part]
        )
    ]
    return Path.make_compound_path(
        *(Path(shapely.get_coordinates(line), closed=True) for line in lines)
    )


def _fit(axes: Axes, ground: gpd.GeoDataFrame) -> None:
    """Show all of the ground with a margin, north up, a metre as long either way."""
    min_x, min_y, max_x, max_y = ground.total_bounds
    free = 0.02 * max(max_x - min_x, max_y - min_y)
    axes.set_xlim(min_x - free, max_x + free)
    axes.set_ylim(min_y - free, max_y + free)
    axes.set_aspect(1 / np.cos(np.radians((min_y + max_y) / 2)))


def _write(axes: Axes, at: tuple[float, float], text: str, *, ha: str) -> None:
    """Write a small text on a plot."""
    axes.text(
        *at,
        printable(text, "regular"),
        fontproperties=font("regular", 6.5),
        color=PAGE_COLOURS["ink"],
        ha=ha,
        va="baseline",
        parse_math=False,
    )
