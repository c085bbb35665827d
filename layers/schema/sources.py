"""The layer of sources: who may report events, and how each is to be read."""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import orjson
import pandas as pd

from gis.crs import parse_datum
from gis.errors import CrsError
from gis.events import SOURCE_SORTS
from gis.models import Source
from gis.sentences import sentence
from layers.schema.circles import text_or_none
from layers.schema.layer import Field, LayerSchema, check, not_negative
from layers.schema.values import number_or_none

SORTS_ZH: Final = (
    "摄像头",
    "无人机",
    "传感器",
    "市民",
    "网格员",
    "检查",
    "热线",
    "数据推送",
    "本系统",
)


def check_datum(text: str) -> None:
    """Refuse a text that names no datum.

    Raises
    ------
    ValueError
        Says what was expected.

    Examples
    --------
    >>> check_datum("gcj02")
    >>> check_datum("mars")
    Traceback (most recent call last):
    ...
    ValueError: is no datum that leads to WGS 84, expected wgs84, cgcs2000, gcj02, \
bd09 or a code such as EPSG:4549
    """
    try:
        parse_datum(text)
    except CrsError as error:
        raise ValueError(
            sentence(
                "is no datum that leads to WGS 84, expected wgs84, cgcs2000, gcj02, "
                "bd09 or a code such as EPSG:4549"
            )
        ) from error


def kind_map_of(text: str) -> Mapping[str, str]:
    """Return the kinds that a source's own words stand for.

    Parameters
    ----------
    text
        Field `kind_map`: a JSON object of texts.

    Raises
    ------
    ValueError
        If it is none, a word stands in it twice, or a word or kind is blank.

    Examples
    --------
    >>> dict(kind_map_of('{"占道": "street_trading"}'))
    {'占道': 'street_trading'}
    """
    try:
        document = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise ValueError(
            sentence("is not JSON, expected an object of texts")
        ) from error
    if not isinstance(document, dict):
        raise ValueError(sentence("is no JSON object, expected one of texts"))
    for word, kind in document.items():
        if not isinstance(kind, str) or not kind.strip() or not word.strip():
            raise ValueError(
                sentence(
                    "gives {word!r} no kind, expected a text for each word", word=word
                )
            )
    # orjson keeps the last of equal words; texts alone are flat, so this is safe
    pairs = json.loads(text, object_pairs_hook=list)
    words = [word for word, _ in pairs]
    twice = next((word for word in words if words.count(word) > 1), None)
    if twice is not None:
        raise ValueError(
            sentence("has the word {twice!r} twice, expected it once", twice=twice)
        )
    return MappingProxyType(document)


def check_share(value: float) -> None:
    """Refuse a number that is no share of 1.

    Raises
    ------
    ValueError
        If it is none.
    """
    if not 0 <= value <= 1:
        raise ValueError(sentence("is no share, expected a number from 0 to 1"))


SOURCES = LayerSchema(
    name="sources",
    key="source",
    geometry=None,
    fields=(
        Field(
            "source",
            "text",
            True,
            "open",
            "Id of the source, as its events say.",
            zh="来源编号",
        ),
        Field("name_zh", "text", True, "open", "Chinese name.", zh="来源中文名称"),
        Field("name_en", "text", False, "open", "English name.", zh="来源英文名称"),
        Field(
            "sort",
            "text",
            True,
            "open",
            "What it is.",
            values=SOURCE_SORTS,
            values_zh=SORTS_ZH,
            zh="来源类型",
        ),
        Field(
            "datum",
            "text",
            False,
            "open",
            "Datum of its positions; empty: each event says its own.",
            rule=check_datum,
            zh="坐标系",
        ),
        Field(
            "accuracy_m",
            "number",
            False,
            "open",
            "Radius of 68 % of its positions, where an event says none.",
            "metres",
            rule=not_negative,
            zh="精度（米）",
        ),
        Field(
            "kind_map",
            "text",
            False,
            "open",
            "Kinds that its own words stand for: a JSON object of texts.",
            rule=kind_map_of,
            zh="类别对照",
        ),
        Field(
            "trust",
            "number",
            False,
            "open",
            "How much of what it reports proves true.",
            "share of 1",
            rule=check_share,
            zh="可信度",
        ),
        Field(
            "destination_id",
            "text",
            False,
            "closed",
            "Destination that is told what became of its events.",
            zh="推送目标编号",
        ),
        Field(
            "owner",
            "text",
            True,
            "open",
            "Body that answers for the source.",
            zh="负责单位",
        ),
    ),
    owner="command office",
    zh="来源",
)


def sources_of(sources: pd.DataFrame) -> tuple[Source, ...]:
    """Return the sources of a layer of sources, in its order.

    Raises
    ------
    InvalidLayerError
        If the layer breaks its schema.

    Examples
    --------
    >>> row = {"source": "hotline", "name_zh": "热线", "sort": "hotline", "owner": "O"}
    >>> [hotline] = sources_of(pd.DataFrame([row]))
    >>> hotline.source, hotline.datum, dict(hotline.kind_map)
    ('hotline', None, {})
    """
    return tuple(
        Source(
            source=row["source"],
            name_zh=row["name_zh"],
            name_en=text_or_none(row.get("name_en")) or "",
            sort=row["sort"],
            datum=text_or_none(row.get("datum")),
            accuracy_m=number_or_none(row.get("accuracy_m")),
            kind_map=kind_map_of(text_or_none(row.get("kind_map")) or "{}"),
            trust=number_or_none(row.get("trust")),
            destination_id=text_or_none(row.get("destination_id")),
            owner=row["owner"],
        )
        for row in check(sources, SOURCES).to_dict("records")
    )
