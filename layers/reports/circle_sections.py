"""The circles of a report: each tier in one table, then each circle on a panel."""

from collections.abc import Iterator
from typing import Final

import geopandas as gpd
import pandas as pd

from layers.figures.report import Figures
from layers.rating.drivers import driver_line
from layers.reports.area_table import Row, area_table, change_text, score_text
from layers.reports.before import NO_DATA, before_text
from layers.reports.blocks import Block, Heading, Panel, Picture, level_chip
from layers.reports.event_plots import event_plots
from layers.reports.plots import draw_map
from layers.words import Words, tier_name

SHOWN_PLACES: Final = 4
"""Places listed beside a circle; all of them stand in the table of places."""
SHOWN_DRIVERS: Final = 3
PANEL_FIGURES: Final = (
    *("level", "score", "change", "events", "events_before", "checks", "findings"),
    *("fixed", "places", "green", "yellow", "red", "checks_overdue", "drivers"),
    *("days_late", "module_events"),
)
"""What stands on the panel of a circle."""
CIRCLE_MAP: Final = (46.0, 36.0)
CIRCLE_PLOTS: Final = ((72.0, 36.0), (54.0, 36.0))


def circle_sections(figures: Figures) -> Iterator[Block]:
    """Yield each tier of circles: all in one table, then each on a panel.

    Parameters
    ----------
    figures
        Of the report.
    """
    circles = figures.rows("circle")
    below = _grids_below(figures) if len(circles) else {}
    for tier in circles["tier"].unique():
        rows = circles[circles["tier"] == tier]
        yield Heading(tier_name(tier))
        yield area_table(figures, rows)
        for circle in rows.itertuples():
            ground = figures.ground.iloc[below.get(circle.area_id, [])]
            yield _circle_panel(figures, circle, ground)


def _circle_panel(figures: Figures, circle: Row, ground: gpd.GeoDataFrame) -> Panel:
    """Return what is said of one circle."""
    now = (figures.head.last - figures.head.first).days + 1
    return Panel(
        words=Words(circle.name, circle.area_id),
        chip=level_chip(circle.level),
        lines=tuple((None, words) for words in _circle_lines(figures, circle)),
        pictures=(
            *_maps(ground),
            *event_plots(figures, circle.area_id, circle, now, CIRCLE_PLOTS),
        ),
        figures=PANEL_FIGURES,
    )


def _maps(ground: gpd.GeoDataFrame) -> Iterator[Picture]:
    """Yield the map of the grids of a circle, if it has some."""
    if not ground.empty:
        yield Picture(draw_map(ground, [], CIRCLE_MAP, 5), Words("五色图", "Grids"))


def _circle_lines(figures: Figures, circle: Row) -> Iterator[Words]:
    """Yield what stands beside the plots of a circle."""
    yield Words(
        f"{_score_words(circle)}；"
        f"事件 {circle.events:,} 起（{before_text(figures, circle.events_before)}）"
    )
    yield Words(
        f"检查 {circle.checks:,} 次，发现隐患 {circle.found:,} 处，"
        f"整改 {circle.fixed:,} 处"
    )
    yield Words(
        f"场所 {circle.places:,} 处：绿 {circle.green:,}，黄 {circle.yellow:,}，"
        f"红 {circle.red:,}；逾期 {circle.overdue:,} 处"
    )
    drivers = "；".join(
        driver_line(driver, figures.scenarios).zh
        for driver in circle.drivers[:SHOWN_DRIVERS]
    )
    if drivers:
        # a number keeps its unit in the line
        yield Words(f"主要因素：{drivers}".replace(" %", "\u00a0%"))
    below = figures.attention[figures.attention["circle_id"] == circle.area_id]
    late = below[below["overdue_days"] > 0]
    for place in late.head(SHOWN_PLACES).itertuples():
        yield Words(f"逾期 {place.overdue_days} 天：{place.place_id} {place.name}")
    if len(late) > SHOWN_PLACES:
        yield Words(f"另有 {len(late) - SHOWN_PLACES:,} 处逾期，全部列于 attention.csv")


def _score_words(circle: Row) -> str:
    """Return the score of a circle and how it changed in words."""
    if pd.isna(circle.score):
        return f"得分{NO_DATA.zh}"
    change = f" {change_text(circle.change)}"
    before = NO_DATA.zh if pd.isna(circle.change) else change
    return f"得分 {score_text(circle.score)} 分，较七天前{before}"


def _grids_below(figures: Figures) -> dict[str, list[int]]:
    """Return the rows of the grids below each circle."""
    circles = figures.rows("circle")
    parents = dict(zip(circles["area_id"], circles["parent_id"], strict=True))
    below: dict[str, list[int]] = {}
    for row, parent in enumerate(figures.ground["parent_id"]):
        owner = parent
        while owner in parents:
            below.setdefault(owner, []).append(row)
            owner = parents[owner]
    return below
