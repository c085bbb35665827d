"""Reports as pages and documents: whole, closed, the same again, nothing cut."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from conftest import ROOT
from layers.reports import document, outline, page
from layers.reports.blocks import Content
from layers.words import Words
from support.harness.browser import visit
from support.makers.hostile_texts import PAYLOADS
from support.makers.report_days import (
    MadeDay,
    daily_report,
    make_hamlet_day,
    monthly_report,
)

pytestmark = pytest.mark.usefixtures("installed_font")
SCREENS = ROOT / "out" / "screens"


@pytest.fixture(scope="module")
def town_page(s_town_day: MadeDay) -> str:
    """The page of S town, its plots drawn once."""
    return page(
        outline(daily_report(s_town_day, town=Words("S镇", "S town"), synthetic=True))
    )


@pytest.fixture(scope="module")
def hamlet_document(hamlet: Content) -> bytes:
    return document(hamlet)


def hostile_day(payload: str) -> MadeDay:
    """Return a day with a payload in every text that data may hold."""
    day = make_hamlet_day()
    rule = replace(
        day.rule,
        owner=payload,
        version=payload,
        criteria=tuple(replace(c, zh=payload, en=payload) for c in day.rule.criteria),
    )
    texts = ("formula", "title", "title_zh", "note", "note_zh", "link", "source")
    more = ("source_zh", "data_date", "unit", "unit_zh", "population_base")
    card = replace(
        day.card,
        **dict.fromkeys((*texts, *more), payload),
        constants=(payload,),
        constants_zh=(payload,),
    )
    named = {
        name: getattr(day, name).assign(name=payload)
        for name in ("places", "grids", "circles", "communities")
    }
    named["places"] = named["places"].assign(scene=payload, criteria=payload)
    events = day.events.assign(category=payload, module=payload, channel=payload)
    return replace(
        day,
        **named,
        events=events,
        rule=rule,
        card=card,
        left_out={payload: 1},
        timezone="Asia/Shanghai",
    )


def test_a_page_is_as_it_was(
    hamlet: Content, golden: Callable[[str, str], None]
) -> None:
    # plots are compared with themselves below
    golden(
        "report_daily.html",
        re.sub(r"<svg.*?</svg>", "<svg/>", page(hamlet), flags=re.S),
    )


def test_a_page_and_a_document_are_the_same_again(
    hamlet: Content, hamlet_document: bytes
) -> None:
    again = outline(daily_report(make_hamlet_day(), synthetic=True))
    assert page(hamlet) == page(again)
    assert hamlet_document == document(again)


def test_a_page_names_what_it_was_made_from(hamlet: Content) -> None:
    text = page(hamlet)
    for told in (
        "2026-10-11T00:00:00.000+08:00",
        "7 · c0ffeec0ffee",
        "safety/1",
        "area-risk/2",
        "2026-09-01 &#47; 2026-09-30",
        "模拟数据",
    ):
        assert told.replace("&#47;", "/") in text


def test_a_page_needs_no_address(town_page: str) -> None:
    outside = re.findall(r"(?:https?:)?//(?!www\.w3\.org/)[\w.]+", town_page)
    assert outside == []
    assert "url(http" not in town_page


@pytest.mark.chromium
@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_text_of_data_runs_nowhere(chromium: Any, tmp_path: Path, payload: str) -> None:
    figures = monthly_report(hostile_day(payload), town=Words(payload, payload))
    path = tmp_path / "report.html"
    # without the policy, so that only escaping holds
    text = re.sub(
        r'<meta http-equiv="Content-Security-Policy".*?>', "", page(outline(figures))
    )
    path.write_text(text, encoding="utf-8")
    script = "window.shots = 0; window.fired = () => { window.shots += 1 }"
    with visit(chromium, path, script=script) as opened:
        assert opened.page.evaluate("window.shots") == 0
        assert opened.trouble == []


@pytest.mark.chromium
def test_the_harness_fires_without_escaping(
    chromium: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("layers.reports.web_page.escape_text", lambda text: text)
    path = tmp_path / "report.html"
    content = outline(daily_report(hostile_day(PAYLOADS[0]), town=Words("x", "x")))
    text = re.sub(r'<meta http-equiv="Content-Security-Policy".*?>', "", page(content))
    path.write_text(text, encoding="utf-8")
    script = "window.shots = 0; window.fired = () => { window.shots += 1 }"
    with visit(chromium, path, script=script) as opened:
        assert opened.page.evaluate("window.shots") > 10


@pytest.mark.chromium
@pytest.mark.parametrize("width", [390, 1440])
def test_a_page_is_fluid_and_shuts_nobody_out(
    chromium: Any, tmp_path: Path, town_page: str, hamlet: Content, width: int
) -> None:
    path = tmp_path / "report.html"
    path.write_text(town_page, encoding="utf-8")
    with visit(chromium, path, width=width, height=844) as opened:
        wide = "document.documentElement.scrollWidth > innerWidth"
        assert not opened.page.evaluate(wide)
        # what is wider than the page is moved aside alone, by keys too
        boxes = "[...document.querySelectorAll('.scroll')]"
        aside = f"{boxes}.filter(b => b.scrollWidth > b.clientWidth + 1)"
        assert opened.page.evaluate(f"{aside}.every(b => b.tabIndex === 0)")
        assert (opened.page.evaluate(f"{aside}.length") > 0) == (width == 390)
        # texts of plots can be read
        text = "document.querySelectorAll('.panel')[1].querySelector('svg text')"
        size = f"{text}.getBoundingClientRect().height"
        assert opened.page.evaluate(size) >= 8
        SCREENS.mkdir(parents=True, exist_ok=True)
        opened.page.screenshot(path=str(SCREENS / f"report_{width}.png"))
    path.write_text(page(hamlet), encoding="utf-8")
    with visit(chromium, path, width=width, height=844) as opened:
        assert Axe().run(opened.page).response["violations"] == []


@pytest.mark.chromium
def test_a_page_is_drawn_whole_and_asks_for_nothing(
    chromium: Any, tmp_path: Path, town_page: str
) -> None:
    path = tmp_path / "report.html"
    path.write_text(town_page, encoding="utf-8")
    assert path.stat().st_size < 3_000_000
    SCREENS.mkdir(parents=True, exist_ok=True)
    with visit(chromium, path, width=1280, height=1000) as opened:
        assert opened.trouble == []
        wide = "document.documentElement.scrollWidth > innerWidth"
        assert not opened.page.evaluate(wide)
        # no cell is wider than its column
        cells = "[...document.querySelectorAll('td,th')]"
        cut = f"{cells}.filter(c => c.scrollWidth > c.clientWidth + 1)"
        assert opened.page.evaluate(f"{cut}.map(c => c.innerText)") == []
        for number, section in enumerate(opened.page.query_selector_all("h2")):
            section.evaluate("e => scrollTo(0, e.offsetTop - 10)")
            opened.page.screenshot(path=str(SCREENS / f"report_{number:02d}.png"))
