"""Parameters of OGC API Features, each refused in words where it cannot be."""

import math
import re
from collections.abc import Mapping, Sequence
from typing import Final, NoReturn

from api.refusals import RequestError
from api.service.ogc.crs_names import CRS84, HALF_TURN, named_crs
from api.service.ogc.item_query import (
    DEFAULT_LIMIT,
    MOST_ITEMS,
    ItemQuery,
    Period,
    StateQuery,
    place_of_token,
)
from gis.local_time import instant_of
from gis.models import Instant
from gis.written_time import read_time
from layers.collections import (
    FilterError,
    Node,
    SortKey,
    check_filter,
    kinds_of,
    read_filter_json,
    read_filter_text,
    shapes_of,
)
from layers.schema.layer import Field

STATE_PARAMETERS: Final = ("datetime", "known_at")
"""Which state of a collection."""
FORMS: Final = ("json", "html")
"""What `f` may ask for; without it the header `Accept` does."""
ITEM_PARAMETERS: Final = (
    *("limit", "bbox", "bbox-crs", "crs", "after", "sortby", "properties"),
    *("filter", "filter-lang", "filter-crs"),
)
FILTER_LANGUAGES: Final = {
    "cql2-text": read_filter_text,
    "cql2-json": read_filter_json,
}
_OPEN: Final = ("", "..")
_FLAGS: Final = {"true": True, "false": False}
_WHOLE: Final = re.compile(r"[+-]?\d{1,15}", re.ASCII)
_DAY: Final = re.compile(r"\d{4}-[01]\d-[0-3]\d", re.ASCII)


def read_state_query(
    parameters: Mapping[str, str], timezone: str, now: Instant
) -> StateQuery:
    """Return which state of a collection is asked for.

    Parameters
    ----------
    parameters
        Of the query; others than `STATE_PARAMETERS` are not looked at.
    timezone
        IANA zone of times without offset.
    now
        What is known later is not known.

    Raises
    ------
    RequestError
        If a time cannot be read, a period ends before it begins, or `known_at` is in
        the future.
    """
    known_at = None
    if "known_at" in parameters:
        known_at = _instant("known_at", parameters["known_at"], timezone)
        if known_at > now:
            _refuse(
                "known_at",
                parameters["known_at"],
                "lies in the future, expected now or before",
                "在将来，应为现在或以前",
            )
    text = parameters.get("datetime")
    if text is None:
        return StateQuery(known_at=known_at)
    start, slash, end = text.partition("/")
    if not slash:
        return StateQuery(_instant("datetime", text, timezone), None, known_at)
    first, last = (
        None if side in _OPEN else _instant("datetime", side, timezone)
        for side in (start, end)
    )
    if first is not None and last is not None and last < first:
        _refuse(
            "datetime",
            text,
            "ends before it begins, expected the earlier time first",
            "结束早于开始，应先写较早的时间",
        )
    # both ends of an interval of RFC 3339 are in it
    after = None if last is None else Instant(last + 1)
    return StateQuery(None, Period(first, after), known_at)


def read_item_query(
    parameters: Mapping[str, str],
    fields: Sequence[Field],
    crs_names: Sequence[str],
    origin: str,
) -> ItemQuery:
    """Return which items are asked for, and how.

    Parameters
    ----------
    parameters
        Of the query; those of `STATE_PARAMETERS` are not looked at.
    fields
        What items can be asked for by.
    crs_names
        In what the collection is given.
    origin
        As `ItemQuery` takes it.

    Raises
    ------
    RequestError
        If one of them cannot be.
    """
    window_crs = _crs("bbox-crs", parameters.get("bbox-crs", CRS84), crs_names)
    tree_crs = _crs("filter-crs", parameters.get("filter-crs", CRS84), crs_names)
    order = _order(parameters.get("sortby"), fields)
    origin = " ".join([origin, *(f"{key.is_descending:d}{key.name}" for key in order)])
    after = None
    if "after" in parameters:
        by_name = {field.name: field for field in fields}
        sort_fields = [by_name[key.name] for key in order]
        after = place_of_token(parameters["after"], origin, sort_fields)
        if after is None:
            _refuse(
                "after",
                parameters["after"],
                "is no token of this collection, expected that of a link 'next'",
                "不是本集合的翻页标记，应使用 next 链接中的值",
            )
    return ItemQuery(
        origin=origin,
        limit=_limit(parameters.get("limit")),
        after=after,
        window=_window(parameters.get("bbox"), named_crs(window_crs).longitude),
        window_crs=window_crs,
        crs=_crs("crs", parameters.get("crs", CRS84), crs_names),
        values={
            field.name: _value(field, parameters[field.name])
            for field in fields
            if field.name in parameters
        },
        tree=_tree(parameters, fields, tree_crs),
        tree_crs=tree_crs,
        order=order,
        properties=_properties(parameters.get("properties"), fields),
    )


def read_crs(parameters: Mapping[str, str], crs_names: Sequence[str]) -> str:
    """Return the name of the CRS that is asked for.

    Raises
    ------
    RequestError
        If the collection is not given in it.
    """
    return _crs("crs", parameters.get("crs", CRS84), crs_names)


def read_form(parameters: Mapping[str, str]) -> str:
    """Return the form that is asked for; empty where `Accept` decides.

    Raises
    ------
    RequestError
        If it is none of `FORMS`.
    """
    text = parameters.get("f", "")
    if "f" in parameters and text not in FORMS:
        forms = " or ".join(FORMS)
        _refuse("f", text, f"is no form here, expected {forms}", "应为 json 或 html")
    return text


def _limit(text: str | None) -> int:
    """Return how many items are wanted; a great number is the greatest there is."""
    if text is None:
        return DEFAULT_LIMIT
    if not re.fullmatch(r"0*[1-9]\d{0,17}", text, re.ASCII):
        _refuse("limit", text, "is no whole number above 0, expected one", "应为正整数")
    return min(int(text), MOST_ITEMS)


def _order(text: str | None, fields: Sequence[Field]) -> tuple[SortKey, ...]:
    """Return what items are sorted by: names with a sign before them, or none."""
    if text is None:
        return ()
    # a plus sign of an address may have become a blank
    keys = [
        SortKey(part[1:] if part[:1] in ("+", "-", " ") else part, part[:1] == "-")
        for part in text.split(",")
    ]
    _check_names("sortby", text, [key.name for key in keys], fields)
    return tuple(keys)


def _properties(text: str | None, fields: Sequence[Field]) -> tuple[str, ...] | None:
    """Return the names of the properties that are wanted; None for all."""
    if text is None:
        return None
    names = text.split(",")
    _check_names("properties", text, names, fields)
    return tuple(names)


def _check_names(
    parameter: str, text: str, names: Sequence[str], fields: Sequence[Field]
) -> None:
    """Refuse names that are not those of properties, or stand there twice."""
    is_plain = set(names) <= {field.name for field in fields}
    if not is_plain or len(set(names)) < len(names):
        _refuse(
            parameter,
            text,
            "is no list of different properties of this collection with commas between "
            "them, expected that; see its queryables",
            "不是以逗号分隔的本集合属性名（不可重复），请查看 queryables",
        )


def _window(
    text: str | None, longitude: int | None
) -> tuple[float, float, float, float] | None:
    """Return the first two axes of a window; heights say nothing here.

    Over the antimeridian its first longitude is the greater (7.15.3).
    """
    if text is None:
        return None
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) not in (4, 6) or not all(map(math.isfinite, numbers)):
        _refuse(
            "bbox",
            text,
            "is not four finite numbers with commas between them, expected those",
            "应为以逗号分隔的 4 个有限数值",
        )
    half = len(numbers) // 2
    low, high = numbers[:2], numbers[half : half + 2]
    turned = [axis for axis in (0, 1) if low[axis] > high[axis]]
    if longitude is not None and turned == [longitude]:
        if low[longitude] > HALF_TURN or high[longitude] < -HALF_TURN:
            _refuse(
                "bbox",
                text,
                "spans the antimeridian and has a longitude beyond it, expected both "
                "from -180 to 180",
                "跨越 180° 经线，经度应在 -180 至 180 之间",
            )
    elif turned:
        _refuse(
            "bbox",
            text,
            "has a lesser number after a greater one, expected both least ones first",
            "前两个数应为最小值，后两个数应为最大值",
        )
    return low[0], low[1], high[0], high[1]


def _crs(name: str, uri: str, crs_names: Sequence[str]) -> str:
    if uri not in crs_names:
        _refuse(
            name,
            uri,
            "is none of the CRS of this collection, expected one of "
            f"{', '.join(crs_names)}",
            f"不是本集合可用的坐标系，应为 {'、'.join(crs_names)} 之一",
        )
    return uri


def _tree(
    parameters: Mapping[str, str], fields: Sequence[Field], crs: str
) -> Node | None:
    """Return the filter, which fits the fields and lies on the earth."""
    language = parameters.get("filter-lang", "cql2-text")
    if language not in FILTER_LANGUAGES:
        _refuse(
            "filter-lang",
            language,
            f"is no language of filters, expected {' or '.join(FILTER_LANGUAGES)}",
            f"不是筛选语言，应为 {' 或 '.join(FILTER_LANGUAGES)}",
        )
    if "filter" not in parameters:
        return None
    try:
        tree = FILTER_LANGUAGES[language](parameters["filter"])
        check_filter(tree, kinds_of(fields))
        for shape in shapes_of(tree):
            if not named_crs(crs).is_on_earth(shape.geometry):
                raise FilterError(
                    shape.place,
                    f"the geometry is not on the earth as {crs} has it, expected its "
                    "axes in that order; see filter-crs",
                    f"几何超出坐标系 {crs} 的范围，请检查轴序与 filter-crs",
                )
    except FilterError as error:
        raise RequestError(
            400, "invalid-parameter", str(error), error.text_zh
        ) from None
    return tree


def _value(field: Field, text: str) -> object:
    """Return the value that a property shall have."""
    if field.kind == "flag" and text in _FLAGS:
        return _FLAGS[text]
    if field.kind == "integer" and _WHOLE.fullmatch(text):
        return int(text)
    if field.kind == "number":
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        if math.isfinite(number):
            return number
    if field.kind == "day" and _DAY.fullmatch(text):
        return text
    if field.kind in ("text", "instant") and text:
        return text
    kinds = {
        "flag": ("true or false", "true 或 false"),
        "integer": ("a whole number", "整数"),
        "number": ("a finite number", "有限数值"),
        "day": ("a day such as 2026-09-30", "日期，如 2026-09-30"),
    }
    expected, expected_zh = kinds.get(field.kind, ("some text", "文本"))
    return _refuse(
        field.name, text, f"is not {expected}, expected that", f"应为{expected_zh}"
    )


def _instant(name: str, text: str, timezone: str) -> Instant:
    """Return a time of a query, in which a plus sign may have become a blank."""
    try:
        return instant_of(read_time(text.replace(" ", "+")).moment, timezone)
    except ValueError:
        pass
    try:
        return instant_of(read_time(text).moment, timezone)
    except ValueError as error:
        _refuse(
            name,
            text,
            str(error),
            "不是有效的时间，应形如 2026-09-01T08:15:00Z",
        )


def _refuse(name: str, text: str, rule: str, rule_zh: str) -> NoReturn:
    """Refuse a parameter.

    Raises
    ------
    RequestError
        Always.
    """
    shown_text = text if len(text) <= 100 else f"{text[:100]}…"
    raise RequestError(
        400,
        "invalid-parameter",
        f"The parameter {name!r} is {shown_text!r}, which {rule}; correct it.",
        f"参数 {name} 的值 {shown_text} 有误：{rule_zh}，请改正。",
    )
