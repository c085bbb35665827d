"""A table for a notebook runs nothing that stands in the data."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.notebook_table import Html, label_html, plain_html, table_html, tag_html

TAGS = {"table", "caption", "tbody", "tr", "th", "td", "strong", "span", "bdi"}


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
    zh: str, en: str, value: str
) -> None:
    rows = [((zh, en), value), ((en, zh), tag_html(value, "#fff", "#000"))]
    page = Reader(table_html((zh, en), rows))
    assert page.tags == TAGS
    assert page.attributes == {"lang", "style", "scope"}
    plain = Reader(plain_html(value))
    # a parser makes one sign of the two that end a line on some machines
    assert plain.text == value or "\r" in value


@pytest.mark.parametrize(
    "value", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "&lt;"]
)
def test_marks_of_the_data_are_shown_as_they_are(value: str) -> None:
    page = Reader(table_html(("辖区", "Territory"), [(("网格", "Grids"), value)]))
    assert page.tags <= TAGS
    assert value in page.text


def test_html_of_our_own_stands_as_it_is() -> None:
    own = Html(f"{label_html(('红', 'red'))}<br>3")
    table = table_html(("辖区", "Territory"), [(("网格", "Grids"), own)])
    assert own in table
    assert '<span lang="zh-CN">红</span> <span lang="en">red</span>' in table
