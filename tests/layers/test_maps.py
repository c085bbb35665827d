import json
import re
from itertools import combinations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import box

from browser import visit
from gis.errors import CrsError, InvalidLayerError
from gis.risk import MethodCard, event_load_card
from layers import offline
from layers.maps import five_colour_map, save_page
from layers.offline import packed_code, page

CARD = event_load_card("2026-09")


def town(n=5, seed=7):
    """A seeded coverage of n by n grids, four circles of tier 2 and the core."""
    rng = np.random.default_rng(seed)
    xs = 120.05 + 0.006 * np.arange(n + 1)
    ys = 30.30 + 0.005 * np.arange(n + 1)
    rows = []
    for i in range(n):
        for j in range(n):
            area = box(xs[i], ys[j], xs[i + 1], ys[j + 1])
            rows.append((f"G{i}{j}", f"C{2 * i // n}{2 * j // n}", area))
    grids = gpd.GeoDataFrame(
        rows, columns=["grid_id", "parent_id", "geometry"], crs="EPSG:4326"
    )
    grids["level"] = pd.array(rng.integers(0, 6, n * n), dtype="Int64").astype("Int64")
    grids.loc[grids["level"] == 0, "level"] = pd.NA
    grids["score"] = rng.uniform(0, 2000, n * n).round(1)
    grids["events"] = rng.integers(0, 300, n * n)
    grids["name"] = "网格 " + grids["grid_id"]
    grids["accountable_post"] = "P-" + grids["grid_id"]
    regions = grids.dissolve("parent_id", aggfunc={"events": "sum"}).reset_index()
    regions = regions.rename(columns={"parent_id": "circle_id"})
    core = gpd.GeoDataFrame(
        {"circle_id": ["C"], "events": [int(grids["events"].sum())]},
        geometry=[grids.union_all()],
        crs=grids.crs,
    )
    circles = pd.concat(
        [regions.assign(tier=2, parent_id="C"), core.assign(tier=1, parent_id=None)],
        ignore_index=True,
    )
    return grids, circles.assign(
        level=3, score=500.0, name="圈 " + circles["circle_id"]
    )


def drawn(grids=None, circles=None, **options):
    if grids is None:
        grids, circles = town()
    options = {"title": "T 镇五色图", "method": CARD, "synthetic": True} | options
    return five_colour_map(grids, circles, **options)


def model_of(text):
    """The data of a page, as its script gets them."""
    return json.loads(re.search(r"drawFiveColourMap\(map_\d+, (.*)\);\n", text)[1])


@pytest.fixture
def opened(chromium, tmp_path):
    save_page(drawn(), tmp_path / "map.html")
    with visit(chromium, tmp_path / "map.html") as on_screen:
        yield on_screen


def test_small_map_is_as_reviewed(golden):
    grids, circles = town(2)
    text = page(drawn(grids, circles, grid_version="1 (2026-09-01)"))
    for name in ("leaflet.js", "leaflet.css"):
        text = text.replace(packed_code(name), f"[{name}]")
    for name in ("five_colour.js", "five_colour.css"):
        own = (offline.BROWSER / name).read_text("utf-8").rstrip("\n")
        assert own in text
        text = text.replace(own, f"[{name}]")
    golden("five_colour_map.html", text)


def test_same_input_gives_same_bytes_in_any_row_order():
    grids, circles = town()
    shuffled = grids.sample(frac=1, random_state=3), circles[::-1]
    assert page(drawn(grids, circles)) == page(drawn(*shuffled))


def test_counts_of_each_layer_add_up():
    grids, circles = town()
    tiers = model_of(page(drawn(grids, circles)))["tiers"]
    assert [sum(tier["counts"]) for tier in tiers] == [25, 4, 1]
    assert tiers[0]["counts"][0] == grids["level"].isna().sum()
    assert tiers[0]["counts"][5] == (grids["level"] == 5).sum()


def test_zero_of_classify_is_no_data():
    grids, circles = town()
    zeros = grids.assign(level=grids["level"].fillna(0).astype("int8"))
    assert page(drawn(zeros, circles)) == page(drawn(grids, circles))


def test_popup_facts_carry_the_chain_up_to_the_core():
    first = model_of(page(drawn()))["tiers"][0]["features"][0]["properties"]
    assert first["chain"] == "圈 C00 › 圈 C"
    assert first["accountable_post"] == "P-G00"


def test_cycle_among_circles_ends_the_chain():
    grids, circles = town()
    circles = circles.assign(parent_id=circles["parent_id"].fillna("C00"))
    first = model_of(page(drawn(grids, circles)))["tiers"][0]["features"][0]
    assert first["properties"]["chain"] == "圈 C00 › 圈 C"


def test_grids_in_a_metric_crs_are_drawn_in_degrees():
    grids, circles = town()
    metric = drawn(grids.to_crs("EPSG:4549"), circles)
    west, south = model_of(page(metric))["tiers"][0]["features"][0]["geometry"][
        "coordinates"
    ][0][0]
    assert (round(west, 2), round(south, 2)) == (120.06, 30.3)


def test_shared_corners_stay_shared_after_rounding():
    tiers = model_of(page(drawn()))["tiers"]
    corners = {
        tuple(corner)
        for feature in tiers[0]["features"]
        for corner in feature["geometry"]["coordinates"][0]
    }
    assert len(corners) == 36


def test_town_of_125_grids_is_far_below_a_megabyte():
    grids, circles = town(12)
    text = page(drawn(grids, circles))
    own = len(text.encode()) - sum(
        len(packed_code(n)) for n in ("leaflet.js", "leaflet.css")
    )
    assert own < 200_000


def test_page_carries_card_dates_and_versions():
    text = page(drawn(grid_version="7"))
    for said in ("2026-09", "event-load/1", "events per km2", '"grid_version":"7"'):
        assert said in text


def test_map_shows_itself_closed_in_a_notebook():
    inner = drawn()._repr_html_()
    assert "cdn" not in inner
    assert inner.startswith("<iframe srcdoc=")


@pytest.mark.parametrize(
    ("change", "error", "said"),
    [
        (lambda g: g.drop(columns="level"), InvalidLayerError, "no column 'level'"),
        (lambda g: g.assign(level=7), InvalidLayerError, "'G00' has level 7"),
        (lambda g: g.assign(level="red"), InvalidLayerError, "has level 'red'"),
        (lambda g: g.assign(score="high"), InvalidLayerError, "'score'"),
        (lambda g: g.set_crs(None, allow_override=True), CrsError, "no CRS"),
        (lambda g: g[:0], InvalidLayerError, "0 rows"),
        (lambda g: g.assign(geometry=None), InvalidLayerError, "no polygon"),
    ],
    ids=["column", "level", "word", "text score", "crs", "empty", "no geometry"],
)
def test_layer_that_cannot_be_drawn_is_refused_in_a_sentence(change, error, said):
    grids, circles = town()
    with pytest.raises(error, match=rf"{said}.*\.$"):
        drawn(change(grids), circles)


@pytest.mark.chromium
def test_map_asks_for_nothing_and_has_no_errors(opened):
    assert opened.page.locator("path.leaflet-interactive").count() == 25
    assert opened.page.get_by_text("SYNTHETIC DATA").is_visible()
    assert opened.trouble == []


@pytest.mark.chromium
def test_layer_switch_draws_each_tier_with_its_counts(opened):
    for choice, areas in [(1, 4), (2, 1), (0, 25)]:
        opened.page.locator(".tiers label").nth(choice).click()
        assert opened.page.locator("path.leaflet-interactive").count() == areas
        counts = opened.page.locator(".legend .count").all_inner_texts()
        assert sum(map(int, counts[:-1])) == int(counts[-1]) == areas
    assert opened.trouble == []


@pytest.mark.chromium
def test_hover_and_click_tell_the_facts(opened):
    first = opened.page.locator("path.leaflet-interactive").first.bounding_box()
    middle = first["x"] + first["width"] / 2, first["y"] + first["height"] / 2
    opened.page.mouse.move(*middle)
    assert "网格 G00" in opened.page.locator(".leaflet-tooltip").inner_text()
    opened.page.mouse.click(*middle)
    facts = opened.page.locator(".leaflet-popup .facts").inner_text()
    for said in ("G00", "圈 C00 › 圈 C", "P-G00", "等级", "Level", "Score"):
        assert said in facts
    assert opened.trouble == []


@pytest.mark.chromium
@pytest.mark.parametrize("zoom", [12, 14, 16])
def test_letters_do_not_collide(opened, zoom):
    opened.page.locator(".leaflet-control-zoom-in").wait_for()
    for _ in range(abs(zoom - 14)):
        sign = "in" if zoom > 14 else "out"
        opened.page.locator(f".leaflet-control-zoom-{sign}").click()
        opened.page.wait_for_timeout(400)
    boxes = opened.page.locator(".letter div").evaluate_all(
        "all => all.map(e => e.getBoundingClientRect().toJSON())"
    )
    for one, other in combinations(boxes, 2):
        apart = (
            one["right"] <= other["left"]
            or other["right"] <= one["left"]
            or one["bottom"] <= other["top"]
            or other["bottom"] <= one["top"]
        )
        assert apart


@pytest.mark.chromium
def test_map_prints_on_one_a3_sheet(opened):
    sheet = opened.page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", sheet)) == 1
    width, height = re.search(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", sheet).groups()
    assert float(width) == pytest.approx(1191, abs=2)  # 420 mm in points
    assert float(height) == pytest.approx(842, abs=2)


FIRE = "window.fired = []; window.fire = (sink) => window.fired.push(sink);"
MARKUP = "<img src=data:, onerror=fire('SINK')>"
PAYLOADS = [
    MARKUP,
    "<svg onload=fire('SINK')>",
    "</script><script>fire('SINK')</script>",
    "${fire('SINK')}",
    "`+fire('SINK')+`",
    '"+fire("SINK")+"',
    "');fire('SINK');('",
    "\\u003cimg src=data:, onerror=fire('SINK')\\u003e",
    "&lt;img src=data:, onerror=fire('SINK')&gt;",
    "{{ \"<img src=data:, onerror=fire('SINK')>\" }}",
    "\u202e</title></textarea><img src=data:, onerror=fire('SINK')>",
    '"><a href="javascript:fire(\'SINK\')" autofocus onfocus="fire(\'SINK\')">x</a>',
    "\u2028fire('SINK')\u2029",
    "<!--<script>fire('SINK')",
]
CARD_TEXTS = ("title", "title_zh", "formula", "unit", "version", "data_date", "note")
AREA_TEXTS = ("grid_id", "name", "accountable_post")
SINKS = {
    "head",
    "grid_version",
    *CARD_TEXTS,
    *AREA_TEXTS,
    "circle_id",
    "circle_name",
}


def poisoned(payload):
    """A map of one grid in one circle with the payload in every text."""

    def text(sink):
        return payload.replace("SINK", sink)

    area = {"level": [5], "geometry": [box(120, 30, 120.01, 30.01)]}
    texts = {name: [text(name)] for name in AREA_TEXTS}
    parent = {"parent_id": [text("circle_id")]}
    names = {"circle_id": [text("circle_id")], "name": [text("circle_name")]}
    grids = gpd.GeoDataFrame(texts | parent | area, crs="EPSG:4326")
    circles = gpd.GeoDataFrame(names | {"tier": [1]} | area, crs="EPSG:4326")
    card = {name: text(name) for name in CARD_TEXTS}
    return five_colour_map(
        grids,
        circles,
        title=text("head"),
        method=MethodCard(breaks=(1.0, 2.0, 3.0, 4.0), **card),
        grid_version=text("grid_version"),
    )


def everything_shown(chromium, path):
    """Open a map, show every text on it, return what ran and the errors."""
    with visit(chromium, path, script=FIRE) as opened:
        area = opened.page.locator("path.leaflet-interactive").first
        for choice in opened.page.locator(".tiers label").all():
            choice.click()
            area.hover()
            area.click(position={"x": 30, "y": 30})
            # the popup before it may still fade away
            opened.page.locator(".leaflet-popup .facts").last.wait_for()
        opened.page.wait_for_timeout(50)
        head = opened.page.locator("h1").inner_text()
        return opened.page.evaluate("window.fired"), opened.trouble, head


@pytest.mark.chromium
@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_text_in_any_sink_runs_nothing(chromium, tmp_path, payload):
    save_page(poisoned(payload), tmp_path / "map.html")
    fired, trouble, head = everything_shown(chromium, tmp_path / "map.html")
    assert fired == []
    assert trouble == []
    visible = re.sub("[\u2028\u2029\u202e]", lambda m: f"[U+{ord(m[0]):04X}]", payload)
    assert head == visible.replace("SINK", "head")


@pytest.mark.chromium
def test_without_escaping_every_sink_fires(chromium, tmp_path, monkeypatch):
    monkeypatch.setattr(offline, "escape_text", str)
    save_page(poisoned(MARKUP), tmp_path / "map.html")
    fired, _, _ = everything_shown(chromium, tmp_path / "map.html")
    assert set(fired) == SINKS
