"""The pieces that a report is put together from, before they are drawn on anything."""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from gis.models import RiskLevel, SafetyCode
from layers.reports.plots import Plot
from layers.styles import CODE_STYLES, level_style
from layers.words import Words

PAPER_WIDTH: Final = 273.0
"""Width of what stands on a page, millimetres."""


@dataclass(frozen=True, slots=True)
class Chip:
    """A small coloured sign that also reads without its colour."""

    text: str
    fill: str
    ink: str
    edge: str


Cell: TypeAlias = str | Chip


@dataclass(frozen=True, slots=True)
class Heading:
    """Begins a section."""

    words: Words


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A sentence or two."""

    words: Words


@dataclass(frozen=True, slots=True)
class Tile:
    """One number that is read first: its value, what it is, and what it compares to.

    The figure is its id in `layers.figures.definitions`; the unit stands behind it.
    """

    value: str
    words: Words
    beside: Words
    figure: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Tiles:
    """Numbers side by side."""

    tiles: tuple[Tile, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: heading, width in mm on paper, which figure it shows.

    The figure is its id in `layers.figures.definitions`; empty for no number.
    """

    words: Words
    width: float
    figure: str = ""

    @property
    def is_number(self) -> bool:
        """Whether it holds numbers."""
        return bool(self.figure)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headings; it may run over several pages."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A plot and what it shows."""

    plot: Plot
    words: Words


@dataclass(frozen=True, slots=True)
class Panel:
    """Pictures with lines beside them; it stays on one page.

    The figures are ids of what lines and pictures show.
    """

    words: Words
    chip: Chip | None
    lines: tuple[tuple[Chip | None, Words], ...]
    pictures: tuple[Picture, ...]
    figures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Drawing:
    """An SVG element as wide as the page, and what it shows; web pages only.

    Attributes
    ----------
    svg
        Text of data in it is escaped already.
    words
        For who cannot see it.
    """

    svg: str
    words: Words


@dataclass(frozen=True, slots=True)
class Signatures:
    """Lines to sign on, with who signs each; web pages only."""

    lines: tuple[Words, ...]


Block: TypeAlias = Heading | Paragraph | Tiles | Table | Panel | Drawing | Signatures


@dataclass(frozen=True, slots=True)
class Content:
    """A whole report.

    Attributes
    ----------
    title
        What it is and of which days.
    facts
        What it was made from: a caption and a text each.
    is_synthetic
        Whether the data are made up; every page says so.
    blocks
        The rest in order.
    paper
        What a web page is printed on, the long side level.
    """

    title: Words
    facts: tuple[tuple[Words, str], ...]
    is_synthetic: bool
    blocks: tuple[Block, ...]
    paper: Literal["A4", "A3"] = "A4"


def level_chip(level: int) -> Chip:
    """Return the sign of a level; 0 is no data.

    Examples
    --------
    >>> level_chip(5).text
    'R 红'
    """
    style = level_style(RiskLevel(level) if level else None)
    return Chip(
        f"{style.letter} {style.zh.split()[0]}", style.colour, style.ink, style.ink
    )


def code_chip(code: int) -> Chip:
    """Return the sign of a safety code.

    Examples
    --------
    >>> code_chip(3).text
    '红码'
    """
    style = CODE_STYLES[SafetyCode(code)]
    return Chip(style.zh.split()[0], style.fill, style.ink, style.edge)
