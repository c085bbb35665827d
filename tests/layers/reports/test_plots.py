"""Plots are the same bytes again, and their text stays text."""

import re

import geopandas as gpd
import pytest
import shapely

from layers.reports.plots import (
    draw_days,
    draw_map,
    draw_modules,
    side_by_side,
    svg,
)
from layers.styles import LEVEL_STYLES

pytestmark = pytest.mark.usefixtures("installed_font")
DAYS = draw_days([3, 0, 12], ("09-01", "09-03"), 1)


def texts_of(picture: str) -> list[str]:
    return re.findall(r"<text[^>]*>([^<]*)</text>", picture)


def squares(*levels: int) -> gpd.GeoDataFrame:
    shapes = [shapely.box(120 + n, 30, 121 + n, 31) for n in range(len(levels))]
    return gpd.GeoDataFrame({"level": levels}, geometry=shapes, crs="EPSG:4490")


def test_plot_is_the_same_bytes_again_and_names_no_day_of_making() -> None:
    picture = svg(DAYS, 60, 30)
    assert picture == svg(draw_days([3, 0, 12], ("09-01", "09-03"), 1), 60, 30)
    assert picture.startswith("<svg")
    assert not re.search(r"<dc:date>|Matplotlib v", picture)


def test_days_say_the_first_the_last_and_the_highest() -> None:
    assert sorted(texts_of(svg(DAYS, 60, 30))) == ["09-01", "09-03", "12"]


def test_days_without_events_have_a_plot() -> None:
    quiet = svg(draw_days([0, 0], ("09-01", "09-02"), 2), 60, 30)
    assert "0" in texts_of(quiet)


def test_modules_stand_with_names_and_numbers() -> None:
    picture = svg(draw_modules(["治安", "城管"], [7, 0]), 60, 30)
    assert sorted(texts_of(picture)) == ["0", "7", "城管", "治安"]


def test_grids_carry_the_letter_and_the_colour_of_their_level() -> None:
    picture = svg(draw_map(squares(0, 1, 2, 3, 4, 5), [], 5), 60, 30)
    assert texts_of(picture) == ["N", "G", "B", "Y", "O", "R"]
    for style in LEVEL_STYLES:
        assert style.colour in picture


def test_outlines_are_drawn_over_the_grids() -> None:
    ground = squares(1, 1)
    with_outline = svg(draw_map(ground, [ground.union_all()], 5), 60, 30)
    assert (
        with_outline.count("<path")
        == svg(draw_map(ground, [], 5), 60, 30).count("<path") + 1
    )


def test_plots_side_by_side_hold_the_texts_of_both() -> None:
    modules = draw_modules(["治安"], [7])
    picture = svg(side_by_side(((0.5, DAYS), (0.5, modules))), 120, 30)
    assert texts_of(picture) == texts_of(svg(DAYS, 60, 30)) + texts_of(
        svg(modules, 60, 30)
    )


def test_dollar_signs_of_data_are_no_formula() -> None:
    assert "$x$" in texts_of(svg(draw_modules(["$x$"], [1]), 60, 30))
