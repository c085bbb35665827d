"""A report has its sections in order; what is long or missing is said in words."""

from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import pytest

from layers.figures.report import Figures
from layers.reports import outline, web_page
from layers.reports.area_table import NONE
from layers.reports.blocks import Content, Heading, Paragraph, Table, Tiles
from layers.reports.outline import LISTED_PLACES, outlines_of
from layers.words import Words
from support.makers.report_days import daily_report, make_hamlet_day, monthly_report


def section(content: Content, heading: str) -> list[object]:
    """The blocks below a heading, up to the next."""
    words = [b.words.en if isinstance(b, Heading) else None for b in content.blocks]
    start = words.index(heading) + 1
    rest = content.blocks[start:]
    stop = next((n for n, b in enumerate(rest) if isinstance(b, Heading)), len(rest))
    return list(rest[:stop])


def test_report_begins_with_its_numbers_and_keeps_the_order_of_sections(
    hamlet: Content,
) -> None:
    assert isinstance(hamlet.blocks[0], Tiles)
    headings = [b.words.en for b in hamlet.blocks if isinstance(b, Heading)]
    assert headings[0].startswith("Five-colour map: ")
    assert headings[1:] == [
        "Events",
        "Core circle",
        "Risk-control circles",
        "Communities",
        "Grids",
        "Red and overdue places",
        "Sensitive categories",
        "Method card",
        "Left out",
        "What the figures mean",
    ]


@pytest.mark.parametrize(
    ("make", "title"),
    [
        (daily_report, Words("平安日报 2026-09-30", "Daily safety report, 2026-09-30")),
        (monthly_report, Words("平安月报 2026-09", "Monthly safety report, 2026-09")),
    ],
    ids=["daily", "monthly"],
)
def test_title_names_town_kind_and_time(
    make: Callable[..., Figures], title: Words
) -> None:
    village = Words("村", "Village")
    named = outline(make(make_hamlet_day(), town=village)).title
    assert named == Words(f"村 · {title.zh}", f"Village · {title.en}")


@pytest.mark.parametrize("name", ["", None, float("nan")])
def test_title_of_a_town_without_a_name_is_kind_and_time(name: object) -> None:
    day = make_hamlet_day()
    circles = day.circles.assign(name=[name] * len(day.circles))
    title = outline(daily_report(replace(day, circles=circles))).title
    assert title == Words("平安日报 2026-09-30", "Daily safety report, 2026-09-30")
    page = web_page.page(outline(daily_report(replace(day, circles=circles))))
    assert "<title>平安日报 2026-09-30</title>" in page
    without_tree = replace(day, circles=None)
    assert outline(daily_report(without_tree)).title == title


def test_title_names_the_top_circle_of_a_town_without_a_name() -> None:
    day = make_hamlet_day()
    named = day.circles.assign(name="大院")
    title = outline(daily_report(replace(day, circles=named))).title
    assert title.zh == "大院 · 平安日报 2026-09-30"


def test_areas_without_data_are_dashes_and_rows_that_are_no_areas_too(
    hamlet: Content,
) -> None:
    [table] = section(hamlet, "Grids")
    assert isinstance(table, Table)
    by_name = {str(row[0]): row for row in table.rows}
    assert by_name["甲"][3:5] == ("10.0", "+0.5")
    assert by_name["<img src=x onerror=alert(1)>"][3:5] == (NONE, NONE)
    assert by_name["未落网格 In no grid"][2] == NONE


def test_change_that_rounds_to_nothing_has_no_minus() -> None:
    day = make_hamlet_day()
    slight = replace(day, grids=day.grids.assign(change=-0.01))
    [table] = section(outline(daily_report(slight)), "Grids")
    assert isinstance(table, Table)
    assert table.rows[0][4] == "+0.0"


def test_places_beyond_the_table_are_counted_and_the_file_is_named() -> None:
    day = make_hamlet_day()
    red = pd.concat([day.places.iloc[:1]] * (LISTED_PLACES + 3), ignore_index=True)
    red["place_id"] = [f"H{n:03d}" for n in range(len(red))]
    blocks = section(
        outline(daily_report(replace(day, places=red))), "Red and overdue places"
    )
    table, paragraph = blocks
    assert isinstance(table, Table)
    assert isinstance(paragraph, Paragraph)
    assert len(table.rows) == LISTED_PLACES
    assert paragraph.words.en == "3 more, all of them in attention.csv."


def test_nothing_left_out_and_no_bad_place_are_said() -> None:
    day = replace(make_hamlet_day(), left_out={})
    content = outline(daily_report(replace(day, places=day.places.iloc[:0])))
    assert [b.words.en for b in section(content, "Left out")] == ["Nothing."]
    assert [b.words.en for b in section(content, "Red and overdue places")] == ["None."]


def test_lowest_circles_are_outlined_and_none_without_a_tree() -> None:
    ground = make_hamlet_day().grids
    west, east = outlines_of(ground)
    assert west.equals(ground.geometry.iloc[:2].union_all())
    assert east.equals(ground.geometry.iloc[2])
    assert outlines_of(ground.drop(columns="parent_id")) == []
