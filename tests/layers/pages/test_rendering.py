"""Texts of strangers are read as they are written; pages need one style sheet alone."""

import hashlib
import re
from base64 import b64encode
from importlib import resources

import pytest
from jinja2 import UndefinedError

from layers.pages import INTEGRITY, POLICY, STYLE, page, problem_page
from layers.pages.rendering import PAGES, both, filled, shown
from layers.words import Words

FILES = {
    file.name: file.read_text(encoding="utf-8")
    for file in resources.files("layers.pages").iterdir()
    if file.name.endswith((".html", ".css"))
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("${7*7} {{7*7}}", "${7*7} {{7*7}}"),
        ("\"'&", "&#34;&#39;&amp;"),
        ("a\nb", "a\nb"),
        ("\u202e", '<span class="odd">U+202E</span>'),
        (
            "\u200f\u2066",
            '<span class="odd">U+200F</span><span class="odd">U+2066</span>',
        ),
        ("\x00\x07", '<span class="odd">U+0000</span><span class="odd">U+0007</span>'),
        (
            "\u2028\ufeff",
            '<span class="odd">U+2028</span><span class="odd">U+FEFF</span>',
        ),
        ("网格 😀", "网格 😀"),
    ],
)
def test_text_is_shown_as_it_is_written(text, expected):
    assert str(shown(text)) == f"<bdi>{expected}</bdi>"


def test_words_that_are_the_same_stand_once():
    assert str(both(Words("K1", "K1"))) == "<span>K1</span>"


CODE = {
    "docs.html": [
        ' src="{{ assets }}/swagger-ui.js"',
        ' src="{{ assets }}/docs.js"',
    ],
    "cockpit.html": [
        ' type="application/json" id="page"',
        ' src="{{ assets }}/leaflet.js" defer',
        ' type="module" src="{{ assets }}/cockpit.js"',
    ],
    "frame.html": [' type="module" src="{{ assets }}/sendings.js"'],
    "phone.html": [' type="module" src="{{ assets }}/waiting.js"'],
}
"""What runs on a page: files of our own, and data that do not run."""


def test_a_gap_is_filled_in_both_languages():
    assert filled(Words("共 {n} 件", "{n} in all"), n=2).both == ("共 2 件", "2 in all")


def test_a_value_that_is_missing_is_an_error():
    with pytest.raises(UndefinedError):
        page("citizen", language="en", title=Words("题", "Title"), root="")


def test_every_page_is_a_template():
    others = {"frame.html", "macros.html", "desk.css"}
    assert set(FILES) == others | {f"{name}.html" for name in PAGES}


@pytest.mark.parametrize("name", FILES)
def test_nothing_comes_from_outside_and_nothing_runs(name):
    text = FILES[name]
    assert "://" not in text
    scripts = re.findall(r"<script([^>]*)>", text)
    assert scripts == CODE.get(name, [])
    assert not re.search(r"\s(style|on\w+)=", text)
    assert "url(" not in text
    assert "@import" not in text
    assert "|safe" not in text


def test_style_sheet_is_named_by_its_content():
    digest = b64encode(hashlib.sha256(STYLE).digest()).decode()
    assert f"sha256-{digest}" == INTEGRITY
    text = problem_page(404, Words("没有。", "Nothing."), "/town")
    assert f'href="/town/desk/style.css" integrity="{INTEGRITY}"' in text


def test_colours_stand_in_one_place():
    assert not re.search(r"#[0-9a-f]{3,8}\b", FILES["desk.css"])


def test_policy_lets_nothing_in_but_the_style_sheet_and_own_forms():
    rules = dict(rule.split(" ", 1) for rule in POLICY.split("; "))
    assert rules == {
        "default-src": "'none'",
        "style-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }


def test_problem_page_escapes_what_it_says():
    text = problem_page(403, Words("<b>不行</b>。", "<b>No</b>."))
    assert "<b>" not in text
    assert "不能这样做" in text
