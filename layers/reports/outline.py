"""What a report says in which order, of its figures."""

from collections.abc import Iterator
from typing import Any, Final, TypeAlias

import geopandas as gpd
import pandas as pd
import shapely

from gis.risk import MethodCard
from layers.figures.counting import MODULE_COLUMNS, MODULES, SEVERITY_COLUMNS
from layers.figures.definitions import figure_of
from layers.figures.report import TOWN, Figures, Head
from layers.packs.code_tables import named
from layers.rating.drivers import driver_text
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
from layers.reports.figure_notes import with_figure_notes
from layers.reports.moves_section import moves_section
from layers.reports.plan_section import plan_section
from layers.reports.plots import (
    Draw,
    draw_days,
    draw_map,
    draw_modules,
    side_by_side,
)
from layers.styles import (
    LEVEL_STYLES,
    SCENE_STYLES,
)
from layers.words import (
    CAPTIONS,
    COMMUNITY_NAME,
    EVENTS,
    GRID_NAME,
    HEADINGS,
    METHOD_CARD,
    PLACE_PAGE,
    SEVERITIES,
    TITLES,
    Words,
    left_out_rows,
    tier_name,
)

Row: TypeAlias = Any
"""A row of a frame by `itertuples`, which pandas does not type."""

SHOWN_PLACES: Final = 4
"""Places listed beside a circle; all of them stand in the table of places."""
LISTED_PLACES: Final = 200
"""Places in the table; all of them stand in ``attention.csv``."""
SHOWN_DRIVERS: Final = 3
NONE: Final = "—"
AREA_COUNTS: Final = (
    "checks",
    "found",
    "fixed",
    "green",
    "yellow",
    "red",
    "overdue",
    "campaigns",
)
"""Counts in the table of areas besides the events."""
PANEL_FIGURES: Final = (
    *("level", "score", "change", "events", "events_before", "checks", "findings"),
    *("fixed", "places", "green", "yellow", "red", "checks_overdue", "drivers"),
    *("days_late", "module_events"),
)
"""What stands on the panel of a circle."""
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
        facts=tuple(_facts(figures.head)),
        is_synthetic=figures.head.synthetic,
        blocks=with_figure_notes(_blocks(figures)),
    )


def _title(head: Head) -> Words:
    """Return what the report is called."""
    words = TITLES[head.kind]
    when = head.last.isoformat() if head.kind == "daily" else f"{head.last:%Y-%m}"
    return Words(f"{head.town} {words.zh} {when}", f"{words.en}, {when}")


def _facts(head: Head) -> Iterator[tuple[Words, str]]:
    """Yield what the report was made from."""
    yield Words("期间", "Days"), _days(head.first, head.last)
    yield HEADINGS["before"], _days(head.before_first, head.before_last)
    cut_off = head.cut_off or "全部已录入 all recorded"
    yield Words("截止", "As known at"), cut_off
    yield Words("数据日期", "Data of"), head.data_date
    digest = head.boundary_digest[:12]
    yield Words("边界版本", "Boundaries"), f"{head.boundary_version} · {digest}"
    rule = f"{head.safety_rule} · {head.safety_owner}"
    yield Words("平安码规则", "Safety rule"), rule
    yield Words("风险方法", "Risk method"), f"{head.risk_method} · {head.risk_owner}"
    yield Words("时区", "Time zone"), head.timezone


def _days(first: object, last: object) -> str:
    return str(first) if first == last else f"{first} / {last}"


def _blocks(figures: Figures) -> Iterator[Block]:
    """Yield the sections."""
    yield _tiles(figures.rows("town").iloc[0])
    yield from _map_section(figures)
    yield from _module_section(figures)
    yield from _circle_sections(figures)
    yield from _community_section(figures)
    yield Heading(GRID_NAME)
    # the rows that make the sums those of the town stand below the grids
    yield _area_table(figures.areas[figures.areas["layer"].isin(SUMMED)])
    yield from _place_section(figures)
    if figures.plan is not None:
        yield from plan_section(figures.plan, figures.rule, figures.scenarios)
    yield from _sensitive_section(figures)
    yield from _method_section(figures.card)
    yield from moves_section(figures.moves)
    yield from _left_out_section(figures)


def _tiles(town: pd.Series) -> Tiles:
    """Return the numbers of the town."""
    codes = f"绿 {town.green:,}  黄 {town.yellow:,}  红 {town.red:,}"
    return Tiles(
        (
            _tile(town.events, EVENTS, f"上期 {town.events_before:,}", "events"),
            _tile(town.checks, HEADINGS["checks"], f"演练 {town.drills:,}", "checks"),
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
    return Tile(f"{value:,}", words, Words(beside), figure)


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
        picture=Picture(
            draw_map(ground, outlines_of(ground), 5.5),
            178,
            94,
            Words("网格五色图", "Grids in five colours"),
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
        (METHOD_CARD["formula"].zh, card.formula, ""),
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
            (None, Words(f"{words.zh}：{town[name]:,}", words.en))
            for name, words in zip(SEVERITY_COLUMNS, SEVERITIES.values(), strict=True)
        ),
        picture=Picture(
            _event_plots(figures, TOWN, town, days.days + 1),
            178,
            44,
            Words("全镇事件：按日、按模块", "Events of the town by day and module"),
        ),
        figures=("severity_events", "events", "module_events"),
    )


def _event_plots(figures: Figures, area_id: str, area: Any, now: int) -> Draw:
    """Return the plots of the events of an area by day and by module."""
    days = list(figures.trend.columns)
    counts = [int(number) for number in figures.trend.T[area_id]]
    names = [named("modules", name).zh for name in MODULES]
    modules = [int(getattr(area, name)) for name in MODULE_COLUMNS]
    # the row of what has no module is shown where there is one
    rows = len(MODULES) if modules[-1] else len(MODULES) - 1
    return side_by_side(
        (
            (0.58, draw_days(counts, (days[0][5:], days[-1][5:]), now)),
            (0.42, draw_modules(names[:rows], modules[:rows])),
        )
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


def _circle_sections(figures: Figures) -> Iterator[Block]:
    """Yield each tier of circles: all in one table, then each on a panel."""
    circles = figures.rows("circle")
    for tier in circles["tier"].unique():
        rows = circles[circles["tier"] == tier]
        yield Heading(tier_name(tier))
        yield _area_table(rows)
        yield from (_circle_panel(figures, circle) for circle in rows.itertuples())


def _circle_panel(figures: Figures, circle: Row) -> Panel:
    """Return what is said of one circle."""
    ground = figures.ground[_is_below(figures, circle.area_id)]
    now = (figures.head.last - figures.head.first).days + 1
    map_and_plots = side_by_side(
        (
            (0.28, draw_map(ground, [], 5)),
            (0.72, _event_plots(figures, circle.area_id, circle, now)),
        )
    )
    return Panel(
        words=Words(circle.name, circle.area_id),
        chip=level_chip(circle.level),
        lines=tuple((None, words) for words in _circle_lines(figures, circle)),
        picture=Picture(
            map_and_plots,
            178,
            38,
            Words(f"{circle.name}：网格五色图，事件按日、按模块", "Grids, events"),
        ),
        figures=PANEL_FIGURES,
    )


def _circle_lines(figures: Figures, circle: Row) -> Iterator[Words]:
    """Yield what stands beside the plots of a circle."""
    yield Words(
        f"得分 {_score(circle.score)}，较七天前 {_change(circle.change)}；"
        f"事件 {circle.events:,}（上期 {circle.events_before:,}）"
    )
    yield Words(
        f"检查 {circle.checks:,}，发现隐患 {circle.found:,}，整改 {circle.fixed:,}"
    )
    yield Words(
        f"场所 {circle.places:,}：绿 {circle.green:,}，黄 {circle.yellow:,}，"
        f"红 {circle.red:,}；逾期 {circle.overdue:,}"
    )
    drivers = "；".join(
        driver_text(driver, figures.scenarios)
        for driver in circle.drivers[:SHOWN_DRIVERS]
    )
    if drivers:
        yield Words(f"主要因素：{drivers}")
    below = figures.attention[figures.attention["circle_id"] == circle.area_id]
    late = below[below["overdue_days"] > 0]
    for place in late.head(SHOWN_PLACES).itertuples():
        yield Words(f"逾期 {place.overdue_days} 天：{place.place_id} {place.name}")
    if len(late) > SHOWN_PLACES:
        yield Words(f"另有 {len(late) - SHOWN_PLACES:,} 处逾期，全部列于 attention.csv")


def _is_below(figures: Figures, circle_id: str) -> pd.Series:
    """Say which grids lie below a circle."""
    circles = figures.rows("circle")
    parents = dict(zip(circles["area_id"], circles["parent_id"], strict=True))
    owner = figures.ground["parent_id"]
    below = owner == circle_id
    while owner.notna().any():
        owner = owner.map(parents)
        below |= owner == circle_id
    return below


def _community_section(figures: Figures) -> Iterator[Block]:
    """Yield the communities, where there are some."""
    communities = figures.rows("community")
    if not communities.empty:
        yield Heading(COMMUNITY_NAME)
        yield _area_table(communities)


def _area_table(areas: pd.DataFrame) -> Table:
    """Return the table of some areas."""
    return Table(
        (
            Column(Words("名称", "Name"), 27),
            Column(Words("编号", "Id"), 25),
            Column(Words("等级", "Level"), 16),
            Column(Words("得分", "Score"), 11, "score"),
            Column(Words("较上周", "Change"), 11.5, "change"),
            Column(EVENTS, 11, "events"),
            Column(HEADINGS["before"], 11, "events_before"),
            *(Column(_short(name), 11.8, "module_events") for name in MODULES),
            *(Column(HEADINGS[name], 9.8, figure_of(name)) for name in AREA_COUNTS),
        ),
        tuple(_area_row(area) for area in areas.itertuples()),
    )


def _short(module: str) -> Words:
    """Return the words of a module for a narrow column."""
    words = named("modules", module)
    return Words(words.zh.removeprefix("智慧"), words.en.split()[0])


def _area_row(area: Row) -> tuple[Cell, ...]:
    """Return the row of an area."""
    is_rated = area.layer != "no_grid"
    names = (*MODULE_COLUMNS, *AREA_COUNTS)
    return (
        area.name,
        area.area_id,
        level_chip(area.level) if is_rated else NONE,
        _score(area.score),
        _change(area.change),
        f"{area.events:,}",
        f"{area.events_before:,}",
        *(f"{getattr(area, name):,}" for name in names),
    )


def _score(score: float) -> str:
    return NONE if pd.isna(score) else f"{score:.1f}"


def _change(change: float) -> str:
    # adding zero takes the sign off a rounded zero
    return NONE if pd.isna(change) else f"{round(change, 1) + 0.0:+.1f}"


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
