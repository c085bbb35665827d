"""A table for a notebook runs nothing that stands in the data."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis import sentences
from gis.notebook_table import Html, lines_html, plain_html, table_html, tag_html
from gis.sentences import bilingual, rendered

TAGS = {"table", "caption", "tbody", "tr", "th", "td", "strong", "span", "bdi", "br"}


class Reader(HTMLParser):
    """Tags, attributes and text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


@given(st.text(), st.text(), st.text())
def test_whatever_the_data_only_our_tags_are_there(
    title: str, label: str, value: str
) -> None:
    rows = [(label, value), (title, lines_html([value, tag_html(value, "#fff", "#0")]))]
    page = Reader(table_html(title, rows))
    assert page.tags == TAGS
    assert page.attributes == {"style", "scope"}
    plain = Reader(plain_html(value))
    # a parser makes one sign of the two that end a line on some machines
    assert plain.text == value or "\r" in value


@pytest.mark.parametrize(
    "value", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "&lt;"]
)
def test_marks_of_the_data_are_shown_as_they_are(value: str) -> None:
    page = Reader(table_html("Territory", [("Grids", value)]))
    assert page.tags <= TAGS
    assert value in page.text


def test_html_of_our_own_stands_as_it_is() -> None:
    own = Html("<b>red</b> 3")
    assert lines_html([own, "<b>"]) == f"{own}<br><bdi>&lt;b&gt;</bdi>"
    assert f">{own}</td>" in table_html("Territory", [("Grids", own)])


def test_sentences_are_said_as_the_user_speaks(monkeypatch: pytest.MonkeyPatch) -> None:
    says = bilingual("Grids", "网格")
    monkeypatch.setattr(
        sentences._Speech, "say", lambda text: rendered(text, str, "zh")
    )
    rows = [(says, says), (lines_html([says]), tag_html(says, "", ""))]
    page = table_html(says, rows)
    assert page.count("<bdi>网格</bdi>") == 5
    assert "Grids" not in page
