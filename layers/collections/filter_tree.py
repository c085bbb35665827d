"""A filter as a tree: what CQL2 says, whether in text or in JSON."""

import datetime as dt
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

import shapely
import shapely.geometry
from shapely.geometry.base import BaseGeometry

MOST_CHARACTERS: Final = 4_096
MOST_LEVELS: Final = 32
"""Conditions or parentheses within each other."""
INTERVAL: Final = "interval"
"""Name of the operation that makes a time of two ends."""
OPEN_END: Final = ".."
"""An end of an interval that is not bounded."""
_EXACT: Final = 2**53
_PARTS: Final = {
    "Point": 0,
    "LineString": 1,
    "MultiPoint": 1,
    "Polygon": 2,
    "MultiLineString": 2,
    "MultiPolygon": 3,
}
"""Levels of lists around the positions of a geometry, by its type."""

Place: TypeAlias = int | str
"""Character of a text, the first is 1, or pointer to a member of JSON."""
Value: TypeAlias = str | int | float | bool | dt.date
Shapes: TypeAlias = Literal[
    "Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon"
]


class FilterError(ValueError):
    """A filter is not CQL2, or asks for what cannot be.

    Parameters
    ----------
    place
        Where.
    rule, rule_zh
        What stands there, what was expected or what to do.

    Examples
    --------
    >>> str(FilterError(3, "'?' cannot stand there, expected a name", "不应为 ?"))
    "The filter is wrong at character 3: '?' cannot stand there, expected a name."
    """

    def __init__(self, place: Place, rule: str, rule_zh: str) -> None:
        is_text = isinstance(place, int)
        where = f"character {place}" if is_text else f"member {place or '/'}"
        where_zh = f"第 {place} 个字符" if is_text else f" {place or '/'} "
        super().__init__(f"The filter is wrong at {where}: {rule}.")
        self.place = place
        self.text_zh = f"筛选条件{where_zh}处有误：{rule_zh}。"


@dataclass(frozen=True, slots=True)
class Property:
    """A property of an item, by its name."""

    name: str
    place: Place = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Constant:
    """A text, number, flag, day or moment."""

    value: Value
    place: Place = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Shape:
    """A geometry, in the order of axes in which it was written."""

    geometry: BaseGeometry
    is_box: bool = False
    place: Place = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """An operation on others, by its name in CQL2 JSON.

    The list of ``in`` stands among its arguments, after what is looked for.

    Raises
    ------
    FilterError
        If it is more than `MOST_LEVELS` deep.

    Examples
    --------
    >>> both = Call("and", (Constant(True), Constant(False)))
    >>> Call("not", (both,)).levels
    2
    """

    op: str
    args: tuple["Node", ...]
    place: Place = field(default=1, compare=False)
    levels: int = field(init=False, compare=False)

    def __post_init__(self) -> None:
        levels = 1 + max(
            (item.levels for item in self.args if isinstance(item, Call)), default=0
        )
        if levels > MOST_LEVELS:
            raise too_deep(self.place)
        object.__setattr__(self, "levels", levels)


Node: TypeAlias = Property | Constant | Shape | Call


def too_deep(place: Place) -> FilterError:
    """Return the refusal of a filter of too many levels."""
    return FilterError(
        place,
        f"it is more than {MOST_LEVELS} levels deep, expected at most those; join "
        "conditions without parentheses",
        f"嵌套超过 {MOST_LEVELS} 层，请减少括号或嵌套",
    )


def refuse_long(text: str) -> None:
    """Refuse a filter of too many characters.

    Raises
    ------
    FilterError
        Where the first character too many stands.
    """
    if len(text) > MOST_CHARACTERS:
        raise FilterError(
            MOST_CHARACTERS + 1,
            f"it has {len(text)} characters, expected at most {MOST_CHARACTERS}; ask "
            "for less",
            f"共 {len(text)} 个字符，最多 {MOST_CHARACTERS} 个，请缩短",
        )


def join(op: str, args: Iterable[Node], place: Place) -> Call:
    """Return conditions under one ``and`` or ``or``, those of the same kind flat.

    Examples
    --------
    >>> inner = join("or", [Constant(True), Constant(False)], 1)
    >>> len(join("or", [inner, Constant(True)], 1).args)
    3
    """
    flat: list[Node] = []
    for item in args:
        is_same = isinstance(item, Call) and item.op == op
        flat += item.args if is_same and isinstance(item, Call) else [item]
    return Call(op, tuple(flat), place)


def number_of(number: float, place: Place) -> Constant:
    """Return a number: whole where it is written whole and exact as such.

    Raises
    ------
    FilterError
        If it is not finite.

    Examples
    --------
    >>> number_of(3, 1).value, number_of(1e3, 1).value, number_of(10**40, 1).value
    (3, 1000.0, 1e+40)
    """
    if isinstance(number, int) and abs(number) <= _EXACT:
        return Constant(number, place)
    try:
        value = float(number)
    except OverflowError:
        value = math.inf
    if not math.isfinite(value):
        raise FilterError(
            place,
            "a number is too large, expected a finite one",
            "数值过大，应为有限数值",
        )
    return Constant(value, place)


def day_of(text: str, place: Place) -> Constant:
    """Return a day as RFC 3339 writes it.

    Raises
    ------
    FilterError
        If it is none.
    """
    return _time_of(text, place, _read_day, ("day", "日期", "2026-09-01"))


def moment_of(text: str, place: Place) -> Constant:
    """Return a moment of UTC as RFC 3339 writes it.

    Raises
    ------
    FilterError
        If it is none.
    """
    words = "moment of UTC", " UTC 时刻", "2026-09-01T08:15:00Z"
    return _time_of(text, place, _read_moment, words)


def end_of(text: str, place: Place) -> Constant:
    """Return an end of an interval: a day, a moment, or ``..`` for an open end.

    Raises
    ------
    FilterError
        If it is none.

    Examples
    --------
    >>> end_of("..", 1).value, str(end_of("2026-09-01", 1).value)
    ('..', '2026-09-01')
    """
    if text == OPEN_END:
        return Constant(text, place)
    return moment_of(text, place) if "T" in text else day_of(text, place)


def interval_of(start: Node, end: Node, place: Place) -> Call:
    """Return the time from a day or moment to another, both in it.

    Raises
    ------
    FilterError
        If it ends before it begins.

    Examples
    --------
    >>> interval_of(end_of("..", 1), Property("closed_at"), 1).op
    'interval'
    """
    first, last = (
        item.value if isinstance(item, Constant) else None for item in (start, end)
    )
    # of two kinds `check_filter` says so
    if type(first) is type(last) and isinstance(first, dt.date) and last < first:  # type: ignore[operator]
        raise FilterError(
            place,
            "the interval ends before it begins, expected the earlier time first",
            "时间段的结束早于开始，应先写较早的时间",
        )
    return Call(INTERVAL, (start, end), place)


def _time_of(
    text: str,
    place: Place,
    read: Callable[[str], dt.date | None],
    words: tuple[str, str, str],
) -> Constant:
    """Return a time, or refuse a text that is none."""
    try:
        time = read(text)
    except ValueError:
        time = None
    if time is None:
        word, word_zh, example = words
        raise FilterError(
            place,
            f"the text is no {word}, expected one such as {example}",
            f"不是{word_zh}，应形如 {example}",
        )
    return Constant(time, place)


def _read_day(text: str) -> dt.date | None:
    day = dt.date.fromisoformat(text)
    return day if day.isoformat() == text else None


def _read_moment(text: str) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text.endswith("Z") else None


def box_of(numbers: Sequence[object], place: Place) -> Shape:
    """Return a window: the least numbers of both axes, then the greatest.

    Heights may stand behind both; they say nothing here.

    Raises
    ------
    FilterError
        If it is none.

    Examples
    --------
    >>> box_of([1, 2, 3, 4], 1).geometry.bounds
    (1.0, 2.0, 3.0, 4.0)
    """
    if len(numbers) in (4, 6) and all(map(_is_finite, numbers)):
        floats = [float(n) for n in numbers]  # type: ignore[arg-type]
        half = len(floats) // 2
        low, high = floats[:2], floats[half : half + 2]
        if low[0] > high[0] or low[1] > high[1]:
            raise _reversed_window(low, high, place)
        return Shape(shapely.box(low[0], low[1], high[0], high[1]), True, place)
    raise FilterError(
        place,
        "the window is not four finite numbers, expected both least ones, then both "
        "greatest",
        "窗口应为 4 个有限数值：先两个最小值，后两个最大值",
    )


def shape_of(kind: str, coordinates: object, place: Place) -> Shape:
    """Return a geometry from its coordinates, as GeoJSON nests them, without heights.

    Raises
    ------
    FilterError
        If it is none, or crosses itself.

    Examples
    --------
    >>> shape_of("LineString", [[0, 0], [3, 4]], 1).geometry.length
    5.0
    """
    if kind not in _PARTS:
        raise FilterError(
            place,
            f"{kind!r} is no type of geometry here, expected one of "
            f"{', '.join(_PARTS)}",
            f"{kind} 不是可用的几何类型，应为 {'、'.join(_PARTS)} 之一",
        )
    if not _is_nested(coordinates, _PARTS[kind]):
        raise FilterError(
            place,
            f"the positions of the {kind} are not two finite numbers each, expected "
            "those, or three with a height",
            f"{kind} 的每个位置应为两个有限数值，或带高程的三个",
        )
    try:
        geometry = shapely.geometry.shape({"type": kind, "coordinates": coordinates})
    except (ValueError, shapely.GEOSException):
        geometry = None
    if geometry is None or not _has_closed_rings(kind, coordinates):
        raise FilterError(
            place,
            f"the {kind} has a ring that is not closed or too few positions, expected "
            "rings whose last position is the first",
            f"{kind} 的环未闭合或位置太少，环的最后一个位置应与第一个相同",
        )
    if not shapely.is_valid(geometry):
        reason = shapely.is_valid_reason(geometry)
        raise FilterError(
            place,
            f"the {kind} is not valid ({reason}), expected one that does not cross "
            "itself",
            f"{kind} 无效（{reason}），不应自相交",
        )
    return Shape(shapely.force_2d(geometry), False, place)


def _reversed_window(
    low: Sequence[float], high: Sequence[float], place: Place
) -> FilterError:
    """Return the refusal of a window that begins behind its end on an axis."""
    axis = 0 if low[0] > high[0] else 1
    first, last = f"{low[axis]:.10g}", f"{high[axis]:.10g}"
    return FilterError(
        place,
        f"the window begins at {first} and ends at {last} on its "
        f"{('first', 'second')[axis]} axis, expected west not greater than east and "
        "south not greater than north; one across the meridian of 180 degrees is "
        "written as two, joined with OR",
        f"窗口的第{'一二'[axis]}轴从 {first} 到 {last}，西不应大于东，南不应大于北；"
        "跨越 180 度经线的窗口请分成两个，用 OR 连接",
    )


def shapes_of(tree: Node) -> Iterator[Shape]:
    """Return the geometries of a filter."""
    if isinstance(tree, Shape):
        yield tree
    elif isinstance(tree, Call):
        for item in tree.args:
            yield from shapes_of(item)


def with_shapes(tree: Node, bring: Callable[[BaseGeometry], BaseGeometry]) -> Node:
    """Return a filter with each of its geometries brought elsewhere.

    Examples
    --------
    >>> shape = shape_of("Point", [1, 2], 1)
    >>> tree = Call("s_intersects", (Property("geometry"), shape))
    >>> with_shapes(tree, shapely.reverse) == tree
    True
    """
    if isinstance(tree, Shape):
        return Shape(bring(tree.geometry), False, tree.place)
    if isinstance(tree, Call):
        args = tuple(with_shapes(item, bring) for item in tree.args)
        return Call(tree.op, args, tree.place)
    return tree


def _is_finite(number: object) -> bool:
    if isinstance(number, bool) or not isinstance(number, int | float):
        return False
    return abs(number) <= _EXACT


def _is_nested(coordinates: object, levels: int) -> bool:
    """Return whether positions of two or three numbers stand so many levels deep."""
    if not isinstance(coordinates, list) or not coordinates:
        return False
    if levels == 0:
        return len(coordinates) in (2, 3) and all(map(_is_finite, coordinates))
    return all(_is_nested(part, levels - 1) for part in coordinates)


def _has_closed_rings(kind: str, coordinates: object) -> bool:
    """Return whether each ring of polygons ends where it begins, others being fine."""
    if not kind.endswith("Polygon") or not isinstance(coordinates, list):
        return True
    polygons = coordinates if kind == "MultiPolygon" else [coordinates]
    return all(len(r) > 3 and r[0] == r[-1] for rings in polygons for r in rings)
