"""The map of a change as SVG: borders before and after, ground that changes hands."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from gis.editing.moved_ground import MovedGround
from gis.geodesy import metres_per_degree
from layers.inert_text import escape_text
from layers.styles import HALO, PAGE_COLOURS, RECEIVER_FILLS

WIDTH, HEIGHT = 1400.0, 820.0
MARGIN: Final = 0.08
"""Part of the size of the changed ground that is shown around it."""
SAME: Final = 0.4
"""Borders so near to each other on the drawing are the same one: a node that a split
puts into a border moves it by less than the coordinates tell."""
LETTER, LEAST_LETTER = 15.0, 9.0
"""Sizes of labels; a label that its ground has no room for is written smaller."""
ADVANCE: Final = 0.62
"""Mean width of a character, in sizes of its font."""
_FONT: Final = "'Noto Sans CJK SC','PingFang SC','Microsoft YaHei',sans-serif"


@dataclass(frozen=True, slots=True)
class Frame:
    """Where degrees stand on the drawing: lon scaled by the cosine of the latitude.

    Attributes
    ----------
    west, north
        Degrees of the upper left corner.
    scale
        Drawing units a degree of lon and of lat.
    metres
        Metres of one drawing unit.
    """

    west: float
    north: float
    scale: tuple[float, float]
    metres: float

    @classmethod
    def around(cls, bounds: Sequence[float]) -> "Frame":
        """Return the frame that shows some degrees whole, in the middle."""
        west, south, east, north = bounds
        lat = (south + north) / 2
        along, up = metres_per_degree(np.array([lat]))[:, 0].tolist()
        wide, high = (east - west) * along, (north - south) * up
        around = 2 * MARGIN * max(wide, high)
        metres = max((wide + around) / WIDTH, (high + around) / HEIGHT)
        return cls(
            (west + east) / 2 - metres * WIDTH / along / 2,
            lat + metres * HEIGHT / up / 2,
            (along / metres, up / metres),
            metres,
        )

    def place(self, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return degrees as places on the drawing, shape (n, 2)."""
        placed: NDArray[np.float64] = (xy - (self.west, self.north)) * (
            self.scale[0],
            -self.scale[1],
        )
        return placed


class Label(NamedTuple):
    """Lines of text in the middle of some ground."""

    lines: tuple[str, ...]
    ground: shapely.Geometry


def handover_map(
    before: gpd.GeoDataFrame,
    after: gpd.GeoDataFrame,
    changed: Sequence[str],
    ground: Sequence[MovedGround],
) -> str:
    """Return the map of a change as an SVG element: same change, same bytes.

    Borders that go are dashed, borders that come are thick, ground that changes hands
    is filled in the colour of its receiver and says from whom it comes. North is up.

    Parameters
    ----------
    before, after
        All grids, with grid_id, in degrees.
    changed
        Ids of those that differ.
    ground
        What goes from grid to grid.
    """
    names = {*changed}
    old = before[before["grid_id"].isin(names)]
    new = after[after["grid_id"].isin(names)]
    bounds = shapely.total_bounds([*old.geometry, *new.geometry]).tolist()
    frame = Frame.around(bounds)
    view = shapely.box(0, 0, WIDTH, HEIGHT)
    placed = {
        str(grid): _placed(frame, shape)
        for grid, shape in zip(after["grid_id"], after.geometry, strict=True)
    }
    visible = {g: p for g, p in placed.items() if shapely.intersects(p, view)}
    fills = receiver_fills(ground)
    pieces = [(m, _placed(frame, m.geometry)) for m in ground]
    old_lines = shapely.union_all(
        shapely.boundary([_placed(frame, p) for p in old.geometry])
    )
    new_lines = shapely.union_all(
        shapely.boundary([placed[str(g)] for g in new["grid_id"]])
    )
    ink, mark = PAGE_COLOURS["ink"], PAGE_COLOURS["mark"]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {HEIGHT:g}">',
        f'<rect width="{WIDTH:g}" height="{HEIGHT:g}" fill="{PAGE_COLOURS["card"]}"/>',
        *(
            _path(
                p, f'fill="{_ground_fill(g in names)}" stroke="{PAGE_COLOURS["bar"]}"'
            )
            for g, p in visible.items()
        ),
        *(_path(p, f'class="ground" fill="{fills[m.to_id]}"') for m, p in pieces),
        _path(new_lines, f'fill="none" stroke="{ink}" stroke-width="1.6"'),
        _path(
            shapely.difference(new_lines, shapely.buffer(old_lines, SAME)),
            f'class="after" fill="none" stroke="{ink}" stroke-width="3.2"',
        ),
        _path(
            shapely.difference(old_lines, shapely.buffer(new_lines, SAME)),
            f'class="before" fill="none" stroke="{mark}" stroke-width="2.6" '
            'stroke-dasharray="9 6"',
        ),
        *_labels(visible, pieces, view, names),
        _scale_bar(frame),
        _north(),
        "</svg>",
    ]
    return "".join(parts)


def receiver_fills(ground: Sequence[MovedGround]) -> dict[str, str]:
    """Return the colour of each grid that gets ground, in code order.

    Parameters
    ----------
    ground
        What goes from grid to grid.
    """
    receivers = sorted({piece.to_id for piece in ground})
    return {
        grid: RECEIVER_FILLS[number % len(RECEIVER_FILLS)]
        for number, grid in enumerate(receivers)
    }


def _ground_fill(is_changed: bool) -> str:
    return PAGE_COLOURS["card"] if is_changed else PAGE_COLOURS["paper"]


def _placed(frame: Frame, shape: shapely.Geometry) -> shapely.Geometry:
    return shapely.transform(shape, frame.place)


def _path(shape: shapely.Geometry, style: str) -> str:
    """Return rings or lines as a path; nothing for an empty one."""
    drawn = "".join(_steps(line) for line in _lines(shape))
    return f'<path d="{drawn}" fill-rule="evenodd" {style}/>' if drawn else ""


def _lines(shape: shapely.Geometry) -> Iterator[shapely.Geometry]:
    for part in shapely.get_parts(shape):
        if isinstance(part, shapely.Polygon):
            yield from (part.exterior, *part.interiors)
        elif isinstance(part, shapely.LineString) and not part.is_empty:
            yield part


def _steps(line: shapely.Geometry) -> str:
    """Return a line as steps of a path, to a tenth of a unit."""
    xy = shapely.get_coordinates(line)
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in xy.tolist())


def _labels(
    visible: dict[str, shapely.Geometry],
    pieces: Sequence[tuple[MovedGround, shapely.Geometry]],
    view: shapely.Geometry,
    changed: set[str],
) -> Iterator[str]:
    """Yield the ids of grids, and from whom ground comes.

    A grid that changes has its id on the ground that it kept, where there is some.
    """
    for grid, shape in visible.items():
        got = [p for m, p in pieces if m.to_id == grid]
        rest = shapely.difference(shape, shapely.union_all(got)) if got else shape
        ground = shapely.intersection(rest, view)
        if shapely.area(ground) > 1.0:
            label = Label((grid,), ground)
            is_changed = grid in changed
            if is_changed or _spot(label).room >= LEAST_LETTER:
                yield _label(label, "ink" if is_changed else "quiet")
    for piece, shape in pieces:
        yield _label(Label((piece.to_id, f"← {piece.from_id}"), shape), "mark")


class Spot(NamedTuple):
    """Middle of the widest line across some ground, and the letters it has room for."""

    x: float
    y: float
    room: float


def _spot(label: Label) -> Spot:
    """Return where a label stands: level with where its ground is roundest."""
    parts = [
        p for p in shapely.get_parts(label.ground) if isinstance(p, shapely.Polygon)
    ]
    widest = max(parts, key=shapely.area)
    circle = shapely.maximum_inscribed_circle(widest, tolerance=2.0)
    x, y = shapely.get_coordinates(circle)[0].tolist()
    level = shapely.LineString([(x - 2 * WIDTH, y), (x + 2 * WIDTH, y)])
    chords = shapely.get_parts(shapely.intersection(level, widest))
    west, _, east, _ = shapely.bounds(
        min(chords, key=lambda chord: shapely.distance(chord, shapely.Point(x, y)))
    ).tolist()
    longest = max(map(len, label.lines))
    return Spot((west + east) / 2, y, 0.9 * (east - west) / (longest * ADVANCE))


def _label(label: Label, colour: str) -> str:
    """Return lines of text on their ground, as large as there is room."""
    x, y, room = _spot(label)
    size = min(LETTER, max(LEAST_LETTER, room))
    top = y + size * (0.36 - 0.6 * (len(label.lines) - 1))
    weight = "" if colour == "quiet" else ' font-weight="700"'
    lines = "".join(
        f'<tspan x="{x:.1f}" y="{top + 1.2 * size * row:.1f}">{escape_text(text)}'
        "</tspan>"
        for row, text in enumerate(label.lines)
    )
    return (
        f'<text text-anchor="middle" font-size="{size:.1f}" font-family="{_FONT}"'
        f'{weight} fill="{PAGE_COLOURS[colour]}" stroke="{HALO}" stroke-width="3" '
        f'paint-order="stroke">{lines}</text>'
    )


def _scale_bar(frame: Frame) -> str:
    """Return a bar of a round number of metres."""
    most = frame.metres * WIDTH / 5
    step = 10.0 ** math.floor(math.log10(most))
    metres = max(n * step for n in (1, 2, 5) if n * step <= most)
    length, y = metres / frame.metres, HEIGHT - 26
    text = f"{metres / 1000:g} km" if metres >= 1000 else f"{metres:g} m"
    ink = PAGE_COLOURS["ink"]
    return (
        f'<g class="scale"><rect x="16" y="{y - 26:g}" width="{length + 28:.1f}" '
        f'height="40" fill="{PAGE_COLOURS["card"]}" fill-opacity=".85"/>'
        f'<path d="M30 {y - 6:g}V{y:g}H{30 + length:.1f}V{y - 6:g}" fill="none" '
        f'stroke="{ink}" stroke-width="2"/><text x="{30 + length / 2:.1f}" '
        f'y="{y - 9:g}" text-anchor="middle" font-size="13" font-family="{_FONT}" '
        f'fill="{ink}">{text}</text></g>'
    )


def _north() -> str:
    ink, x = PAGE_COLOURS["ink"], WIDTH - 34
    return (
        f'<g class="north"><path d="M{x:g} 16L{x + 9:g} 44L{x:g} 38L{x - 9:g} 44Z" '
        f'fill="{ink}"/><text x="{x:g}" y="62" text-anchor="middle" font-size="14" '
        f'font-family="{_FONT}" fill="{ink}">北 N</text></g>'
    )
