"""A report as one HTML page that asks for nothing outside itself."""

from functools import cache
from importlib import resources
from typing import Final

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from layers.figures.definitions import definition_of
from layers.inert_text import escape_text
from layers.reports.blocks import PAPER_WIDTH, Content
from layers.reports.plots import PATTERNS
from layers.styles import css_variables
from layers.words.vocabulary import SYNTHETIC

FLUID_COLUMNS: Final = 4
"""Columns of a table that a phone has room for; a wider one is moved aside there."""


def page(content: Content) -> str:
    """Return a report as an HTML page: same content, same bytes.

    Parameters
    ----------
    content
        The report; every text of it is escaped.
    """
    return (
        _environment()
        .get_template("report.html")
        .render(
            content=content,
            synthetic=SYNTHETIC,
            patterns=PATTERNS,
            variables=css_variables(),
            style=_read("report.css"),
            paper_width=PAPER_WIDTH,
            fluid_columns=FLUID_COLUMNS,
        )
    )


@cache
def _environment() -> Environment:
    """Return what reads the template, once."""
    environment = Environment(
        loader=FunctionLoader(_read),
        autoescape=True,
        finalize=_inert,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"kind": _kind, "meaning": _meaning}
    return environment


def _inert(value: object) -> object:
    """Return a text of data so that nothing reads it as more than a text."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return Markup(escape_text(value))  # noqa: S704  it is what escapes
    return value


def _kind(block: object) -> str:
    return type(block).__name__


def _meaning(figure: str) -> str:
    """Return what a number means, by the id of its figure."""
    definition = definition_of(figure)
    return f"{definition.name.line}: {definition.definition.line}"


def _read(name: str) -> str:
    """Return the text of a file of this folder."""
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
