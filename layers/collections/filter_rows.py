"""Which rows meet a filter: computed on columns, unknown where a value is missing."""

import datetime as dt
from collections.abc import Callable
from functools import reduce
from typing import Any, Final, TypeGuard

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from layers.collections.columns import Columns, Flags, moment_text
from layers.collections.filter_kinds import GEOMETRY, constant_text, inner_node
from layers.collections.filter_times import FIRST, LAST, TEMPORAL, Span
from layers.collections.filter_tree import (
    OPEN_END,
    Call,
    Constant,
    Node,
    Property,
    Shape,
)

COMPARISONS: Final[dict[str, Callable[..., Any]]] = {
    "=": pc.equal,
    "<>": pc.not_equal,
    "<": pc.less,
    "<=": pc.less_equal,
    ">": pc.greater,
    ">=": pc.greater_equal,
}
TRUE: Final = pa.scalar(value=True)


def rows_of_filter(tree: Node, columns: Columns) -> Flags:
    """Return which rows meet a filter, shape (n,).

    A comparison with a missing value is unknown, so is what is not known to be true
    either way; unknown rows do not meet it (as in SQL).

    Parameters
    ----------
    tree
        As `check_filter` lets it pass, its geometry in the CRS of the rows.
    columns
        The rows.
    """
    answer = _value(tree, columns)
    if isinstance(answer, pa.Scalar):
        return np.full(len(columns), answer.as_py() is True)
    return _flags(pc.fill_null(answer, fill_value=False))


def _value(node: Node, columns: Columns) -> Any:
    """Return a node for every row: an array, or a scalar where all are the same."""
    if isinstance(node, Constant):
        value = node.value
        if isinstance(value, dt.datetime):
            value = moment_text(value)
        elif isinstance(value, dt.date):
            value = value.isoformat()
        is_text = isinstance(value, str)
        return pa.scalar(value, pa.large_string() if is_text else None)
    if isinstance(node, Property):
        return columns.values(node.name)
    assert isinstance(node, Call)  # noqa: S101  geometry stands in s_intersects alone
    if node.op in TEMPORAL:
        return TEMPORAL[node.op](*(_span(item, columns) for item in node.args))
    if node.op in COMPARISONS:
        return COMPARISONS[node.op](*(_value(item, columns) for item in node.args))
    return OPERATIONS[node.op](node, columns)


def _and(node: Call, columns: Columns) -> Any:
    """Return whether all is true; shapes are looked at last and where it may be."""
    places = [item for item in node.args if _is_place(item)]
    rest = [item for item in node.args if not _is_place(item)]
    answer = reduce(pc.and_kleene, (_value(item, columns) for item in rest), TRUE)
    for item in places:
        is_open = pc.fill_null(answer, fill_value=True)
        flags = None if isinstance(is_open, pa.Scalar) else _flags(is_open)
        answer = pc.and_kleene(answer, _intersects(item, columns, flags))
    return answer


def _or(node: Call, columns: Columns) -> Any:
    return reduce(pc.or_kleene, (_value(item, columns) for item in node.args))


def _not(node: Call, columns: Columns) -> Any:
    return pc.invert(_value(node.args[0], columns))


def _is_null(node: Call, columns: Columns) -> Any:
    [item] = node.args
    if isinstance(item, Property) and item.name == GEOMETRY:
        return pa.array(~columns.shapes.has_any())
    if isinstance(item, Shape):
        return pa.scalar(value=False)
    return pc.is_null(_value(item, columns))


def _between(node: Call, columns: Columns) -> Any:
    item, low, high = (_value(part, columns) for part in node.args)
    return pc.and_kleene(pc.greater_equal(item, low), pc.less_equal(item, high))


def _like(node: Call, columns: Columns) -> Any:
    item, pattern = node.args
    text = constant_text(pattern)
    return _by_word(item, columns, lambda words: pc.match_like(words, text))


def _casei(node: Call, columns: Columns) -> Any:
    text = constant_text(node)
    if text is not None:
        return pa.scalar(text, pa.large_string())
    return columns.folded(_column(node))


def _in(node: Call, columns: Columns) -> Any:
    """Return whether a value is one of a list: of no value, unknown."""
    first, *rest = node.args
    item = _value(first, columns)
    values = {_value(part, columns).as_py() for part in rest}
    if isinstance(item, pa.Scalar) and item.is_valid:
        return pa.scalar(item.as_py() in values)
    if pa.types.is_integer(item.type):
        whole = {value for value in values if value == int(value)}
        values = {int(value) for value in whole if -(2**63) <= value < 2**63}
    members = pa.array(sorted(values), item.type)
    if pa.types.is_large_string(item.type):
        return _by_word(first, columns, lambda words: pc.is_in(words, members))
    is_in = pc.is_in(item, members)
    return pc.if_else(pc.is_valid(item), is_in, pa.scalar(None, pa.bool_()))


def _by_word(
    node: Node, columns: Columns, judge: Callable[[pa.Array], pa.Array]
) -> Any:
    """Return what is true of texts, each looked at once."""
    if constant_text(node) is not None:
        return judge(pa.array([constant_text(node)], pa.large_string()))[0]
    words, rows = columns.words(_column(node), is_folded=isinstance(node, Call))
    return judge(words).take(rows)


def _intersects(node: Call, columns: Columns, is_wanted: Flags | None = None) -> Any:
    """Return whether geometries touch; unknown for a row without one."""
    shapes = [item.geometry for item in node.args if isinstance(item, Shape)]
    if len(shapes) == len(node.args):
        return pa.scalar(bool(shapely.intersects(*shapes)))
    is_there = columns.shapes.has_any()
    flags = columns.shapes.touches(shapes[0], is_wanted) if shapes else is_there
    return pa.array(flags, mask=~is_there)


def _span(node: Node, columns: Columns) -> Span:
    """Return a time as texts; an instant starts and ends at once."""
    if isinstance(node, Call):
        start, end = node.args
        return Span(_time(start, columns, FIRST), _time(end, columns, LAST))
    time = _time(node, columns, FIRST)
    return Span(time, time)


def _time(node: Node, columns: Columns, unbounded: pa.Scalar) -> Any:
    """Return one time, or the one that stands for an open end."""
    is_open = isinstance(node, Constant) and node.value == OPEN_END
    return unbounded if is_open else _value(node, columns)


def _column(node: Node) -> str:
    """Return the name of a property, in CASEI or not."""
    item = inner_node(node)
    assert isinstance(item, Property)  # noqa: S101  constants were found before
    return item.name


def _is_place(node: Node) -> TypeGuard[Call]:
    return isinstance(node, Call) and node.op == "s_intersects"


def _flags(array: pa.Array) -> Flags:
    flags: Flags = array.to_numpy(zero_copy_only=False)
    return flags


OPERATIONS: Final[dict[str, Callable[[Call, Columns], Any]]] = {
    "and": _and,
    "or": _or,
    "not": _not,
    "isNull": _is_null,
    "between": _between,
    "like": _like,
    "casei": _casei,
    "in": _in,
    "s_intersects": _intersects,
}
