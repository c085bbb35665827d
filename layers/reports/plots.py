"""Plots of a report as SVG: a map in five colours, events by day, events by module."""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from gis.geodesy import metres_per_degree
from gis.models import RiskLevel
from layers.inert_text import escape_text
from layers.reports.fonts import FAMILIES
from layers.styles import LEVEL_STYLES, PAGE_COLOURS, LevelStyle, fill_id, level_style

POINT: Final = 0.3528
"""Millimetres of a point."""
TEXT: Final = 6.5 * POINT
"""Size of what is written on a plot."""
MARGIN: Final = 0.02
"""Part of the longer side of a map that is left free around it."""
PATTERN_TILE: Final = 2.2
"""Side of a tile of a pattern, millimetres; its path has 10 units."""
NAMES: Final = 0.3
"""Part of the width of bars by module that their names have."""
BAR: Final = PAGE_COLOURS["bar"]
BAR_NOW: Final = PAGE_COLOURS["outline"]
INK: Final = PAGE_COLOURS["ink"]
BORDER: Final = f'stroke="{PAGE_COLOURS["border"]}" stroke-width=".18"'
LETTER: Final = 0.3
"""Letters of a map are no larger than this part of the side of its middle grid."""


class Plot(NamedTuple):
    """A drawing.

    Attributes
    ----------
    body
        SVG elements, units are millimetres; text of data in it is escaped.
    width, height
        Its size on paper, millimetres.
    """

    body: str
    width: float
    height: float

    def svg(self, patterns: str = "") -> str:
        """Return it as an SVG element: same plot, same bytes.

        Parameters
        ----------
        patterns
            `PATTERNS`, where the drawing stands alone; a page has them once.

        Examples
        --------
        >>> Plot("", 40, 20).svg().startswith("<svg xmlns=")
        True
        """
        fonts = ",".join(f"'{family}'" for family in FAMILIES)
        return (
            '<svg xmlns="http://www.w3.org/2000/svg" '
            f'viewBox="0 0 {self.width:g} {self.height:g}" '
            f'font-family="{fonts},sans-serif" font-size="{TEXT:.3f}" fill="{INK}">'
            f"{patterns}{self.body}</svg>"
        )


def _pattern(style: LevelStyle) -> str:
    """Return the pattern of a level, which is drawn over its colour."""
    return (
        f'<pattern id="{fill_id(style)}" width="10" height="10" '
        f'patternUnits="userSpaceOnUse" patternTransform="scale({PATTERN_TILE / 10})">'
        f'<path d="{style.pattern}" fill="none" stroke="{style.ink}" '
        'stroke-width="1.2" stroke-opacity=".4" stroke-linecap="round"/></pattern>'
    )


_DRAWN: Final = [_pattern(style) for style in LEVEL_STYLES if style.pattern]
PATTERNS: Final = f"<defs>{''.join(_DRAWN)}</defs>"
"""What maps draw over grids, by level."""


def draw_map(
    ground: gpd.GeoDataFrame,
    outlines: Sequence[shapely.Geometry],
    room: tuple[float, float],
    size: float,
) -> Plot:
    """Return grids in their colours, patterns and letters, north up.

    Parameters
    ----------
    ground
        Grids with level (0 no data) and geometry, in degrees.
    outlines
        Areas whose borders are drawn over them.
    room
        Width and height that it fits in, millimetres; it is no larger than its ground.
    size
        Points of the letters, smaller where grids are small.
    """
    west, south, east, north = ground.total_bounds.tolist()
    along, up = metres_per_degree(np.array([(south + north) / 2]))[:, 0].tolist()
    wide, high = (east - west) * along, (north - south) * up
    free = MARGIN * max(wide, high)
    scale = min(room[0] / (wide + 2 * free), room[1] / (high + 2 * free))

    def place(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        x = (xy[:, 0] - west) * along + free
        y = (north - xy[:, 1]) * up + free
        placed: NDArray[np.float64] = np.column_stack([x, y]) * scale
        return placed

    shapes = shapely.transform(ground.geometry.to_numpy(), place)
    spots = shapely.get_coordinates(shapely.point_on_surface(shapes)).tolist()
    side = float(np.sqrt(np.median(shapely.area(shapes))))
    letter = min(size * POINT, LETTER * side)
    styles = [level_style(RiskLevel(n) if n else None) for n in ground["level"]]
    borders = shapely.boundary(shapely.transform([*outlines], place))
    body = [
        *map(_grid, styles, shapes),
        *(_line(border) for border in borders),
        *(_letter(*pair, letter) for pair in zip(styles, spots, strict=True)),
    ]
    margin = 2 * free
    return Plot("".join(body), (wide + margin) * scale, (high + margin) * scale)


def draw_days(
    counts: Sequence[int],
    labels: tuple[str, str],
    now: int,
    room: tuple[float, float],
) -> Plot:
    """Return events by day as bars, the last `now` of them dark.

    Parameters
    ----------
    counts
        Events of each day.
    labels
        First and last day.
    now
        How many days the report is about.
    room
        Width and height, millimetres.
    """
    width, height = room
    days, top = len(counts), max(1, *counts)
    step = width / days
    foot, free = height - 1.5 * TEXT, 1.4 * TEXT
    bars = []
    for day, count in enumerate(counts):
        tall = count / top * (foot - free)
        colour = BAR_NOW if day >= days - now else BAR
        bars.append(
            _bar(day * step + 0.1 * step, foot - tall, 0.8 * step, tall, colour)
        )
    peak = int(np.argmax(counts))
    middle = min(max((peak + 0.5) * step, 2 * TEXT), width - 2 * TEXT)
    body = [
        *bars,
        f'<path d="M0 {foot:.2f}H{width:g}" stroke="{BAR}" stroke-width=".2"/>',
        _text((middle, free - 0.3 * TEXT), f"{counts[peak]:,}", "middle"),
        _text((0, height - 0.3 * TEXT), labels[0], "start"),
        _text((width, height - 0.3 * TEXT), labels[1], "end"),
    ]
    return Plot("".join(body), width, height)


def draw_modules(
    names: Sequence[str], counts: Sequence[int], room: tuple[float, float]
) -> Plot:
    """Return events by module as bars with names and numbers.

    Parameters
    ----------
    names
        Modules, the first on top.
    counts
        Their events.
    room
        Width and height, millimetres.
    """
    width, height = room
    top, step, left = max(1, *counts), height / len(counts), NAMES * width
    longest = width - left - TEXT * (0.6 * len(f"{top:,}") + 1)
    body = []
    for row, (name, count) in enumerate(zip(names, counts, strict=True)):
        long, middle = count / top * longest, (row + 0.5) * step
        baseline = middle + 0.36 * TEXT
        body += [
            _bar(left, middle - 0.31 * step, long, 0.62 * step, BAR_NOW),
            _text((left - 0.5 * TEXT, baseline), name, "end"),
            _text((left + long + 0.4 * TEXT, baseline), f"{count:,}", "start"),
        ]
    return Plot("".join(body), width, height)


def _bar(x: float, y: float, width: float, height: float, colour: str) -> str:
    return (
        f'<rect x="{x:.2f}" y="{y:.2f}" width="{width:.2f}" height="{height:.2f}" '
        f'fill="{colour}"/>'
    )


def _grid(style: LevelStyle, shape: shapely.Geometry) -> str:
    """Return a grid in the colour and pattern of its level."""
    rings = (ring for part in shapely.get_parts(shape) for ring in _rings(part))
    steps = "".join(map(_steps, rings))
    plain = f'<path d="{steps}" fill-rule="evenodd" fill="{style.colour}" {BORDER}/>'
    if not style.pattern:
        return plain
    fill = f'fill="url(#{fill_id(style)})"'
    return f'{plain}<path d="{steps}" fill-rule="evenodd" {fill}/>'


def _rings(part: shapely.Geometry) -> Iterable[shapely.Geometry]:
    if isinstance(part, shapely.Polygon):
        yield from (part.exterior, *part.interiors)


def _line(border: shapely.Geometry) -> str:
    """Return the border of an area as a bold line."""
    steps = "".join(map(_steps, shapely.get_parts(border)))
    return f'<path d="{steps}" fill="none" stroke="{BAR_NOW}" stroke-width=".35"/>'


def _steps(line: shapely.Geometry) -> str:
    """Return a line as steps of a path, to a hundredth of a millimetre."""
    xy = shapely.get_coordinates(line).tolist()
    return "M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in xy)


def _letter(style: LevelStyle, spot: Sequence[float], size: float) -> str:
    """Return the letter of a level on plain ground."""
    x, y = spot
    ground = _bar(
        x - 0.55 * size, y - 0.55 * size, 1.1 * size, 1.1 * size, style.colour
    )
    return (
        f'{ground}<text x="{x:.2f}" y="{y + 0.36 * size:.2f}" text-anchor="middle" '
        f'font-size="{size:.2f}" font-weight="700" fill="{style.ink}">{style.letter}'
        "</text>"
    )


def _text(at: tuple[float, float], text: str, anchor: str) -> str:
    return (
        f'<text x="{at[0]:.2f}" y="{at[1]:.2f}" text-anchor="{anchor}">'
        f"{escape_text(text)}</text>"
    )
