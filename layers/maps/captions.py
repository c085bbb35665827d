"""Chinese and English words for what a map prints of a method card and of gaps."""

from collections.abc import Mapping
from dataclasses import fields

from gis.risk import MethodCard

CARD = {
    "formula": ("公式", "Formula"),
    "breaks": ("分级 含上限", "Breaks, upper limits included"),
    "constants": ("常数", "Constants"),
    "population_base": ("人口口径", "Population base"),
    "boundary_version": ("边界版本", "Boundary version"),
    "rule_version": ("规则版本", "Rule version"),
    "version": ("方法版本", "Method version"),
    "link": ("方法说明", "Method link"),
    "note": ("说明", "Note"),
}
"""Fields of a method card; one without a caption is printed under its own name."""

ELSEWHERE = {"title", "title_zh", "unit", "data_date"}
"""Fields of a method card that stand in the head and the legend."""

GAPS = {
    "no_position": ("无坐标的场所", "Places without a position"),
    "no_grid": ("不在任何网格的场所", "Places in no grid"),
    "unknown_scene": ("八类以外的场所", "Places of an unknown scene"),
    "no_event_position": ("无坐标的事件", "Events without a position"),
    "no_station_position": ("无坐标的站点", "Stations without a position"),
    "no_polygon": ("无边界的区域", "Areas without a polygon"),
    "no_post_area": ("找不到责任区的岗位", "Posts of an unknown area"),
    "uncovered": ("与邻区重叠或有缝的网格", "Grids that overlap or leave a gap"),
    "no_severity": ("无等级的隐患", "Findings without a severity"),
    "in_the_future": ("日期在将来的检查", "Inspections in the future"),
}
"""What may be missing on a map, by key; any other key is printed as it is."""


def card_rows(card: MethodCard) -> list[tuple[str, str, str]]:
    """Return Chinese caption, English caption and text of each field of a card.

    Examples
    --------
    >>> from gis.risk import event_load_card
    >>> card_rows(event_load_card("2026-09"))[0][1:]
    ('Formula', 'score = events / area_km2 * 30 / days')
    """
    rows = []
    for name in [f.name for f in fields(card) if f.name not in ELSEWHERE]:
        text = _text(getattr(card, name))
        if text:
            rows.append((*CARD.get(name, ("", name.replace("_", " "))), text))
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
    """Return a value of a card as one line."""
    if isinstance(value, Mapping):
        return "; ".join(f"{key} = {_text(item)}" for key, item in value.items())
    if isinstance(value, tuple | list):
        return " / ".join(_text(item) for item in value)
    if isinstance(value, float):
        return f"{value:,.10g}"
    return "" if value is None else str(value)
