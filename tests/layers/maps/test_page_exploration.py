"""The page of a map of one's own files: what a reader sees, layer by layer."""

import re
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from layers import explore, make_territory
from support.harness.browser import AREAS, Visit, visit
from support.makers.square_town import squares

pytestmark = pytest.mark.chromium

CIRCLES = pd.DataFrame(
    {
        "circle_id": ["C", "W", "E"],
        "parent_id": [None, "C", "C"],
        "tier": [1, 2, 2],
        "name": ["core", "west", "east"],
    }
)


def exploration(**options):
    """Events by 1,000 residents on four squares under two circles and a core."""
    columns = range(4)
    grids = squares().drop(columns="community_id")
    grids["residents"] = [1000, 2000, 4000, None]
    places = [
        shapely.Point(120.005 + column / 100, 30.005)
        for column in columns
        for _ in range(column)
    ]
    events = gpd.GeoDataFrame(geometry=[*places, shapely.Point(1.5, 1.5)], crs=4326)
    return explore(make_territory(grids, CIRCLES), events, per="residents", **options)


@pytest.fixture
def opened(chromium: Browser, tmp_path: Path) -> Iterator[Visit]:
    """The page, as a file."""
    exploration(title="<i>T</i> 镇").save(tmp_path / "map.html")
    with visit(chromium, tmp_path / "map.html") as on_screen:
        yield on_screen


def legend(page):
    """Letter or sign, range and count of every line of the legend."""
    rows = page.locator(".legend tr").all_inner_texts()
    return [re.sub(r"\s+", " ", row).strip() for row in rows]


def test_page_asks_for_nothing_and_shows_its_title_as_text(opened):
    assert opened.page.locator(AREAS).count() == 4
    assert opened.page.locator("h1").inner_text() == "<i>T</i> 镇"
    assert opened.page.locator("h1 i").count() == 0
    assert opened.trouble == []


def test_what_is_drawn_stands_below_the_title_and_not_twice(chromium, opened, tmp_path):
    assert opened.page.locator("header p").inner_text() == "每 1,000 常住人口的事件数"
    exploration().save(tmp_path / "map.html")
    with visit(chromium, tmp_path / "map.html") as on_screen:
        assert on_screen.page.locator("header").inner_text().count("事件数") == 1


def test_legend_has_the_classes_of_its_layer_and_no_others(opened):
    page = opened.page
    assert legend(page) == [
        "蓝 蓝 较低 > 0 2",
        "绿 绿 低 ≤ 0 1",
        "无 无数据 1",
        "合计 4",
    ]
    page.locator(".tiers input").nth(1).check(force=True)
    # one circle has a rate, so all that have are of one class without limits
    assert legend(page) == ["绿 绿 低 1", "无 无数据 1", "合计 2"]
    page.locator(".tiers input").nth(2).check(force=True)
    assert legend(page) == ["绿 绿 低 0", "无 无数据 1", "合计 1"]


def test_facts_of_a_grid_are_the_rate_and_its_two_parts(opened):
    page = opened.page
    page.locator("[data-language=en]").click()
    page.locator(".leaflet-container").focus()
    page.keyboard.press("ArrowLeft")
    rows = page.locator(".selected tr").all_inner_texts()
    facts = dict(re.split(r"\t|\n", row, maxsplit=1) for row in rows)
    residents = {"G1": "1,000", "G2": "2,000", "G3": "4,000", "G4": "–"}
    assert facts["residents"].strip() == residents[facts["Id"].strip()]
    assert int(facts["Events"]) == int(facts["Id"].strip()[1]) - 1
    assert "events per 1,000 residents" in facts["Events per 1,000 residents"]


def test_page_is_in_one_language_and_speaks_of_no_risk(opened):
    page = opened.page
    page.locator(".method summary").click()
    chinese = page.locator("body").inner_text()
    page.locator("[data-language=en]").click()
    english = page.locator("body").inner_text()
    assert "风险" not in chinese
    assert "得分" not in chinese
    assert "Score" not in english
    assert "risk" not in english.lower()
    title = {"<i>T</i> 镇", "中文"}
    lines = [line for line in english.splitlines() if line.strip() not in title]
    assert [line for line in lines if re.search("[一-鿿]", line)] == []


def test_search_offers_what_the_map_has(opened):
    box = opened.page.locator(".search input")
    assert box.get_attribute("placeholder") == "查找网格、指挥圈"
    opened.page.locator("[data-language=en]").click()
    assert box.get_attribute("placeholder") == "Find a grid or circle"
    box.fill("east")
    box.press("Enter")
    assert "east" in opened.page.locator(".selected h2").inner_text()


@pytest.mark.parametrize(
    ("limits", "texts"),
    [
        ((0.000123456, 0.5), ["> 0.5", "0.0001235 – 0.5", "≤ 0.0001235"]),
        ((12_345.678, 1_234_567), ["> 1,234,567", "12,345.68 – 1,234,567"]),
    ],
    ids=["small", "large"],
)
def test_limits_keep_the_digits_that_tell_them_apart(chromium, tmp_path, limits, texts):
    exploration(breaks=limits).save(tmp_path / "map.html")
    with visit(chromium, tmp_path / "map.html") as on_screen:
        ranges = on_screen.page.locator(".legend .range").all_inner_texts()
    assert ranges[: len(texts)] == texts


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_page_can_be_read_by_everybody(opened, language):
    page = opened.page
    page.locator(f"[data-language={language}]").click()
    page.locator(".method summary").click()
    page.locator(".leaflet-container").focus()
    page.keyboard.press("ArrowLeft")
    violations = Axe().run(page).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"]) for v in violations] == []
    assert page.evaluate("document.documentElement.lang") == language
