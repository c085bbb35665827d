"""The map as modules: files under a policy that lets nothing inline run."""

import io

import numpy as np
import pytest
from PIL import Image

from layers.maps import local_tiles, map_model, save_page
from support.harness.browser import AREAS, visit
from support.harness.module_page import module_page, violations
from support.makers.drawn_maps import CARD, details, full_map, town

pytestmark = pytest.mark.chromium
NOISE = 100
"""Pixels on edges of glyphs that two runs of the same page may draw otherwise."""


def model(**changes):
    grids, circles = town()
    layers = details(grids, circles, **changes)
    return map_model(
        grids,
        circles,
        title="T 镇五色图",
        method=CARD,
        synthetic=True,
        details=layers,
    )


def use_everything(page):
    """Press, choose and open all that the map has."""
    for box in page.locator(".toggles input").all():
        box.click()
    for tier in page.locator(".tiers label").all():
        tier.click()
    page.mouse.move(500, 450)
    page.mouse.click(500, 450)
    page.locator(".leaflet-control-zoom-in").click()
    field = page.locator(".search input")
    for wanted in ("no such thing", "G22", "E007"):
        field.fill(wanted)
        field.press("Enter")
    assert "E007" in page.locator(".leaflet-popup").inner_text()
    page.locator("[data-language=en]").click()
    page.locator(".history input").fill("0")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.wait_for_timeout(100)
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")


def test_modules_as_files_draw_the_map_under_a_strict_policy(chromium, tmp_path):
    with module_page(chromium, tmp_path, model()) as opened:
        assert opened.page.locator(AREAS).count() == 25
        use_everything(opened.page)
        assert violations(opened) == []
        assert opened.trouble == []


def test_finger_and_base_map_stand_under_the_policy(chromium, tmp_path):
    base = model(base_map=local_tiles("tiles", "测绘局 <i>"))
    with module_page(
        chromium, tmp_path, base, width=390, height=844, touch=True
    ) as opened:
        credit = opened.page.locator(".leaflet-control-attribution")
        assert credit.inner_text() == "测绘局 <i>"
        opened.page.locator(".no-base").wait_for()
        assert opened.page.locator(".fingers").count() == 1
        assert violations(opened) == []
        assert opened.page_errors == []


def test_policy_of_the_test_refuses_what_is_inline(chromium, tmp_path):
    with module_page(chromium, tmp_path, model()) as opened:
        opened.page.evaluate(
            """() => {
              const box = document.createElement("p");
              box.setAttribute("style", "color: red");
              document.body.append(box);
            }"""
        )
        opened.page.wait_for_function("window.violations.length > 0")
        assert violations(opened)[0].startswith("style-src-attr")


def picture(page):
    """The pixels of a page that has come to rest."""
    page.wait_for_timeout(300)
    shot = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    return np.asarray(shot).astype(int)


def test_both_doors_draw_the_same(chromium, tmp_path):
    save_page(full_map(), tmp_path / "map.html")
    with visit(chromium, tmp_path / "map.html") as opened:
        of_file = picture(opened.page)
    with module_page(chromium, tmp_path, model()) as opened:
        of_modules = picture(opened.page)
    assert len(np.unique(of_file.reshape(-1, 3), axis=0)) > 100
    assert (of_file != of_modules).any(axis=2).sum() < NOISE
