"""The map by keys and by fingers, and what stands in its address."""

import re

import pytest

from layers.maps import save_page
from support.harness.browser import AREAS, pixel_of, visit
from support.makers.drawn_maps import full_map

pytestmark = pytest.mark.chromium


def test_address_opens_what_the_reader_saw(opened, chromium):
    page = opened.page
    page.locator("[data-language=en]").click()
    page.locator(".tiers label").nth(1).click()
    page.locator(".history input").fill("0")
    field = page.locator(".search input")
    field.fill("圈 C11")
    field.press("Enter")
    page.wait_for_timeout(300)
    again = page.context.new_page()
    again.goto(page.url)
    assert again.locator("html").get_attribute("lang") == "en"
    assert again.locator(".tiers input").nth(1).is_checked()
    assert "2026-09-28" in again.locator(".past-day").inner_text()
    assert "C11" in again.locator(".selected").inner_text()
    views = [
        p.evaluate(
            """() => {
              const name = Object.keys(window).find((key) => /^map_\\d+$/.test(key));
              return [window[name].getZoom(), window[name].getCenter()];
            }"""
        )
        for p in (page, again)
    ]
    assert views[0][0] == pytest.approx(views[1][0], abs=0.01)
    assert views[0][1] == pytest.approx(views[1][1], abs=1e-4)
    assert opened.trouble == []


@pytest.mark.parametrize(
    "hash_",
    [
        "lang=fr&layer=length&day=yesterday&area=none&at=x",
        "layer=__proto__&at=Infinity/30/120",
        "layer=99&at=14/NaN/120&area=%3Cb%3E",
        "layer=-1&at=1/2",
    ],
)
def test_address_that_means_nothing_opens_the_whole_town(opened, hash_):
    page, errors = opened.page.context.new_page(), []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{opened.page.url.partition('#')[0]}#{hash_}")
    assert page.locator(AREAS).count() == 25
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    assert page.locator(".selected").is_hidden()
    x, y = pixel_of(page, 120.065, 30.3125)
    assert 0 < x < 1024
    assert 0 < y < 900
    assert errors == []


def test_keyboard_alone_reads_an_area(opened):
    page, stops = opened.page, []
    for _ in range(5):
        page.keyboard.press("Tab")
        stops.append(page.evaluate("document.activeElement.type ?? ''"))
    assert "search" in stops
    page.locator(".folium-map").focus()
    ids = []
    for key in ("ArrowRight", "ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"):
        page.keyboard.press(key)
        ids.append(page.locator(".selected td").first.inner_text())
    assert len(set(ids)) >= 4
    assert all(re.fullmatch(r"G\d\d", area) for area in ids)
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.className") == "selected"
    page.keyboard.press("Escape")
    assert page.locator(".selected").is_hidden()
    assert "folium-map" in page.evaluate("document.activeElement.className")
    assert opened.trouble == []


def test_arrow_goes_to_a_neighbour_in_its_direction(opened):
    page = opened.page
    field = page.locator(".search input")
    field.fill("G22")
    field.press("Enter")
    page.locator(".folium-map").focus()
    for key, area in (
        ("ArrowRight", "G32"),
        ("ArrowUp", "G33"),
        ("ArrowLeft", "G23"),
        ("ArrowDown", "G22"),
    ):
        page.keyboard.press(key)
        assert page.locator(".selected td").first.inner_text() == area


@pytest.fixture
def phone(chromium, tmp_path):
    """The page on a phone, touched by fingers."""
    save_page(full_map(), tmp_path / "map.html")
    with visit(
        chromium, tmp_path / "map.html", width=390, height=844, touch=True
    ) as on:
        yield on


def test_facts_of_an_area_that_is_tapped_are_on_the_screen_of_a_phone(phone):
    page = phone.page
    page.touchscreen.tap(*pixel_of(page, 120.053, 30.3025))
    facts = page.locator(".selected").bounding_box()
    assert facts["y"] >= 0
    assert facts["y"] + facts["height"] <= 845
    x, y = pixel_of(page, *(120.053, 30.3025))
    assert 0 < x < 390
    assert 0 < y < facts["y"]
    assert phone.trouble == []


def test_a_finger_on_the_map_scrolls_the_page(phone):
    page = phone.page
    assert not page.evaluate(
        """() => {
          const name = Object.keys(window).find((key) => /^map_\\d+$/.test(key));
          return window[name].dragging.enabled();
        }"""
    )
    action = page.locator(".folium-map").evaluate(
        "e => getComputedStyle(e).touchAction"
    )
    assert "pan-y" in action
    small = page.locator("label, .search input, .languages button").evaluate_all(
        "all => all.filter(e => e.offsetHeight && e.offsetHeight < 44).length"
    )
    assert small == 0


def test_search_brings_the_map_back_on_the_screen(phone):
    page = phone.page
    field = page.locator(".search input")
    field.scroll_into_view_if_needed()
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    field.fill("G43")
    field.press("Enter")
    top = page.locator(".folium-map").bounding_box()["y"]
    assert top >= 0
