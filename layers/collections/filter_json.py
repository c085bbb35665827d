"""CQL2 JSON, read into the same tree as text."""

from collections.abc import Callable
from typing import Any, Final

import orjson

from layers.collections.filter_times import TEMPORAL
from layers.collections.filter_tree import (
    INTERVAL,
    MOST_LEVELS,
    Call,
    Constant,
    FilterError,
    Node,
    Property,
    box_of,
    day_of,
    end_of,
    interval_of,
    join,
    moment_of,
    number_of,
    refuse_long,
    shape_of,
    too_deep,
)

COUNTS: Final = {
    **dict.fromkeys(("=", "<>", "<", "<=", ">", ">=", "like", "in"), 2),
    **dict.fromkeys(("not", "isNull", "casei"), 1),
    "between": 3,
    "s_intersects": 2,
    **dict.fromkeys(TEMPORAL, 2),
}
"""Arguments of operations; ``and`` and ``or`` have two or more."""
JOINING: Final = ("and", "or")
_TEXTS: Final[dict[str, Callable[[str, str], Node]]] = {
    "property": Property,
    "date": day_of,
    "timestamp": moment_of,
}


def read_filter_json(text: str) -> Node:
    """Return the tree of a filter in CQL2 JSON.

    Parameters
    ----------
    text
        The operations of `read_filter_text`.

    Raises
    ------
    FilterError
        With the character that is no JSON, or the member that is no CQL2.

    Examples
    --------
    >>> tree = read_filter_json('{"op": "=", "args": [{"property": "level"}, 3]}')
    >>> tree.op, tree.args[1].value
    ('=', 3)
    """
    refuse_long(text)
    try:
        document = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise FilterError(
            error.pos + 1,
            "it is no JSON, expected an object with op and args",
            "不是 JSON，应为含 op 和 args 的对象",
        ) from None
    return _node(document, "", 1)


def _node(document: object, place: str, level: int) -> Node:
    """Return what a member of JSON is."""
    if level > MOST_LEVELS + 1:
        raise too_deep(place)
    if isinstance(document, bool | str):
        return Constant(document, place)
    if isinstance(document, int | float):
        return number_of(document, place)
    if isinstance(document, dict):
        return _object(document, place, level)
    raise FilterError(
        place,
        "it is null or a list, expected an operation, a property or a value; ask for "
        "missing values by isNull",
        "不应为 null 或列表，应为运算、字段或值；判断空值请用 isNull",
    )


def _object(document: dict[str, Any], place: str, level: int) -> Node:
    """Return an operation, or what has its own form of object."""
    names = {*document}
    if names == {"op", "args"}:
        return _call(document["op"], document["args"], place, level)
    [name] = names if len(names) == 1 else [""]
    if name in _TEXTS and isinstance(document[name], str):
        return _TEXTS[name](document[name], place)
    if name == "bbox" and isinstance(document["bbox"], list):
        return box_of(document["bbox"], place)
    if name == INTERVAL and isinstance(document[INTERVAL], list):
        return _interval(document[INTERVAL], place)
    if names == {"type", "coordinates"}:
        return shape_of(str(document["type"]), document["coordinates"], place)
    raise FilterError(
        place,
        "the object is none of CQL2, expected op with args, property, date, timestamp, "
        "interval, bbox, or type with coordinates, and no other members",
        "不是 CQL2 的对象，应为 op 与 args、property、date、timestamp、interval、bbox "
        "或 type 与 coordinates，且没有其他成员",
    )


def _interval(ends: list[Any], place: str) -> Call:
    """Return an interval of two ends, each a text or a property."""
    where = f"{place}/{INTERVAL}"
    if len(ends) != 2:
        raise FilterError(
            where,
            f"it has {len(ends)} ends, expected 2; an open end is '..'",
            f"有 {len(ends)} 个端点，应为 2 个；不限的一端写 '..'",
        )
    start, end = ends
    return interval_of(_end(start, f"{where}/0"), _end(end, f"{where}/1"), place)


def _end(end: object, place: str) -> Node:
    """Return an end of an interval."""
    if isinstance(end, str):
        return end_of(end, place)
    if isinstance(end, dict) and {*end} == {"property"}:
        return _node(end, place, 1)
    raise FilterError(
        place,
        "it is no end of an interval, expected a day, a moment, '..' or a property",
        "不是时间段的端点，应为日期、时刻、'..' 或字段",
    )


def _call(op: object, args: object, place: str, level: int) -> Call:
    """Return an operation on its arguments."""
    if not isinstance(op, str) or op not in {*COUNTS, *JOINING}:
        names = ", ".join([*JOINING, *COUNTS])
        raise FilterError(
            f"{place}/op",
            f"it is no operation here, expected one of {names}",
            f"没有这种运算，应为 {names} 之一",
        )
    if not isinstance(args, list) or not _has_count(op, args):
        count = COUNTS.get(op)
        counted = f"{count or 'two or more'} arguments in a list"
        counted_zh = f"{count or '两个以上'}{' 个' if count else ''}参数的列表"
        raise FilterError(f"{place}/args", f"expected {counted}", f"应为{counted_zh}")
    parts = [(f"{place}/args/{n}", part) for n, part in enumerate(args)]
    if op == "in":
        where, values = parts.pop()
        if not isinstance(values, list) or not values:
            raise FilterError(where, "expected a list of values", "应为非空列表")
        parts += [(f"{where}/{n}", value) for n, value in enumerate(values)]
    nodes = tuple(_node(part, where, level + 1) for where, part in parts)
    return join(op, nodes, place) if op in JOINING else Call(op, nodes, place)


def _has_count(op: str, args: list[Any]) -> bool:
    return len(args) >= 2 if op in JOINING else len(args) == COUNTS[op]
