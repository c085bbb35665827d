"""The plots of an area show its own events, by day and by module."""

import re

import numpy as np

from layers.figures.counting import MODULE_COLUMNS
from layers.reports.event_plots import event_plots
from support.makers.report_days import daily_report, make_hamlet_day

ROOMS = ((70.0, 30.0), (50.0, 30.0))


def test_plots_have_a_bar_a_day_and_the_number_of_each_module():
    figures = daily_report(make_hamlet_day())
    town = figures.rows("town").iloc[0]
    days, modules = event_plots(figures, "", town, 1, ROOMS)
    counts = figures.trend.loc[""].to_numpy()
    heights = re.findall(r'<rect [^>]*height="([\d.]+)"', days.plot.body)
    assert len(heights) == len(counts)
    tall = np.array(heights, dtype=float)
    assert np.allclose(tall, counts / counts.max() * tall.max(), atol=0.02)
    numbers = [int(t) for t in re.findall(r">(\d+)</text>", modules.plot.body)]
    shown = [int(town[name]) for name in MODULE_COLUMNS]
    assert numbers == shown[: len(numbers)]
    # what has no module is left out only where there is none
    assert len(numbers) == len(shown) - (shown[-1] == 0)
    assert [days.plot.width, modules.plot.width] == [70.0, 50.0]
