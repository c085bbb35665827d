"""Words of maps that are drawn without a store: what is counted, against what, how."""

from types import MappingProxyType
from typing import Final

from layers.words.code_lists import FIGURE_NAMES
from layers.words.vocabulary import Vocabulary, Words

EVENT_COUNT: Final = Words("事件数", "Events")
EVENT_UNIT: Final = Words("件", "events")
KM2: Final = Words("平方千米", "km²")
BY_AREA: Final = Words("各区域的{count}", "{count} by area")
RATE: Final = Words("每{scale}{per}的{count}", "{count} per {scale}{per}")
RATE_UNIT: Final = Words("件/{scale}{per}", "events per {scale}{per}")
"""What the colours show, with gaps for what is counted and against what."""

AREA_BASE: Final = Words("椭球面上的面积", "area on the ellipsoid")
COLUMN_BASE: Final = Words("网格的“{column}”列", "column {column} of the grids")
"""What a rate is counted against."""

CLASSES_BY: Final[Vocabulary] = MappingProxyType(
    {
        "quantiles": Words(
            "分级界限取分位数，各级区域数尽量相等。",
            "Limits by quantiles: as many areas in each class as equal values allow.",
        ),
        "equal": Words(
            "分级界限由最小值到最大值等距划分。",
            "Limits in equal steps from the least to the greatest value.",
        ),
        "jenks": Words(
            "分级界限取自然断点（Fisher、Jenks）。",
            "Limits by natural breaks (Fisher, Jenks).",
        ),
        "given": Words(
            "分级界限由制图人给定。", "Limits as whoever drew the map chose them."
        ),
    }
)
"""How the limits of the classes came about."""
FITTED: Final = Words(
    "界限由本图数据算出，与另一张图比较须用同一组界限。",
    "They are computed from the data of this map; compare maps by limits of yours.",
)
FEWER_CLASSES: Final = Words(
    "不同的值少于 5 种，级数随之减少。",
    "Fewer than 5 values differ, so there are fewer classes.",
)
TIER_CIRCLES: Final = Words("第 {tier} 层圈", "Circles of tier {tier}")
BY_TIER: Final = Words("每一层各有界限。", "Each layer has limits of its own.")
ZEROS: Final = Words(
    "没有事件的网格计 0 件，不是无数据。",
    "A grid without events counts 0, which is not the same as no data.",
)
"""What a reader has to know besides."""

A_FRAME: Final = Words("数据框", "a frame")
ASSUMED: Final = Words("{datum}（未声明，按此处理）", "{datum} (declared by nobody)")
GRIDS_FROM: Final = Words(
    "网格：{file}，{rows} 行，{grids} 个网格，坐标系 {datum}。",
    "Grids: {file}, rows {rows}, grids {grids}, in {datum}.",
)
EVENTS_FROM: Final = Words(
    "事件：{file}，{rows} 行，坐标系 {datum}；网格内 {inside} 件，网格外 {outside} 件，"
    "位置无法使用 {unlocated} 件。",
    "Events: {file}, rows {rows}, in {datum}; in a grid {inside}, outside all grids "
    "{outside}, without a usable position {unlocated}.",
)
"""Where the data of a map are from, and what became of every row."""


def column_words(column: str) -> Words:
    """Return the name of a column of grids; one that no schema has stands for itself.

    Examples
    --------
    >>> column_words("residents").zh, column_words("beds").zh
    ('常住人口', 'beds')
    """
    words = FIGURE_NAMES.get(column)
    return Words(words.zh, words.en.lower()) if words else Words(column, column)


def filled_with(words: Words, **values: Words) -> Words:
    """Return a text with words in its gaps, each in its language.

    Parameters
    ----------
    words
        Text with gaps.
    values
        What stands in them.

    Examples
    --------
    >>> filled_with(BY_AREA, count=EVENT_COUNT).both
    ('各区域的事件数', 'Events by area')
    """
    zh = {gap: value.zh for gap, value in values.items()}
    en = {gap: value.en or value.zh for gap, value in values.items()}
    return Words(words.zh.format_map(zh), words.en.format_map(en))


def joined(*texts: Words) -> Words:
    """Return sentences as one text.

    Examples
    --------
    >>> joined(BY_TIER, ZEROS).zh
    '每一层各有界限。没有事件的网格计 0 件，不是无数据。'
    """
    return Words(
        "".join(words.zh for words in texts), " ".join(words.en for words in texts)
    )
