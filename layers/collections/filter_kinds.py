"""Whether a filter fits the fields that it is asked of: nothing is guessed."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Final, Literal, TypeAlias

from layers.collections.filter_times import TEMPORAL
from layers.collections.filter_tree import (
    INTERVAL,
    OPEN_END,
    Call,
    Constant,
    FilterError,
    Node,
    Property,
)
from layers.collections.like_pattern import count_wildcards
from layers.schema.layer import Field
from layers.words import Words
from layers.words.code_lists import FIELD_KINDS

FilterKind: TypeAlias = Literal[
    "text", "number", "flag", "day", "moment", "interval", "geometry", "condition"
]
GEOMETRY: Final = "geometry"
"""Name of the geometry of each item in a filter."""
KIND_WORDS: Final[Mapping[FilterKind, Words]] = {
    "text": FIELD_KINDS["text"],
    "number": Words("数字", "a number"),
    "flag": Words("真假值", "true or false"),
    "day": Words("日期", "a day"),
    "moment": Words("时刻", "a moment"),
    "interval": Words("时间段", "an interval"),
    "geometry": Words("几何", "a geometry"),
    "condition": Words("条件", "a condition"),
}
_FIELDS: Final[Mapping[str, FilterKind]] = {
    "text": "text",
    "instant": "moment",
    "day": "day",
    "integer": "number",
    "number": "number",
    "flag": "flag",
}


def kinds_of(fields: Iterable[Field]) -> dict[str, FilterKind]:
    """Return what a filter may ask for, by name.

    Parameters
    ----------
    fields
        Those that who asks sees.

    Examples
    --------
    >>> from layers.schema.layer import Field
    >>> kinds_of([Field("level", "integer", False, "open", "Level.")])
    {'level': 'number', 'geometry': 'geometry'}
    """
    return {**{f.name: _FIELDS[f.kind] for f in fields}, GEOMETRY: "geometry"}


def check_filter(tree: Node, kinds: Mapping[str, FilterKind]) -> None:
    """Refuse a filter that names what is not there or compares what is not alike.

    Parameters
    ----------
    tree
        The filter.
    kinds
        As `kinds_of` has them.

    Raises
    ------
    FilterError
        With the place.
    """
    _want_condition(tree, kinds)
    _refuse_wildcards(tree, 0)


def _want_condition(node: Node, kinds: Mapping[str, FilterKind]) -> None:
    if isinstance(node, Constant) and isinstance(node.value, bool):
        return
    kind = _kind(node, kinds)
    if kind != "condition":
        raise _unfit(node, kind, KIND_WORDS["condition"])


def _kind(node: Node, kinds: Mapping[str, FilterKind]) -> FilterKind:
    """Return what a node is, once what stands in it has been checked."""
    if isinstance(node, Property):
        return _property_kind(node, kinds)
    if isinstance(node, Constant):
        return _constant_kind(node)
    return _call_kind(node, kinds) if isinstance(node, Call) else "geometry"


def _call_kind(node: Call, kinds: Mapping[str, FilterKind]) -> FilterKind:
    """Return what an operation comes to, once its arguments have been checked."""
    if node.op == INTERVAL:
        # it stands in a temporal function alone, which looks at its ends
        return "interval"
    if node.op in ("and", "or", "not"):
        for item in node.args:
            _want_condition(item, kinds)
    elif node.op == "isNull":
        _refuse_interval(node.args[0], _kind(node.args[0], kinds))
    elif node.op in ("casei", "like"):
        _want_texts(node, kinds)
    elif node.op == "s_intersects":
        _want_geometry(node, kinds)
    elif node.op in TEMPORAL:
        _want_times(node, node.args, kinds)
    else:
        _want_alike(node, kinds)
    return "text" if node.op == "casei" else "condition"


def _property_kind(node: Property, kinds: Mapping[str, FilterKind]) -> FilterKind:
    if node.name not in kinds:
        name = node.name if len(node.name) <= 100 else f"{node.name[:100]}…"
        raise FilterError(
            node.place,
            f"there is no queryable {name!r}, expected one of those that "
            "the document queryables of the collection has",
            f"没有可查询字段 {name}，请使用本集合 queryables 文档中的字段",
        )
    return kinds[node.name]


def _constant_kind(node: Constant) -> FilterKind:
    if isinstance(node.value, bool):
        return "flag"
    if isinstance(node.value, str):
        return "text"
    if isinstance(node.value, dt.datetime):
        return "moment"
    return "day" if isinstance(node.value, dt.date) else "number"


def _want_texts(node: Call, kinds: Mapping[str, FilterKind]) -> None:
    for item in node.args:
        kind = _kind(item, kinds)
        if kind != "text":
            raise _unfit(item, kind, KIND_WORDS["text"])
    if node.op == "like" and constant_text(node.args[1]) is None:
        raise _not_written(node.args[1])


def _want_geometry(node: Call, kinds: Mapping[str, FilterKind]) -> None:
    for item in node.args:
        kind = _kind(item, kinds)
        if kind != "geometry":
            raise _unfit(item, kind, KIND_WORDS["geometry"])


def _want_times(
    node: Call, items: Iterable[Node], kinds: Mapping[str, FilterKind]
) -> FilterKind | None:
    """Refuse times of two kinds, and what is no time; return their kind, if any."""
    common: FilterKind | None = None
    for item in items:
        kind = _time_kind(item, kinds)
        if common and kind and kind != common:
            raise _unlike(node, common, kind)
        common = common or kind
    return common


def _time_kind(item: Node, kinds: Mapping[str, FilterKind]) -> FilterKind | None:
    """Return whether a time is of days or of moments; None for an open end."""
    if isinstance(item, Call) and item.op == INTERVAL:
        return _want_times(item, item.args, kinds)
    if isinstance(item, Constant) and item.value == OPEN_END:
        return None
    kind = _kind(item, kinds)
    if kind not in ("day", "moment"):
        raise _unfit(item, kind, Words("日期或时刻", "a day or a moment"))
    return kind


def _refuse_interval(node: Node, kind: FilterKind) -> None:
    if kind == "interval":
        raise _unfit(node, kind, Words("字段或值", "a property or a value"))


def _want_alike(node: Call, kinds: Mapping[str, FilterKind]) -> None:
    """Refuse a comparison of kinds that are not the same or have no order."""
    first, *rest = node.args
    kind = _kind(first, kinds)
    has_no_order = kind in ("geometry", "condition", "interval")
    if has_no_order or (kind == "flag" and node.op == "between"):
        words = KIND_WORDS[kind]
        raise FilterError(
            node.place,
            f"{words.en} cannot be compared by {node.op}, expected text or a number",
            f"{words.zh}不能用 {node.op} 比较，应为文本或数字",
        )
    for item in rest:
        other = _kind(item, kinds)
        if other != kind:
            raise _unlike(node, kind, other)
        if node.op == "in" and isinstance(inner_node(item), Property):
            raise _not_written(item)


def _refuse_wildcards(node: Node, count: int) -> int:
    """Return how many wildcards there are up to the end of a node."""
    if not isinstance(node, Call):
        return count
    if node.op == "like":
        pattern = node.args[1]
        return count_wildcards(constant_text(pattern) or "", pattern.place, count)
    for item in node.args:
        count = _refuse_wildcards(item, count)
    return count


def constant_text(node: Node) -> str | None:
    """Return a text that stands in a filter, whatever its case; None for others."""
    inner = inner_node(node)
    is_text = isinstance(inner, Constant) and isinstance(inner.value, str)
    if not is_text or not isinstance(inner, Constant):
        return None
    text = str(inner.value)
    return text if inner is node else text.casefold()


def inner_node(node: Node) -> Node:
    """Return what stands in CASEI."""
    while isinstance(node, Call) and node.op == "casei":
        node = node.args[0]
    return node


def _unfit(node: Node, kind: FilterKind, wanted: Words) -> FilterError:
    words = KIND_WORDS[kind]
    return FilterError(
        node.place,
        f"{words.en} stands there, expected {wanted.en}",
        f"此处为{words.zh}，应为{wanted.zh}",
    )


def _unlike(node: Call, kind: FilterKind, other: FilterKind) -> FilterError:
    words, other_words = KIND_WORDS[kind], KIND_WORDS[other]
    return FilterError(
        node.place,
        f"{words.en} is compared with {other_words.en}, expected the same on both "
        "sides; texts stand in ' and numbers do not",
        f"{words.zh}与{other_words.zh}不能比较，两边应为同一种；"
        "文本写在 ' 之间，数字不加引号",
    )


def _not_written(node: Node) -> FilterError:
    return FilterError(
        node.place,
        "a field stands there, expected a value; compare fields by =",
        "此处为字段，应为值；比较两个字段请用 =",
    )
