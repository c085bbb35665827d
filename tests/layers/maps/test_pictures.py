"""Pictures of the map of S town for the eye, in out/screens, and what it costs."""

import gzip
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from layers.maps import Details, five_colour_map, save_page
from support.harness.browser import visit
from support.makers.drawn_maps import CARD, PAINTED

pytestmark = pytest.mark.chromium
SCREENS = Path(__file__).parents[3] / "out" / "screens"
TIERS = ["grids", "tier4", "tier3", "tier2", "tier1", "communities"]
DAYS = pd.date_range("2026-09-17", "2026-09-30")


def made_up(frame, key, rng):
    """Areas with levels that fall from the middle of the town outwards, day by day."""
    centres = frame.geometry.to_crs("EPSG:4549").centroid
    away = np.hypot(centres.x - centres.x.mean(), centres.y - centres.y.mean())
    base = 4 * np.exp(-((away / 2200) ** 2)) + rng.normal(0.6, 0.7, len(frame))
    drift = np.cumsum(rng.normal(0, 0.15, (len(frame), len(DAYS))), axis=1)
    levels = np.clip(np.round(base.to_numpy()[:, None] + drift), 1, 5).astype(int)
    levels[rng.random(len(frame)) < 0.03] = 0
    figures = {
        "level": levels[:, -1],
        "score": np.where(levels[:, -1] > 0, levels[:, -1] * 300.0, np.nan),
        "events": rng.integers(0, 200, len(frame)),
        "drivers": [["严重隐患 2 条 +6.0", "逾期未查 12 天 +2.4"]] * len(frame),
        "changes": [["新增严重隐患 1 条 +3.0"]] * len(frame),
    }
    history = pd.DataFrame(levels, index=frame[key].to_numpy(), columns=DAYS)
    return frame.assign(**figures), history


def made_up_places(town, rng):
    places = town.enterprises[town.enterprises["is_coded"]]
    code = rng.choice([1, 2, 3], len(places), p=[0.9, 0.085, 0.015])
    reasons = {
        1: ["检查合格"],
        2: ["一般隐患 1 条"],
        3: ["严重隐患 1 条", "演练不合格"],
    }
    return places.assign(
        code=code,
        reasons=[reasons[c] for c in code.tolist()],
        due=pd.Timestamp("2026-10-01")
        + pd.to_timedelta(rng.integers(0, 30, len(places)), unit="D"),
    )


@pytest.fixture(scope="module")
def town_page(s_town, tmp_path_factory):
    """The page of S town with made-up levels and codes, everything on it."""
    town, rng = s_town, np.random.default_rng(5)
    grids, of_grids = made_up(town.grids, "grid_id", rng)
    circles, of_circles = made_up(town.circles, "circle_id", rng)
    communities, of_communities = made_up(town.communities, "community_id", rng)
    events = town.events.dropna(subset=["lon"]).tail(2000)
    leaders = town.posts[town.posts["role"].str.endswith("leader")]
    stations = communities.geometry[::7].representative_point()
    details = Details(
        communities=communities,
        places=made_up_places(town, rng),
        events=gpd.GeoDataFrame(
            events[["category", "severity"]].assign(day=events["occurred_at"].str[:10]),
            geometry=gpd.points_from_xy(events["lon"], events["lat"], crs="EPSG:4326"),
        ),
        posts=leaders[["post_id", "area_id"]],
        stations=gpd.GeoDataFrame(
            {"station_id": [f"S{n}" for n in range(len(stations))]},
            geometry=stations.array,
        ),
        history=pd.concat([of_grids, of_circles, of_communities]),
        grid_version="1 (2026-09-01)",
        review_number="审图号：示例（2026）001号",
    )
    drawn = five_colour_map(
        grids,
        circles,
        title="S 镇区域平安风险五色图",
        method=CARD,
        synthetic=True,
        details=details,
    )
    path = tmp_path_factory.mktemp("map") / "s_town.html"
    save_page(drawn, path)
    SCREENS.mkdir(parents=True, exist_ok=True)
    return path


def shoot(opened, name):
    opened.page.wait_for_timeout(350)
    opened.page.screenshot(path=SCREENS / f"{name}.png")


def test_page_of_s_town_is_below_its_limits(town_page):
    page = town_page.read_bytes()
    assert len(page) < 3_000_000
    assert len(gzip.compress(page)) < 1_200_000


def test_pictures_of_every_tier(chromium, town_page):
    with visit(chromium, town_page, script=PAINTED) as opened:
        for number, name in enumerate(TIERS):
            opened.page.locator(".tiers label").nth(number).click()
            shoot(opened, f"map_{name}")
        assert opened.trouble == []


@pytest.mark.parametrize("zoom", [0, 2, 4])
def test_pictures_at_three_zooms_with_every_point(chromium, town_page, zoom):
    with visit(chromium, town_page) as opened:
        for name in ("places", "events", "posts", "stations"):
            opened.page.locator(f".toggles input[name={name}]").check()
        for _ in range(zoom):
            opened.page.locator(".leaflet-control-zoom-in").click()
            opened.page.wait_for_timeout(350)
        opened.page.locator(".pagoda-panel").evaluate("e => { e.scrollTop = 500; }")
        shoot(opened, f"map_points_zoom_{zoom}")
        assert opened.trouble == []


def test_picture_of_places_alone(chromium, town_page):
    with visit(chromium, town_page) as opened:
        opened.page.locator(".toggles input[name=places]").check()
        shoot(opened, "map_places")
        assert opened.trouble == []


def test_pictures_of_a_chosen_area_and_a_place_and_a_past_day(chromium, town_page):
    with visit(chromium, town_page) as opened:
        opened.page.mouse.click(480, 430)
        shoot(opened, "map_chosen_area")
        opened.page.locator(".history input").fill("3")
        shoot(opened, "map_past_day")
        opened.page.locator(".search input").fill("E0012")
        shoot(opened, "map_search")
        opened.page.locator(".search input").press("Enter")
        shoot(opened, "map_chosen_place")
        assert opened.trouble == []


def test_picture_on_paper(chromium, town_page):
    with visit(chromium, town_page) as opened:
        opened.page.locator(".toggles input[name=places]").check()
        opened.page.pdf(path=SCREENS / "map_a3.pdf", prefer_css_page_size=True)
        opened.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
        opened.page.emulate_media(media="print")
        opened.page.set_viewport_size({"width": 1511, "height": 1045})
        shoot(opened, "map_printed")
        assert opened.trouble == []


def test_picture_without_colours(chromium, town_page):
    with visit(chromium, town_page) as opened:
        opened.page.add_style_tag(content="html { filter: grayscale(1); }")
        shoot(opened, "map_grey")
        assert opened.trouble == []


def test_picture_on_a_narrow_screen(chromium, town_page):
    with visit(chromium, town_page, width=414, height=860) as opened:
        shoot(opened, "map_narrow")
        assert opened.trouble == []
