"""The page of a place: Chinese first, in the colour of its code, nothing closed."""

import datetime as dt
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from api.schemas.place_page import place_page
from api.service.rating.places import OpenFinding, PlaceExplanation
from gis.models import SafetyCode
from gis.safety import CodeChange, Explanation, Reason
from gis.safety.rules import Criterion
from layers.packs.rulebook import Imprint
from layers.styles import CODE_CARDS
from layers.words import CODES
from support.harness.browser import visit

DAY = dt.date(2026, 9, 30)
IMPRINT = Imprint(name="S town", name_zh="S镇", is_synthetic=True)
FIRE = Criterion("fire", SafetyCode.RED, {"critical": 1}, "火灾隐患", "Fire risk.")


def place(
    code: SafetyCode | None = SafetyCode.RED,
    name: str | None = "好味面馆",
    last_check: dt.date | None = dt.date(2026, 8, 1),
    late_days: int = 0,
) -> PlaceExplanation:
    """A place with a reason and a finding behind it."""
    explanation = Explanation(
        DAY,
        code,
        (Reason(FIRE, {"critical": 1}, (4,)),),
        dt.date(2026, 9, 1),
        late_days,
        last_check,
        None,
        "town",
        "1",
    )
    finding = OpenFinding("I-1/1", "critical", "blocked exit", DAY, "I-1")
    history = (CodeChange(dt.date(2026, 9, 5), code),)
    return PlaceExplanation(
        "E1", name, "street_shop", "G1", explanation, ((finding,),), history
    )


def texts(page: str) -> str:
    """What a reader sees."""
    return unescape(re.sub(r"<style>.*</style>|<[^>]+>", " ", page))


@pytest.mark.parametrize("code", [None, *SafetyCode])
def test_page_says_name_code_and_both_checks(code: SafetyCode | None) -> None:
    page = place_page(place(code), IMPRINT)
    for text in (*CODES[code].both, "好味面馆", "E1", "2026-08-01", "2026-09-01"):
        assert text in texts(page)
    card = CODE_CARDS[code]
    assert f"background:{card.band};color:{card.ink}" in page
    assert page.index(CODES[code].zh) < page.index(CODES[code].en)


def test_reasons_and_history_are_for_who_may_see_them_and_findings_for_nobody() -> None:
    outside, inside = (
        texts(place_page(place(), IMPRINT, has_insight=sees)) for sees in (False, True)
    )
    for text in ("火灾隐患", "Fire risk.", "2026-09-05"):
        assert text not in outside
        assert text in inside
    for text in ("blocked exit", "I-1"):
        assert text not in inside


def test_late_and_missing_checks_are_said() -> None:
    assert "已逾期 7 天" in texts(place_page(place(late_days=7), IMPRINT))
    assert "逾期" not in texts(place_page(place(), IMPRINT))
    assert "尚未检查" in texts(place_page(place(last_check=None), IMPRINT))


def test_place_without_a_name_is_called_by_its_id_once() -> None:
    assert texts(place_page(place(name=None), IMPRINT)).count("E1") == 2  # and title


def test_page_says_that_it_is_synthetic_where_it_is() -> None:
    assert "模拟数据" in place_page(place(), IMPRINT)
    assert "模拟数据" not in place_page(place(), Imprint(name_zh="某镇"))


def test_name_with_marks_of_html_is_text() -> None:
    page = place_page(place(name="<script>alert(1)</script>&\"'"), IMPRINT)
    assert "<script" not in page
    assert "<script>alert(1)</script>&\"'" in texts(page)


@pytest.mark.chromium
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_page_fits_a_phone_and_asks_for_nothing(
    chromium: Any, tmp_path: Path, width: int
) -> None:
    path = tmp_path / "place.html"
    name = "一家名字非常长的店铺" * 4 + "W" * 60
    path.write_text(place_page(place(name=name), IMPRINT, has_insight=True), "utf-8")
    with visit(chromium, path, width=width, height=800) as opened:
        wide = opened.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width
        assert opened.trouble == []
