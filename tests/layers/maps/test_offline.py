import importlib.util
import json
import re
import shutil
from pathlib import Path

import folium
import pytest

from gis.errors import MapError
from layers import inert_text
from layers.maps import offline, save_page
from layers.maps.offline import BROWSER, packed_code, page
from support.harness.browser import visit

ROOT = Path(__file__).parents[3]
FIRE = "window.fired = []; window.fire = (sink) => window.fired.push(sink);"


def plain_map():
    return folium.Map([30.3, 120.1], tiles=None, zoom_start=12)


@pytest.fixture
def hook():
    """The build hook's module, which lies outside the packages."""
    spec = importlib.util.spec_from_file_location(
        "hatch_build", ROOT / "hatch_build.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_equal_maps_give_equal_bytes():
    one, other = plain_map(), plain_map()
    for drawn in (one, other):
        folium.Marker([30.3, 120.1], tooltip="M").add_to(drawn)
    assert page(one) == page(other) == page(one)


def test_page_names_no_outside_address():
    text = page(plain_map())
    assert set(re.findall(r"[a-z]+://[\w.]+", text)) == {"http://www.w3.org"}
    loaded = re.findall(
        r"(?:<[a-z]+\s[^>]*\b(?:src|href)=|url\()[\"']?([^\"'\s)>]+)", text
    )
    assert loaded
    assert all(link.startswith(("data:", "#")) for link in loaded)


def test_unused_libraries_are_left_out():
    text = page(plain_map())
    assert "jquery" not in text.lower()
    assert "bootstrap" not in text


@pytest.mark.parametrize(
    ("options", "library"),
    [({"icon": folium.Icon()}, "awesome-markers"), ({"popup": "text"}, "jquery")],
    ids=["icon", "popup"],
)
def test_used_library_without_packed_copy_is_named(options, library):
    drawn = plain_map()
    folium.Marker([30.3, 120.1], **options).add_to(drawn)
    with pytest.raises(MapError, match=rf"{library}.*package\.json\.$"):
        page(drawn)


def test_base_map_from_outside_is_refused():
    with pytest.raises(MapError, match="openstreetmap"):
        page(folium.Map())


@pytest.mark.parametrize(
    "html",
    [
        '<img src="https://example.org/a.png">',
        '<img src="//example.org/a.png">',
        '<img src="a.png">',
        "<script src=//example.org/a.js></script>",
        "<style>p { background: url( '//example.org/a.png') }</style>",
        "<style>@import '//example.org/a.css';</style>",
        '<iframe src="other.html"></iframe>',
    ],
)
def test_reference_out_of_the_page_is_refused(html):
    drawn = plain_map()
    drawn.get_root().html.add_child(folium.Element(html))
    with pytest.raises(MapError, match=r"expected no address outside the page"):
        page(drawn)


def test_missing_browser_code_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setattr(offline, "PACKED", tmp_path)
    with pytest.raises(MapError, match=r"'leaflet\.js'.*install the package again"):
        packed_code("leaflet.js")


def test_file_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "out").write_text("a file, not a folder")
    with pytest.raises(MapError, match=r"'map\.html'.*name another one\.$"):
        save_page(plain_map(), tmp_path / "out" / "map.html")


@pytest.mark.chromium
def test_folium_marker_opens_with_no_request(chromium, tmp_path):
    drawn = plain_map()
    folium.Marker([30.3, 120.1], tooltip="here").add_to(drawn)
    folium.LayerControl().add_to(drawn)
    save_page(drawn, tmp_path / "map.html")
    with visit(chromium, tmp_path / "map.html") as opened:
        icon = opened.page.locator("img.leaflet-marker-icon")
        assert icon.evaluate("image => image.naturalWidth") == 25
        assert opened.trouble == []


@pytest.mark.chromium
@pytest.mark.parametrize("payload", ["${fire(1)}", "`+fire(1)+`", "\\`+fire(1)//"])
def test_template_literals_of_folium_run_no_data(
    chromium, tmp_path, payload, monkeypatch
):
    def fired():
        drawn = plain_map()
        tooltip = folium.Tooltip(inert_text.escape_text(payload), permanent=True)
        folium.Marker([30.3, 120.1], tooltip=tooltip).add_to(drawn)
        save_page(drawn, tmp_path / "map.html")
        with visit(chromium, tmp_path / "map.html", script=FIRE) as opened:
            shown = opened.page.locator(".leaflet-tooltip").all_inner_texts()
            return opened.page.evaluate("window.fired"), opened.page_errors, shown

    assert fired() == ([], [], [payload])
    monkeypatch.setattr(inert_text, "escape_text", str)
    ran, errors, shown = fired()
    assert ran or errors or shown != [payload]


def test_lock_has_digests_and_no_addresses():
    text = (BROWSER / "package-lock.json").read_text("utf-8")
    packages = {name: p for name, p in json.loads(text)["packages"].items() if name}
    assert packages
    assert all(p["integrity"].startswith("sha512-") for p in packages.values())
    assert "resolved" not in text
    assert "://" not in text


def test_hook_does_nothing_when_up_to_date(hook, monkeypatch, tmp_path):
    shutil.copytree(BROWSER, tmp_path / "browser")
    monkeypatch.delattr(hook, "install")
    hook.pack(tmp_path / "browser")


def test_hook_runs_again_after_a_changed_lock(hook, monkeypatch, tmp_path):
    browser = tmp_path / "browser"
    shutil.copytree(BROWSER, browser)
    with (browser / "package-lock.json").open("a") as lock:
        lock.write("\n")
    modules = tmp_path / "node_modules"
    for source in json.loads((browser / "package.json").read_text())["packed"].values():
        (modules / source).parent.mkdir(parents=True, exist_ok=True)
        (modules / source).write_text("new")
    monkeypatch.setattr(hook, "install", lambda *_: modules)
    hook.pack(browser)
    assert (browser / "dist" / "leaflet.js").read_text() == "new"


def test_npm_out_of_reach_is_one_sentence(hook, monkeypatch, tmp_path):
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9/")
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "cache"))
    monkeypatch.setenv("npm_config_fetch_retries", "0")
    with pytest.raises(SystemExit, match=r"^npm could not install .* again\.$"):
        hook.install(BROWSER, tmp_path)
