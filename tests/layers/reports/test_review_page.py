"""The page of the second person: whole, closed, inert, the same again."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gis.models import Instant, Post, PostId
from gis.roster import Duty, PostsPlan, Succession
from layers.figures.review import HandedOver, Review
from layers.reports.review_page import review_page
from layers.words import Words
from support.harness.browser import visit
from support.makers.reviews import caseload_of, review_of

SHOP = Words("店", "shop")
PLACES = (HandedOver("P1", SHOP, "A", "B"), HandedOver("P2", SHOP, "A", "B"))
PAYLOADS = (
    "<img src=x onerror=fired(1)>",
    "</script><script>fired(1)</script>",
    "</style><script>fired(1)</script>",
    "</title><script>fired(1)</script>",
    "</svg><script>fired(1)</script>",
    '"><svg onload=fired(1)>',
    "' onmouseover='fired(1)",
    "&#60;img src=x onerror=fired(1)&#62;",
    "${fired(1)}`{{ fired(1) }}",
    "https://example.invalid/x.png",
    "\u202egnp.exe",
)
POLICY = r'<meta http-equiv="Content-Security-Policy".*?>'


def full(text: str = "x") -> Review:
    """A review with something in every section, a text wherever data may be."""
    ids = {"A": f"A{text}", "B": f"B{text}"}
    words = Words(text, text)
    records = (HandedOver(text, words, ids["A"], ids["B"]),)
    posts = tuple(
        Post(PostId(f"{name}{text}"), ids["A"], role)
        for name, role in (("L", "grid_leader"), ("M", "full_time_member"))
    )
    leader, member = (post.post_id for post in posts)
    created = Post(PostId(f"N{text}"), ids["B"], text)
    plan = PostsPlan(
        frozenset({leader}), {member: ids["B"]}, (created,), frozenset({ids["B"]})
    )
    duty = Duty(text, member, text, Instant(0), Instant(1), Instant(0))
    case = caseload_of(
        records,
        {ids["A"]: leader},
        {ids["B"]: created.post_id},
        events=records,
        checks=records,
        duties=((duty, ids["A"], ids["B"]), (duty, ids["A"], None)),
    )
    return review_of(
        case,
        text=text,
        ids=ids,
        posts=posts,
        plan=plan,
        succession=Succession((posts[0],), (ids["B"],)),
        warnings=(words,),
        attributes={ids["A"]: (text,), ids["B"]: ()},
    )


def test_page_is_as_it_was(golden: Callable[[str, str], None]) -> None:
    golden("review.html", review_page(full()))


def test_page_is_the_same_again_and_asks_for_nothing() -> None:
    text = review_page(full())
    assert text == review_page(full())
    assert re.findall(r"(?:https?:)?//(?!www\.w3\.org/)[\w.]+", text) == []
    assert "size: A3 landscape" in text


def test_page_says_from_whom_to_whom_and_how_many() -> None:
    case = caseload_of(PLACES, {"A": "A-L"}, {"B": "B-L"})
    rows = re.findall(r"<tr>(.*?)</tr>", review_page(review_of(case)))
    texts = [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in rows]
    assert ["店 shop", "A", "A-L", "B", "B-L", "2"] in texts
    assert ["合计 Total", "", "", "", "", "2"] in texts


def test_layer_that_is_not_loaded_is_never_0() -> None:
    case = caseload_of(None, events=None, checks=None, duties=None)
    text = review_page(review_of(case, posts=None))
    tiles = re.findall(r'<div class="tile"[^>]*>.*?<b>(.*?)</b>', text)
    assert tiles[3:] == ["未载入"] * 4
    loaded = review_page(review_of(caseload_of(())))
    assert (
        re.findall(r'<div class="tile"[^>]*>.*?<b>(.*?)<small>', loaded)[3:]
        == ["0"] * 4
    )


def test_whoever_signs_sees_every_digest_in_full() -> None:
    text = review_page(full())
    for sign in "bcd":
        assert sign * 64 in text
    assert text.count('<div class="signatures">') == 1


def test_change_of_nothing_says_so() -> None:
    review = review_of(caseload_of(()))
    empty = {"changes": review.changes.head(0), "ground": (), "figures": ()}
    text = review_page(review_of(caseload_of(()), **empty))
    assert "与依据版本没有差别" in text
    assert "<svg" not in text


def test_text_of_data_is_escaped() -> None:
    hostile = "<b>\u202e"
    text = review_page(full(hostile))
    assert "<b>\u202e" not in text
    assert "\u202e" not in text
    assert "[U+202E]" in text


@pytest.mark.chromium
@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_text_of_data_runs_nowhere(chromium: Any, tmp_path: Path, payload: str) -> None:
    path = tmp_path / "review.html"
    # without the policy, so that only escaping holds
    text = re.sub(POLICY, "", review_page(full(payload)))
    path.write_text(text, encoding="utf-8")
    script = "window.shots = 0; window.fired = () => { window.shots += 1 }"
    with visit(chromium, path, script=script) as opened:
        assert opened.page.evaluate("window.shots") == 0
        assert opened.trouble == []


@pytest.mark.chromium
def test_no_cell_is_cut(chromium: Any, tmp_path: Path) -> None:
    path = tmp_path / "review.html"
    path.write_text(review_page(full("330199101001001")), encoding="utf-8")
    with visit(chromium, path, width=1500, height=1000) as opened:
        assert opened.trouble == []
        wide = "document.documentElement.scrollWidth > innerWidth"
        assert not opened.page.evaluate(wide)
        cells = "[...document.querySelectorAll('td,th')]"
        cut = f"{cells}.filter(c => c.scrollWidth > c.clientWidth + 1)"
        assert opened.page.evaluate(f"{cut}.map(c => c.innerText)") == []


@pytest.mark.chromium
def test_map_is_printed_whole_on_the_first_page(chromium: Any, tmp_path: Path) -> None:
    path = tmp_path / "review.html"
    path.write_text(review_page(full("330199101001001")), encoding="utf-8")
    # A3 without its margins, at 96 dots an inch
    with visit(chromium, path, width=1496, height=1032) as opened:
        opened.page.emulate_media(media="print")
        box = opened.page.query_selector(".drawing").bounding_box()
        assert box["y"] + box["height"] <= 1032
        assert box["height"] > 450
