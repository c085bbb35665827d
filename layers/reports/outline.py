"""What a report says in which order, of its figures."""

from collections.abc import Iterator
from typing import Final

import geopandas as gpd
import shapely

from gis.risk import MethodCard
from layers.figures.counting import SEVERITY_COLUMNS
from layers.figures.report import TOWN, Figures, Head
from layers.reports.area_table import NONE, Row, area_table
from layers.reports.before import before_note, before_text
from layers.reports.blocks import (
    Block,
    Cell,
    Column,
    Content,
    Heading,
    Panel,
    Paragraph,
    Picture,
    Table,
    Tile,
    Tiles,
    code_chip,
    level_chip,
)
from layers.reports.circle_sections import circle_sections
from layers.reports.event_plots import event_plots
from layers.reports.figure_notes import with_figure_notes
from layers.reports.moves_section import moves_section
from layers.reports.plan_section import plan_section
from layers.reports.plots import draw_map
from layers.styles import (
    LEVEL_STYLES,
    SCENE_STYLES,
)
from layers.words import Words, in_front, words_of
from layers.words.code_lists import HEADINGS, METHOD_CARD, OWNERS, SEVERITIES, TITLES
from layers.words.rating import left_out_rows
from layers.words.vocabulary import (
    CAPTIONS,
    COMMUNITY_NAME,
    EVENTS,
    GRID_NAME,
    PLACE_PAGE,
)

LISTED_PLACES: Final = 200
"""Places in the table; all of them stand in ``attention.csv``."""
UNITS: Final = {
    "events": "起",
    "checks": "次",
    "findings": "处",
    "fixed": "处",
    "places": "处",
    "checks_overdue": "处",
    "campaigns": "项",
}
"""What a number of the town counts, in Chinese, by its figure."""
TOWN_MAP: Final = (178.0, 100.0)
"""Room of the map of the town, millimetres."""
TOWN_PLOTS: Final = ((104.0, 44.0), (70.0, 44.0))
"""Room of its events by day and by module."""
SUMMED: Final = ("grid", "no_grid")
"""Layers whose counts add up to those of the town."""
MAP_NOTES: Final = (
    Words("粗线为最低一级指挥圈", "Bold lines: circles of the lowest tier"),
    Words("上北下南", "North is up"),
)


def outline(figures: Figures) -> Content:
    """Return the whole report as blocks.

    Parameters
    ----------
    figures
        What it says.
    """
    return Content(
        title=_title(figures.head),
        facts=tuple(_facts(figures)),
        is_synthetic=figures.head.synthetic,
        blocks=with_figure_notes(_blocks(figures)),
    )


def _title(head: Head) -> Words:
    """Return what the report is called."""
    words = TITLES[head.kind]
    when = head.last.isoformat() if head.kind == "daily" else f"{head.last:%Y-%m}"
    title = Words(f"{words.zh} {when}", f"{words.en}, {when}")
    return in_front(head.town, title)


def _facts(figures: Figures) -> Iterator[tuple[Words, str]]:
    """Yield what the report was made from."""
    head, note = figures.head, before_note(figures)
    yield Words("期间", "Days"), _days(head.first, head.last)
    yield HEADINGS["before"], f"{_days(head.before_first, head.before_last)}{note}"
    cut_off = head.cut_off or "全部已录入 all recorded"
    yield Words("截止", "As known at"), cut_off
    yield Words("数据日期", "Data of"), head.data_date
    digest = head.boundary_digest[:12]
    yield Words("边界版本", "Boundaries"), f"{head.boundary_version} · {digest}"
    rule = f"{head.safety_rule} · {words_of(head.safety_owner, OWNERS).line}"
    yield Words("平安码规则", "Safety rule"), rule
    method = f"{head.risk_method} · {words_of(head.risk_owner, OWNERS).line}"
    yield Words("风险方法", "Risk method"), method
    yield Words("时区", "Time zone"), head.timezone


def _days(first: object, last: object) -> str:
    return str(first) if first == last else f"{first} / {last}"


def _blocks(figures: Figures) -> Iterator[Block]:
    """Yield the sections."""
    yield _tiles(figures)
    yield from _map_section(figures)
    yield from _module_section(figures)
    yield from circle_sections(figures)
    yield from _community_section(figures)
    yield Heading(GRID_NAME)
    # the rows that make the sums those of the town stand below the grids
    yield area_table(figures, figures.areas[figures.areas["layer"].isin(SUMMED)])
    yield from _place_section(figures)
    if figures.plan is not None:
        yield from plan_section(figures.plan, figures.rule, figures.scenarios)
    yield from _sensitive_section(figures)
    yield from _method_section(figures.card)
    yield from moves_section(figures.moves)
    yield from _left_out_section(figures)


def _tiles(figures: Figures) -> Tiles:
    """Return the numbers of the town."""
    town = figures.rows("town").iloc[0]
    codes = f"绿 {town.green:,}  黄 {town.yellow:,}  红 {town.red:,}"
    before = before_text(figures, town.events_before)
    return Tiles(
        (
            _tile(town.events, EVENTS, before, "events"),
            _tile(
                town.checks, HEADINGS["checks"], f"演练 {town.drills:,} 次", "checks"
            ),
            _tile(town.found, Words("发现隐患", "Findings"), "", "findings"),
            _tile(town.fixed, Words("整改隐患", "Fixed"), "", "fixed"),
            _tile(town.places, Words("赋码场所", "Coded places"), codes, "places"),
            _tile(
                town.overdue, Words("逾期未查", "Overdue checks"), "", "checks_overdue"
            ),
            _tile(town.campaigns, Words("专项行动", "Campaigns"), "", "campaigns"),
        )
    )


def _tile(value: int, words: Words, beside: str, figure: str) -> Tile:
    return Tile(f"{value:,}", words, Words(beside), figure, UNITS[figure])


def _map_section(figures: Figures) -> Iterator[Block]:
    """Yield the map with its legend, and how it was coloured."""
    card, ground = figures.card, figures.ground
    yield Heading(Words(f"五色图 {card.title_zh}", f"Five-colour map: {card.title}"))
    counts = figures.rows("grid")["level"].value_counts()
    legend = tuple(
        (
            level_chip(style.level or 0),
            Words(f"{style.zh}：{counts.get(style.level or 0, 0)} 个网格", style.en),
        )
        for style in LEVEL_STYLES
    )
    yield Panel(
        words=Words("网格图例", "Grids by level"),
        chip=None,
        lines=(*legend, *((None, words) for words in MAP_NOTES)),
        pictures=(
            Picture(
                draw_map(ground, outlines_of(ground), TOWN_MAP, 5.5),
                Words("网格五色图", "Grids in five colours"),
            ),
        ),
    )


def outlines_of(ground: gpd.GeoDataFrame) -> list[shapely.Geometry]:
    """Return the circles of the lowest tier, none without a tree."""
    if "parent_id" not in ground:
        return []
    owners = ground["parent_id"]
    return [ground[owners == owner].union_all() for owner in owners.dropna().unique()]


def _method_section(card: MethodCard) -> Iterator[Block]:
    """Yield how areas were coloured."""
    yield Heading(Words("方法卡", "Method card"))
    yield Table(
        (
            Column(Words("项目", "Item"), 29),
            Column(Words("中文"), 122),
            Column(Words("English"), 122),
        ),
        tuple(_card_rows(card)),
    )


def _card_rows(card: MethodCard) -> Iterator[tuple[str, str, str]]:
    """Yield the fields of a method card in both languages."""
    breaks = " / ".join(f"{limit:g}" for limit in card.breaks)
    rows = (
        (METHOD_CARD["formula"].zh, card.formula_zh, card.formula),
        ("单位", card.unit_zh, card.unit),
        ("分级（含上限）", breaks, "Upper limits of levels 1 to 4"),
        (
            METHOD_CARD["constants"].zh,
            "；".join(card.constants_zh),
            "; ".join(card.constants),
        ),
        ("人口口径", card.population_base_zh, card.population_base),
        ("来源", card.source_zh, card.source),
        (METHOD_CARD["note"].zh, card.note_zh, card.note),
        (METHOD_CARD["link"].zh, card.link, ""),
    )
    yield from (row for row in rows if row[1] or row[2])


def _module_section(figures: Figures) -> Iterator[Block]:
    """Yield the events of the town by day, module and severity."""
    town = figures.rows("town").iloc[0]
    yield Heading(EVENTS)
    days = figures.head.last - figures.head.first
    yield Panel(
        words=Words("按严重程度", "By severity"),
        chip=None,
        lines=tuple(
            (None, Words(f"{words.zh}：{town[name]:,} 起", words.en))
            for name, words in zip(SEVERITY_COLUMNS, SEVERITIES.values(), strict=True)
        ),
        pictures=event_plots(figures, TOWN, town, days.days + 1, TOWN_PLOTS),
        figures=("severity_events", "events", "module_events"),
    )


def _place_section(figures: Figures) -> Iterator[Block]:
    """Yield the places that are red or overdue."""
    yield Heading(Words("红码与逾期场所", "Red and overdue places"))
    places = figures.attention
    if places.empty:
        yield Paragraph(CAPTIONS["none"])
        return
    reasons = {c.criterion_id: c.zh for c in figures.rule.criteria}
    yield Table(
        (
            Column(CAPTIONS["place"], 52),
            Column(CAPTIONS["scene"], 30),
            Column(Words("安全码", "Code"), 16),
            Column(CAPTIONS["grid"], 32),
            Column(Words("原因", "Why"), 82),
            Column(PLACE_PAGE["last_check"], 21),
            Column(Words("应查日期", "Due"), 21),
            Column(Words("逾期天数", "Days late"), 19, "days_late"),
        ),
        tuple(
            _place_row(place, reasons)
            for place in places.head(LISTED_PLACES).itertuples()
        ),
    )
    rest = len(places) - LISTED_PLACES
    if rest > 0:
        yield Paragraph(
            Words(
                f"另有 {rest:,} 处，全部列于 attention.csv。",
                f"{rest:,} more, all of them in attention.csv.",
            )
        )


def _place_row(place: Row, reasons: dict[str, str]) -> tuple[Cell, ...]:
    """Return the row of a place that is red or overdue."""
    scene = SCENE_STYLES.get(place.scene, ("", place.scene, ""))[1]
    texts = [reasons.get(name, name) for name in place.criteria.split(";") if name]
    return (
        f"{place.place_id} {place.name}",
        scene,
        code_chip(place.code),
        place.grid_id or NONE,
        "；".join(texts) or NONE,
        place.last_check or NONE,
        place.due_on or NONE,
        str(place.overdue_days),
    )


def _community_section(figures: Figures) -> Iterator[Block]:
    """Yield the communities, where there are some."""
    communities = figures.rows("community")
    if not communities.empty:
        yield Heading(COMMUNITY_NAME)
        yield area_table(figures, communities)


def _sensitive_section(figures: Figures) -> Iterator[Block]:
    """Yield what is said of sensitive categories: the rule always."""
    counts = figures.sensitive
    yield Heading(Words("涉敏感类别", "Sensitive categories"))
    yield Paragraph(counts.rule)
    if counts.note is not None:
        yield Paragraph(counts.note)
    if counts.rows:
        numbers = (Column(words, 30, "sensitive_events") for words in counts.headings)
        names = (
            Column(Words("社区编号", "Community"), 40),
            Column(Words("社区", "Name"), 50),
        )
        yield Table((*names, *numbers), counts.rows)


def _left_out_section(figures: Figures) -> Iterator[Block]:
    """Yield what could not be counted."""
    yield Heading(Words("未能计入", "Left out"))
    gaps = left_out_rows(figures.left_out)
    if not gaps:
        yield Paragraph(Words("无。", "Nothing."))
        return
    columns = (
        Column(Words("原因", "Reason"), 90),
        Column(CAPTIONS["number"], 20, "left_out"),
    )
    yield Table(columns, tuple((f"{zh} {en}", f"{n:,}") for zh, en, n in gaps))
