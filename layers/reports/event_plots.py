"""The plots of the events of an area: by day and by module."""

from typing import Any

from layers.figures.counting import MODULE_COLUMNS, MODULES
from layers.figures.report import Figures
from layers.packs.code_tables import named
from layers.reports.blocks import Picture
from layers.reports.plots import draw_days, draw_modules
from layers.words import Words


def event_plots(
    figures: Figures,
    area_id: str,
    area: Any,
    now: int,
    rooms: tuple[tuple[float, float], tuple[float, float]],
) -> tuple[Picture, Picture]:
    """Return the plots of the events of an area by day and by module.

    Parameters
    ----------
    figures
        Of the report.
    area_id
        The town or a circle.
    area
        Its row, with the counts by module.
    now
        How many of the plotted days the report is about.
    rooms
        Width and height of each plot, millimetres.
    """
    days = list(figures.trend.columns)
    counts = [int(number) for number in figures.trend.T[area_id]]
    names = [named("modules", name).zh for name in MODULES]
    modules = [int(getattr(area, name)) for name in MODULE_COLUMNS]
    # the row of what has no module is shown where there is one
    rows = len(MODULES) if modules[-1] else len(MODULES) - 1
    return (
        Picture(
            draw_days(counts, (days[0][5:], days[-1][5:]), now, rooms[0]),
            Words("事件按日", "Events by day"),
        ),
        Picture(
            draw_modules(names[:rows], modules[:rows], rooms[1]),
            Words("事件按模块", "Events by module"),
        ),
    )
