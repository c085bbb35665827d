"""What an object shows of itself in a notebook: a short table in two languages."""

from collections.abc import Iterable
from html import escape
from typing import TypeAlias

Label: TypeAlias = tuple[str, str]
"""A text in Chinese and in English."""


class Html(str):
    """A text that is HTML already, its data escaped."""

    __slots__ = ()


def plain_html(text: object) -> Html:
    """Return data as text that nothing runs, in its own direction.

    Examples
    --------
    >>> plain_html("<b>G1")
    '<bdi>&lt;b&gt;G1</bdi>'
    """
    return Html(f"<bdi>{escape(str(text))}</bdi>")


def label_html(label: Label) -> Html:
    """Return a text in both languages, each marked as what it is.

    Examples
    --------
    >>> label_html(("网格", "Grids"))
    '<span lang="zh-CN">网格</span> <span lang="en">Grids</span>'
    """
    zh, en = map(escape, label)
    return Html(f'<span lang="zh-CN">{zh}</span> <span lang="en">{en}</span>')


def tag_html(text: str, fill: str, ink: str) -> Html:
    """Return a text on a colour.

    Parameters
    ----------
    text
        Data, or HTML already.
    fill, ink
        Colours of the ground and of the letters.

    Examples
    --------
    >>> tag_html("3", "red", "white")[:53]
    '<span style="background:red;color:white;padding:1px 6'
    """
    style = f"background:{fill};color:{ink};padding:1px 6px;white-space:nowrap"
    return Html(f'<span style="{style}">{_cell(text)}</span>')


def table_html(title: Label, rows: Iterable[tuple[Label, str]]) -> Html:
    """Return a table of labels and what each is, under a title.

    Parameters
    ----------
    title
        What it is about.
    rows
        Labels and their values; text is escaped, `Html` stands as it is.

    Examples
    --------
    >>> table = table_html(("辖区", "Territory"), [(("网格", "Grids"), "<96>")])
    >>> "&lt;96&gt;" in table, "<96>" in table
    (True, False)
    """
    left = 'style="text-align:left;vertical-align:top;padding-right:1em"'
    lines = [
        f'<tr><th scope="row" {left}>{label_html(label)}</th>'
        f"<td {left}>{_cell(value)}</td></tr>"
        for label, value in rows
    ]
    caption = f"<caption {left}><strong>{label_html(title)}</strong></caption>"
    return Html(f"<table>{caption}<tbody>{''.join(lines)}</tbody></table>")


def _cell(value: str) -> Html:
    return value if isinstance(value, Html) else plain_html(value)
