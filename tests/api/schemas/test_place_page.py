"""The page of a place: Chinese first, in the colour of its code, nothing closed."""

import datetime as dt
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from api.schemas.place_page import check_form, place_page, recorded_words
from api.service.facts.checks import RecordedCheck, mark_of
from gis.models import SafetyCode, Scene
from gis.safety import Checklists, CodeChange, Explanation, Reason
from gis.safety.rules import Criterion
from layers.packs.rulebook import Imprint, shipped_rule
from layers.pages import INTEGRITY, STYLE
from layers.rating.places import OpenFinding, PlaceExplanation
from layers.styles import CODE_CARDS
from layers.words.vocabulary import CODES
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
    return unescape(re.sub(r"<[^>]+>", " ", page))


def in_one_file(page: str) -> str:
    """The page with its style sheet inside."""
    link = f'<link rel="stylesheet" href="/desk/style.css" integrity="{INTEGRITY}">'
    assert link in page
    return page.replace(link, f"<style>{STYLE.decode()}</style>")


LISTS = Checklists.from_body(shipped_rule("checklists"))
OPEN = OpenFinding("I-7/exit", "critical", "blocked exit", DAY, "I-7")


def checked_page(**more: Any) -> str:
    """The page of a place for who may inspect there."""
    form = check_form("E1", "street_shop", LISTS, [OPEN], ("token", "key", "now"))
    return place_page(place(), IMPRINT, check=form._replace(**more))


@pytest.mark.parametrize("code", [None, *SafetyCode])
def test_page_says_name_code_and_both_checks(code: SafetyCode | None) -> None:
    page = place_page(place(code), IMPRINT)
    for text in (*CODES[code].both, "好味面馆", "E1", "2026-08-01", "2026-09-01"):
        assert text in texts(page)
    [tone] = re.findall(r'class="band (\w+)"', page)
    card = CODE_CARDS[code]
    assert f"--{tone}: {card.band}; --{tone}-ink: {card.ink};" in STYLE.decode()
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


def test_the_checklist_is_for_who_may_inspect_and_has_every_item() -> None:
    page, outside = checked_page(), place_page(place(), IMPRINT, has_insight=True)
    assert "<form" not in outside
    for item in LISTS.scenes[Scene.STREET_SHOP]:
        assert item.zh in texts(page)
        assert item.en in texts(page)
        assert f'name="item" value="{item.item_id}"' in page
    assert LISTS.zh in texts(page)
    assert page.count("<form") == 2
    assert page.count('name="form_token" value="token"') == 2
    assert {*re.findall(r'name="request_key" value="([^"]*)"', page)} == {
        "key-nothing",
        "key-list",
    }


def test_of_findings_of_before_severity_and_day_are_shown() -> None:
    page = checked_page()
    assert f'name="earlier" value="{mark_of("I-7/exit")}"' in page
    assert "重大，2026-09-30 发现" in texts(page)
    for text in ("blocked exit", "I-7"):
        assert text not in page


def test_labels_name_every_tick() -> None:
    form = check_form("E1", "street_shop", LISTS, [OPEN], ("token", "key", "now"))
    ids = [item.item_id for item in LISTS.scenes[Scene.STREET_SHOP]]
    assert {*form.labels} == {
        *(("item", name) for name in ids),
        *(("fixed", name) for name in ids),
        ("earlier", mark_of("I-7/exit")),
    }


def test_what_was_recorded_is_said_with_the_code_and_the_next_check() -> None:
    words = recorded_words(RecordedCheck(2, 1, 3), SafetyCode.YELLOW, DAY)
    page = texts(checked_page(notes=words))
    assert "发现 2 项（当场改好 1 项），以前的隐患改好 3 项" in page
    assert "现在是黄码，下次检查不晚于 2026-09-30" in page
    assert "Now yellow; next check by 2026-09-30." in page
    nothing = recorded_words(RecordedCheck(0, 0, 0), None, None)
    assert "未发现问题" in nothing[0].zh


@pytest.mark.chromium
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_page_fits_a_phone_and_asks_for_nothing(
    chromium: Any, tmp_path: Path, width: int
) -> None:
    path = tmp_path / "place.html"
    name = "一家名字非常长的店铺" * 4 + "W" * 60
    page = place_page(place(name=name), IMPRINT, has_insight=True)
    path.write_text(in_one_file(page), "utf-8")
    with visit(chromium, path, width=width, height=800) as opened:
        wide = opened.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width
        assert opened.trouble == []
