"""Words of a rated day: what it leaves out, what it is of, checks, why a level."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from layers.words.answers import POSITION_REASONS
from layers.words.vocabulary import Vocabulary, Words

LEFT_OUT: Final[Vocabulary] = MappingProxyType(
    {
        "no_position": Words("无坐标的场所", "Places without a position"),
        "no_grid": Words("不在任何网格的场所", "Places in no grid"),
        "sources_disagree": Words(
            "各来源场景不一致的场所", "Places whose sources disagree on the scene"
        ),
        "unknown_scene": Words("八类以外的场所", "Places of an unknown scene"),
        "no_inspected_place": Words(
            "找不到场所的检查", "Inspections of an unknown place"
        ),
        "no_campaign_place": Words(
            "专项点名而尚无场所的类别", "Kinds named by a campaign that no place is of"
        ),
        "unknown_event_kind": Words(
            "类别未登记的事件，不计隐患", "Events of an unknown kind, no hazard counted"
        ),
        "no_event_grid": Words("不在任何网格的事件", "Events in no grid"),
        "no_event_position": Words("无坐标的事件", "Events without a position"),
        "no_station_position": Words("无坐标的站点", "Stations without a position"),
        "no_polygon": Words("无边界的区域", "Areas without a polygon"),
        "no_post_area": Words("找不到责任区的岗位", "Posts of an unknown area"),
        "uncovered": Words(
            "与邻区重叠或有缝的网格", "Grids that overlap or leave a gap"
        ),
    }
)
"""What a rated day counts nowhere and what a map cannot draw."""

UNPLACED: Final = Words(
    "位置无法使用的事件（{fault}）", "Events without a usable position ({fault})"
)
"""Events whose position cannot be used, and why."""

NEXT_CHECK: Final = Words(
    "下次检查 {day}，由岗位 {post} 负责", "next check {day} by post {post}"
)
NEXT_CHECK_BY_NOBODY: Final = Words(
    "下次检查 {day}，无负责岗位", "next check {day}, no post answers"
)
"""When a place is checked next, and by whom."""
DATA_DATE: Final = Words("数据日期", "Data date")
NO_DAYS: Final = "–"
DATES: Final = (Words("事件日期", "Events of"), Words("检查日期", "Checks of"))
"""What a map says its data are of."""
REST_OF_SCORE: Final = Words("其余合计 {share} %", "all the rest {share} %")
"""What else a score is made of, beside the drivers that are listed."""
CHANGE_IN_DAYS: Final = Words("{days} 天内 {change}", "in {days} days {change}")
HELD: Final = Words(
    "按当日得分为{zh}色，连续 {days} 天才变色",
    "held: {en} by the score of the day, shown after {days} days in a row",
)
FLOOR: Final = Words("颜色由底线规则决定", "The colour is that of a floor rule")
"""Why an area has a higher level than its score asks for."""


def left_out_rows(left_out: Mapping[str, int]) -> list[tuple[str, str, int]]:
    """Return Chinese, English and number of what was left out, by reason.

    A reason of `POSITION_REASONS` is that of an event; a text that is no reason is
    printed as it is.

    Examples
    --------
    >>> left_out_rows({"no_grid": 2, "no_position": 0, "burnt": 1})
    [('burnt', '', 1), ('不在任何网格的场所', 'Places in no grid', 2)]
    """
    return [
        (*_left_out_words(reason).both, int(count))
        for reason, count in sorted(left_out.items())
        if count
    ]


def _left_out_words(reason: str) -> Words:
    """Return the words of what was left out for a reason."""
    fault = POSITION_REASONS.get(reason)
    if fault is not None:
        zh, en = UNPLACED.both
        return Words(zh.format(fault=fault.zh), en.format(fault=fault.en))
    return LEFT_OUT.get(reason, Words(reason))
