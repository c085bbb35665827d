"""What an object shows of itself in a notebook: a short table, as its user speaks."""

from collections.abc import Iterable
from html import escape

from gis.sentences import spoken


class Html(str):
    """A text that is HTML already, its data escaped."""

    __slots__ = ()


def plain_html(text: object) -> Html:
    """Return data as text that nothing runs, in its own direction.

    A sentence is in the language of the user.

    Examples
    --------
    >>> plain_html("<b>G1")
    '<bdi>&lt;b&gt;G1</bdi>'
    """
    return Html(f"<bdi>{escape(spoken(text))}</bdi>")


def tag_html(text: str, fill: str, ink: str) -> Html:
    """Return a text on a colour.

    Parameters
    ----------
    text
        Data, a sentence, or HTML already.
    fill, ink
        Colours of the ground and of the letters.

    Examples
    --------
    >>> tag_html("3", "red", "white")[:53]
    '<span style="background:red;color:white;padding:1px 6'
    """
    style = f"background:{fill};color:{ink};padding:1px 6px;white-space:nowrap"
    return Html(f'<span style="{style}">{_cell(text)}</span>')


def lines_html(lines: Iterable[str]) -> Html:
    """Return texts, or HTML already, a line each.

    Examples
    --------
    >>> lines_html(["1 < 2", Html("<b>3</b>")])
    '<bdi>1 &lt; 2</bdi><br><b>3</b>'
    """
    return Html("<br>".join(map(_cell, lines)))


def table_html(title: str, rows: Iterable[tuple[str, str]]) -> Html:
    """Return a table of labels and what each is, under a title.

    Parameters
    ----------
    title
        What it is about.
    rows
        Labels and their values; text is escaped, `Html` stands as it is.

    Examples
    --------
    >>> table = table_html("Territory", [("Grids", "<96>")])
    >>> "&lt;96&gt;" in table, "<96>" in table
    (True, False)
    """
    left = 'style="text-align:left;vertical-align:top;padding-right:1em"'
    lines = [
        f'<tr><th scope="row" {left}>{_cell(label)}</th>'
        f"<td {left}>{_cell(value)}</td></tr>"
        for label, value in rows
    ]
    caption = f"<caption {left}><strong>{_cell(title)}</strong></caption>"
    return Html(f"<table>{caption}<tbody>{''.join(lines)}</tbody></table>")


def _cell(value: str) -> Html:
    return value if isinstance(value, Html) else plain_html(value)
