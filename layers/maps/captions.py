"""Chinese and English words for what a map prints of a method card and of gaps."""

from collections.abc import Mapping
from dataclasses import fields

from gis.risk import MethodCard

CARD = {
    "formula": ("公式", "Formula"),
    "breaks": ("分级 含上限", "Breaks, upper limits included"),
    "constants": ("常数", "Constants"),
    "population_base": ("计算基数", "Counted against"),
    "rule_version": ("规则版本", "Rule version"),
    "version": ("方法版本", "Method version"),
    "owner": ("责任单位", "Owner"),
    "source": ("依据", "Source"),
    "link": ("方法全文", "Method in full"),
    "note": ("说明", "Note"),
}
"""Fields of a method card in the order of print."""

ELSEWHERE = {"title", "unit", "data_date", "boundary_version"}
"""Fields of a method card that stand in the head and the legend."""

GAPS = {
    "no_position": ("无坐标的场所", "Places without a position"),
    "no_grid": ("不在任何网格的场所", "Places in no grid"),
    "unknown_scene": ("八类以外的场所", "Places of an unknown scene"),
    "no_inspected_place": ("找不到场所的检查", "Inspections of an unknown place"),
    "no_event_grid": ("不在任何网格的事件", "Events in no grid"),
    "no_event_position": ("无坐标的事件", "Events without a position"),
    "no_station_position": ("无坐标的站点", "Stations without a position"),
    "no_polygon": ("无边界的区域", "Areas without a polygon"),
    "no_post_area": ("找不到责任区的岗位", "Posts of an unknown area"),
    "uncovered": ("与邻区重叠或有缝的网格", "Grids that overlap or leave a gap"),
    "no_severity": ("无等级的隐患", "Findings without a severity"),
    "in_the_future": ("日期在将来的检查", "Inspections in the future"),
}
"""What may be missing on a map, by key; any other key is printed as it is."""


def card_rows(card: MethodCard) -> list[tuple[str, str, str, str]]:
    """Return both captions and both texts of each field of a card that is filled.

    The Chinese text is empty where the card has none; a field without a caption is
    printed under its own name.

    Examples
    --------
    >>> from gis.risk import event_load_card
    >>> card_rows(event_load_card("2026-09"))[0]
    ('公式', 'Formula', '', 'score = events / area_km2 * 30 / days')
    """
    rows = []
    names = [f.name for f in fields(card) if not f.name.endswith("_zh")]
    for name in [*CARD, *sorted({*names} - {*CARD} - ELSEWHERE)]:
        text = _text(getattr(card, name))
        text_zh = _text(getattr(card, f"{name}_zh", ""))
        if text or text_zh:
            captions = CARD.get(name, ("", name.replace("_", " ")))
            rows.append((*captions, text_zh, text))
    return rows


def gap_rows(gaps: Mapping[str, int]) -> list[tuple[str, str, int]]:
    """Return Chinese caption, English caption and number of each gap, by key.

    Examples
    --------
    >>> gap_rows({"no_grid": 2, "no_position": 0, "burnt": 1})
    [('burnt', '', 1), ('不在任何网格的场所', 'Places in no grid', 2)]
    """
    return [
        (*GAPS.get(key, (key, "")), int(count))
        for key, count in sorted(gaps.items())
        if count
    ]


def _text(value: object) -> str:
    """Return a value of a card as one line; the breaks of a scale by slashes."""
    if isinstance(value, tuple):
        between = "; " if any(isinstance(item, str) for item in value) else " / "
        return between.join(_text(item) for item in value)
    if isinstance(value, float):
        return f"{value:,.10g}"
    return str(value)
