"""A base map opens a page to its own pictures and leaves it whole without them."""

import re

import pytest

from gis.errors import SettingError
from layers.maps import Details, local_tiles, save_page, tianditu
from layers.maps.base_map import BaseMap
from layers.maps.offline import page
from support.harness.browser import visit
from support.makers.drawn_maps import drawn, model_of

AREAS = ".leaflet-overlay-pane path.leaflet-interactive"


def policy_of(text):
    return re.search(r'Security-Policy" content="([^"]*)"', text)[1]


def test_page_without_base_map_may_load_nothing():
    assert "img-src data:;" in policy_of(page(drawn()))


@pytest.mark.parametrize(
    ("base_map", "sources"),
    [
        (tianditu("0123456789abcdef"), "data: https://*.tianditu.gov.cn;"),
        (local_tiles("tiles", "Survey office"), "data: 'self' file:;"),
    ],
    ids=["tianditu", "local"],
)
def test_base_map_opens_the_page_to_its_own_pictures_only(base_map, sources):
    text = page(drawn(details=Details(base_map=base_map)))
    assert f"img-src {sources}" in policy_of(text)
    assert policy_of(text).startswith("default-src 'none'")
    assert model_of(text)["opacity"] < 1


@pytest.mark.parametrize(
    "make",
    [
        lambda: tianditu("key&x=1"),
        lambda: tianditu(""),
        lambda: local_tiles("https://example.org/t", "x"),
        lambda: local_tiles("/etc", "x"),
        lambda: local_tiles("../t", "x"),
    ],
)
def test_base_map_that_leads_elsewhere_is_refused(make):
    with pytest.raises(SettingError, match=r"expected .*\.$"):
        make()


@pytest.mark.chromium
def test_base_map_out_of_reach_leaves_the_page_whole(chromium, tmp_path):
    layers = Details(base_map=tianditu("0123456789abcdef"))
    save_page(drawn(details=layers), tmp_path / "map.html")
    with visit(chromium, tmp_path / "map.html") as opened:
        opened.page.locator(".no-base").wait_for()
        assert opened.page.locator(".no-base").count() == 1
        assert opened.page.locator(AREAS).count() == 25
        assert all(".tianditu.gov.cn/" in url for url in opened.requests)
        assert opened.page_errors == []


@pytest.mark.chromium
def test_local_tiles_are_drawn_under_the_areas(chromium, tmp_path):
    layers = Details(base_map=local_tiles("tiles", "测绘院 Survey office"))
    save_page(drawn(details=layers), tmp_path / "map.html")
    with visit(chromium, tmp_path / "map.html") as opened:
        opened.page.locator(".no-base").wait_for()
        asked = {url.split("/tiles/")[1] for url in opened.requests}
    picture = tmp_path / "picture.png"
    with visit(chromium, tmp_path / "map.html") as opened:
        opened.page.screenshot(
            path=picture, clip={"x": 0, "y": 0, "width": 256, "height": 256}
        )
    for name in asked:
        tile = tmp_path / "tiles" / name
        tile.parent.mkdir(parents=True, exist_ok=True)
        tile.write_bytes(picture.read_bytes())
    with visit(chromium, tmp_path / "map.html") as opened:
        loaded = opened.page.locator("img.leaflet-tile-loaded")
        loaded.first.wait_for()
        assert opened.page.locator(".no-base").count() == 0
        credit = opened.page.locator(".leaflet-control-attribution").inner_text()
        assert "Survey office" in credit
        assert opened.console_errors == []


def test_tianditu_is_asked_for_vectors_and_their_names_with_the_key():
    base_map = tianditu("0123abcd")
    assert ["LAYER=vec" in base_map.layers[0], "LAYER=cva" in base_map.layers[1]] == [
        True,
        True,
    ]
    for address in base_map.layers:
        assert address.startswith("https://t{s}.tianditu.gov.cn/")
        assert address.endswith("&tk=0123abcd")


@pytest.mark.parametrize("folder", ["tiles", "./tiles/", "tiles//"])
def test_tiles_beside_the_page_are_named_by_a_plain_path(folder):
    assert local_tiles(folder, "Survey office", greatest_zoom=15) == BaseMap(
        ("tiles/{z}/{x}/{y}.png",), "Survey office", "'self' file:", 15
    )


@pytest.mark.parametrize("folder", ["", "a b", "a/../b", "tiles?x", "{z}", "C:\\tiles"])
def test_folder_that_is_no_plain_path_is_refused(folder):
    with pytest.raises(SettingError, match="expected a relative path of plain names"):
        local_tiles(folder, "x")
