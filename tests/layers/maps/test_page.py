import re
from itertools import combinations

import pytest

from layers.figures.definitions import definition_of
from layers.maps import Details, save_page
from support.harness.browser import AREAS, pixel_of, visit
from support.makers.drawn_maps import DAYS, PAINTED, details, drawn, full_map, town

pytestmark = pytest.mark.chromium


def ink_on_canvas(page):
    """Number of pixels that the points have painted."""
    return page.evaluate(
        """() => {
          const canvas = document.querySelector("canvas.points");
          const { data } = canvas.getContext("2d")
            .getImageData(0, 0, canvas.width, canvas.height);
          let painted = 0;
          for (let i = 3; i < data.length; i += 4) painted += data[i] > 0;
          return painted;
        }"""
    )


def counts(page):
    return [int(n) for n in page.locator(".legend .count").all_inner_texts()]


def boxes(locator):
    return locator.evaluate_all(
        "all => all.map(e => e.getBoundingClientRect().toJSON())"
    )


def are_apart(one, other):
    return (
        one["right"] <= other["left"]
        or other["right"] <= one["left"]
        or one["bottom"] <= other["top"]
        or other["bottom"] <= one["top"]
    )


def test_map_asks_for_nothing_and_has_no_errors(opened):
    assert opened.page.locator(AREAS).count() == 25
    assert opened.page.get_by_text("合成数据").is_visible()
    for box in opened.page.locator(".toggles input").all():
        box.click()
    opened.page.locator(".leaflet-control-zoom-in").click()
    opened.page.wait_for_timeout(400)
    assert opened.trouble == []


def speaks(page, words, others):
    """Whether the page shows words and no others."""
    shown = page.locator("body").inner_text()
    return all(word in shown for word in words) and not any(o in shown for o in others)


CHINESE = ("图层", "区域五色", "合成数据", "方法卡")
ENGLISH = ("Layer", "Areas in five colours", "SYNTHETIC DATA", "Method card")


def test_page_speaks_one_language_at_a_time(opened):
    page = opened.page
    field = page.locator(".search input")
    assert speaks(page, CHINESE, ENGLISH)
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    assert field.get_attribute("aria-label").startswith("查找")
    page.locator("[data-language=en]").click()
    assert speaks(page, ENGLISH, CHINESE)
    assert page.locator("html").get_attribute("lang") == "en"
    assert field.get_attribute("placeholder").startswith("Find")
    letters = set(page.locator(".letter b").all_inner_texts())
    assert letters <= {"R", "O", "Y", "B", "G", "N"}
    page.locator("[data-language=zh-CN]").click()
    assert set(page.locator(".letter b").all_inner_texts()) <= set("红橙黄蓝绿无")
    assert opened.trouble == []


def test_popup_lies_clear_of_the_buttons(opened):
    page = opened.page
    field = page.locator(".search input")
    field.fill("E007")
    field.press("Enter")
    page.wait_for_timeout(400)
    [popup] = boxes(page.locator(".leaflet-popup-content-wrapper"))
    for button in boxes(page.locator(".leaflet-control:visible")):
        assert are_apart(popup, button)


def test_what_is_worst_has_its_letter_however_small(chromium, tmp_path):
    grids, circles = town(33)
    grids["level"] = 1
    grids.loc[grids["grid_id"].isin(["G1616", "G55"]), "level"] = 5
    save_page(drawn(grids, circles), tmp_path / "map.html")
    with visit(chromium, tmp_path / "map.html", width=700, height=500) as opened:
        letters = opened.page.locator(".letter b").all_inner_texts()
        assert letters.count("红") == 2


def test_wall_is_read_from_afar(chromium, tmp_path):
    save_page(full_map(), tmp_path / "map.html")
    with visit(chromium, tmp_path / "map.html", width=3840, height=2160) as opened:
        sizes = opened.page.locator(".letter div, .pagoda-panel *").evaluate_all(
            """all => all.filter((e) => e.offsetHeight && e.innerText?.trim())
              .map((e) => [getComputedStyle(e).fontSize, e.currentCSSZoom ?? 1])
              .map(([size, zoom]) => parseFloat(size) * zoom)"""
        )
        assert min(sizes) >= 22
        assert opened.trouble == []


def test_events_that_lie_close_are_one_bubble_and_one_alone_says_itself(
    chromium, tmp_path
):
    grids, circles = town()
    events = details(grids, circles).events
    ids = [f"EV-{row:02d}" for row in range(len(events))]
    layers = details(grids, circles, events=events.assign(event_id=ids, time="08:15"))
    save_page(drawn(grids, circles, details=layers), tmp_path / "map.html")
    with visit(chromium, tmp_path / "map.html") as opened:
        page = opened.page
        page.locator("input[name=events]").check()
        spot = layers.events.geometry.iloc[0]
        page.evaluate(
            """([lon, lat]) => {
              const name = Object.keys(window).find((key) => /^map_\\d+$/.test(key));
              window[name].setView([lat, lon], 18, { animate: false });
            }""",
            [spot.x, spot.y],
        )
        page.mouse.click(*pixel_of(page, spot.x, spot.y))
        facts = page.locator(".leaflet-popup").inner_text()
        assert re.search(r"EV-\d\d", facts)
        assert "08:15" in facts


def test_layer_switch_draws_each_tier_with_its_counts(opened):
    for choice, areas in [(1, 4), (2, 1), (3, 5), (0, 25)]:
        opened.page.locator(".tiers label").nth(choice).click()
        assert opened.page.locator(AREAS).count() == areas
        *levels, total = counts(opened.page)
        assert sum(levels) == total == areas
    assert opened.trouble == []


def test_hover_and_click_tell_the_facts(opened):
    middle = pixel_of(opened.page, 120.053, 30.3025)
    opened.page.mouse.move(*middle)
    assert "网格 G00" in opened.page.locator(".leaflet-tooltip").inner_text()
    opened.page.mouse.click(*middle)
    facts = opened.page.locator(".selected").inner_text()
    for said in (
        "G00",
        "圈 C00 › 圈 C",
        "P-G00",
        "等级",
        "得分",
        "隐患 of G00",
        "+1.5",
    ):
        assert said in facts
    figures = opened.page.locator("[data-figure]").evaluate_all(
        "all => all.map(e => e.dataset.figure)"
    )
    assert {*figures} >= {"level", "score", "events", "drivers"}
    assert all(definition_of(figure).unit for figure in figures)
    opened.page.locator(".close").click()
    assert opened.page.locator(".selected").is_hidden()
    assert opened.trouble == []


NUMBERS = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const numbers = [];
  while (walker.nextNode()) {
    const { data, parentElement: place } = walker.currentNode;
    const isNumber = /^[\\s≤>+−–-]*\\d[\\d\\s,.–-]*$/.test(data);
    if (!isNumber || place.closest("script, style, .letter, .dates, .days, .history"))
      continue;
    // a time of an event is no figure
    if (/\\d{2}-\\d{2}/.test(data)) continue;
    numbers.push([data.trim(), place.closest("[data-figure]")?.dataset.figure ?? ""]);
  }
  return numbers;
}"""


def test_every_number_on_the_map_names_a_figure_of_the_registry(opened):
    page = opened.page
    page.mouse.click(*pixel_of(page, 120.053, 30.3025))
    for summary in page.locator("aside summary").all():
        if summary.locator("..").get_attribute("open") is None:
            summary.click()
    for tier in page.locator(".tiers input").all():
        tier.check(force=True)
        numbers = page.evaluate(NUMBERS)
        assert len(numbers) > 30
        unnamed = [text for text, figure in numbers if not figure]
        assert unnamed == []
        figures = {figure for _, figure in numbers}
        assert figures >= {"mapped_areas", "mapped_points", "score"}
        assert all(definition_of(figure).unit for figure in figures)
    card = page.locator(".method dl").get_attribute("data-figure")
    assert definition_of(card).formula


def test_switched_tier_tells_its_own_facts_under_a_still_mouse(opened):
    opened.page.mouse.move(*pixel_of(opened.page, 120.053, 30.3025))
    opened.page.locator(".tiers input").nth(2).check(force=True)
    opened.page.mouse.move(*pixel_of(opened.page, 120.0531, 30.3025))
    assert "圈 C" in opened.page.locator(".leaflet-tooltip").last.inner_text()
    assert opened.trouble == []


def test_legend_offers_eight_scenes_and_three_codes(opened):
    assert opened.page.locator(".scenes label").count() == 8
    assert opened.page.locator(".codes label").count() == 3
    pictures = opened.page.locator(".toggles img").evaluate_all(
        "all => all.map(image => image.src)"
    )
    assert len(set(pictures)) == len(pictures) == 8 + 3 + 3 + 2


def test_legend_names_the_scenes_of_the_events_with_sign_count_and_kinds(opened):
    rows = opened.page.locator(".packs label").all_inner_texts()
    assert [row.split() for row in rows] == [
        ["119报警", "fire", "16"],
        ["数字城管", "noise", "14"],
    ]


def test_choosing_a_scene_of_events_shows_them_and_counts_what_is_shown(opened):
    total = opened.page.locator("i.events")
    boxes = opened.page.locator("input[name=packs]").all()
    boxes[0].uncheck()
    assert total.inner_text() == "14"
    assert ink_on_canvas(opened.page) == 0
    boxes[1].uncheck()
    boxes[1].check()
    assert opened.page.locator("input[name=events]").is_checked()
    fewer = ink_on_canvas(opened.page)
    boxes[0].check()
    assert total.inner_text() == "30"
    assert ink_on_canvas(opened.page) > fewer > 100


def test_many_scenes_of_events_are_folded_up_until_they_are_asked_for(
    chromium, tmp_path
):
    grids, circles = town()
    events = details(grids, circles).events
    packs = [f"pack {row % 7}" for row in range(len(events))]
    layers = details(grids, circles, events=events.assign(pack=packs))
    save_page(drawn(grids, circles, details=layers), tmp_path / "map.html")
    with visit(chromium, tmp_path / "map.html", width=390, height=844) as opened:
        scenes = opened.page.locator(".packs label")
        assert scenes.count() == 7
        assert not scenes.first.is_visible()
        opened.page.locator(".packs summary").click()
        assert scenes.first.is_visible()
        assert opened.trouble == []


def test_toggles_paint_and_wipe_each_kind_of_point(opened):
    assert ink_on_canvas(opened.page) == 0
    for name in ("places", "events", "posts", "stations"):
        box = opened.page.locator(f".toggles input[name={name}]")
        box.check()
        assert ink_on_canvas(opened.page) > 100
        box.uncheck()
        assert ink_on_canvas(opened.page) == 0


def test_choosing_a_scene_shows_places_and_hiding_all_scenes_wipes_them(opened):
    boxes = opened.page.locator(".scenes input").all()
    for box in boxes:
        box.uncheck()
    boxes[0].check()
    assert opened.page.locator("input[name=places]").is_checked()
    assert ink_on_canvas(opened.page) > 100
    boxes[0].uncheck()
    assert ink_on_canvas(opened.page) == 0


def test_bubble_of_close_places_is_neutral(chromium, tmp_path):
    grids, circles = town()
    places = details(grids, circles).places
    places["geometry"] = places.geometry.iloc[0]
    layers = Details(places=places.assign(code=3))
    save_page(drawn(grids, circles, details=layers), tmp_path / "map.html")
    with visit(chromium, tmp_path / "map.html") as opened:
        opened.page.locator("input[name=places]").check()
        colours = opened.page.evaluate(
            """() => {
              const canvas = document.querySelector("canvas.points");
              const { data } = canvas.getContext("2d")
                .getImageData(0, 0, canvas.width, canvas.height);
              const found = [];
              for (let i = 0; i < data.length; i += 4) {
                if (data[i + 3] === 255) found.push([...data.slice(i, i + 3)]);
              }
              return found;
            }"""
        )
    assert colours
    assert all(max(colour) - min(colour) < 30 for colour in colours)


def test_search_finds_areas_and_places_and_opens_them(opened):
    field = opened.page.locator(".search input")
    field.fill("G43")
    opened.page.locator(".search li button").first.click()
    assert "网格 G43" in opened.page.locator(".selected").inner_text()
    field.fill("圈 C11")
    field.press("Enter")
    assert "C11" in opened.page.locator(".selected").inner_text()
    assert opened.page.locator(".tiers input").nth(1).is_checked()
    field.fill("e007")
    field.press("Enter")
    assert "E007" in opened.page.locator(".leaflet-popup").inner_text()
    assert opened.page.locator("input[name=places]").is_checked()
    field.fill("no such thing")
    assert "没有找到" in opened.page.locator(".search ul").inner_text()
    assert opened.trouble == []


def test_clicked_place_gives_code_reasons_and_day_of_the_next_check(opened):
    opened.page.locator(".search input").fill("E007")
    opened.page.locator(".search input").press("Enter")
    opened.page.locator(".leaflet-popup-close-button").click()
    opened.page.mouse.click(502, 450)
    said = opened.page.locator(".leaflet-popup").last.inner_text()
    for word in ("E007", "平安码", "消防通道堵塞", "2026-10-02", "下次检查"):
        assert word in said
    assert opened.page.locator(".selected").is_hidden()


def test_slider_paints_past_days_and_the_legend_follows(opened):
    today = counts(opened.page)
    slider = opened.page.locator(".history input")
    assert opened.page.locator(".past-day").is_hidden()
    slider.fill("0")
    assert counts(opened.page) == [0, 0, 0, 0, 25, 0, 25]
    assert "2026-09-28" in opened.page.locator(".past-day").inner_text()
    slider.fill("1")
    assert counts(opened.page) == [0, 0, 0, 0, 0, 25, 25]
    opened.page.locator(".tiers label").nth(1).click()
    assert counts(opened.page)[-1] == 4
    slider.fill(str(len(DAYS) - 1))
    opened.page.locator(".tiers label").nth(0).click()
    assert counts(opened.page) == today
    assert opened.trouble == []


def test_events_of_later_days_are_not_shown_on_a_past_day(opened):
    shown = opened.page.locator("i.events")
    assert shown.inner_text() == "30"
    opened.page.locator(".history input").fill("0")
    assert 0 < int(shown.inner_text()) < 30


@pytest.mark.parametrize("zoom", [12, 14, 16])
def test_letters_do_not_collide(opened, zoom):
    opened.page.locator("input[name=stations]").check()
    for _ in range(abs(zoom - 14)):
        sign = "in" if zoom > 14 else "out"
        opened.page.locator(f".leaflet-control-zoom-{sign}").click()
        opened.page.wait_for_timeout(400)
    for one, other in combinations(boxes(opened.page.locator(".letter div")), 2):
        assert are_apart(one, other)


def test_sections_of_the_panel_do_not_overlap(opened):
    sections = boxes(opened.page.locator(".pagoda-panel > :not(.selected, .languages)"))
    assert len(sections) >= 8
    for one, other in combinations(sections, 2):
        assert are_apart(one, other)
    wide = opened.page.locator(".pagoda-panel *").evaluate_all(
        "all => all.filter(e => e.scrollWidth > e.clientWidth + 1 && e.clientWidth"
        " && getComputedStyle(e).display !== 'inline').length"
    )
    assert wide == 0


def test_map_prints_on_one_a3_sheet(opened):
    opened.page.locator("input[name=places]").check()
    sheet = opened.page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", sheet)) == 1
    width, height = re.search(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", sheet).groups()
    assert float(width) == pytest.approx(1191, abs=2)  # 420 mm in points
    assert float(height) == pytest.approx(842, abs=2)


def test_paper_holds_the_whole_panel_and_card_and_gives_the_page_back(opened):
    page = opened.page
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.set_viewport_size({"width": 1511, "height": 1045})
    for part in (".pagoda-panel > :visible", ".method"):
        for box in boxes(page.locator(part)):
            assert box["bottom"] <= 1046
    assert page.locator("img.printed").count() == page.locator("canvas").count() == 1
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.locator("img.printed").count() == 0
    assert page.locator(".pagoda-panel .method").count() == 1
    assert opened.trouble == []


def test_city_is_painted_on_a_canvas_and_answers_the_mouse(chromium, tmp_path):
    grids, circles = town(33)
    save_page(drawn(grids, circles), tmp_path / "map.html")
    with visit(chromium, tmp_path / "map.html", script=PAINTED) as opened:
        assert opened.page.locator(".leaflet-overlay-pane canvas").count() == 1
        assert opened.page.locator(AREAS).count() == 0
        middle = pixel_of(opened.page, 120.053, 30.3025)
        opened.page.mouse.move(*middle)
        assert "G00" in opened.page.locator(".leaflet-tooltip").inner_text()
        opened.page.mouse.click(*middle)
        assert "G00" in opened.page.locator(".selected").inner_text()
        assert opened.trouble == []
