"""A report as a PDF: A4 pages, tables that run on, nothing cut."""

import io
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import singledispatchmethod
from itertools import zip_longest
from typing import Final

from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from layers.reports.blocks import (
    PAPER_WIDTH,
    Block,
    Cell,
    Chip,
    Column,
    Content,
    Heading,
    Panel,
    Paragraph,
    Table,
    Tile,
    Tiles,
)
from layers.reports.fonts import Weight, font, printable, width_of
from layers.reports.plots import MM
from layers.styles import PAGE_COLOURS
from layers.words import SYNTHETIC

# A4 across, millimetres from the upper left corner
WIDTH: Final = 297.0
HEIGHT: Final = 210.0
MARGIN: Final = (WIDTH - PAPER_WIDTH) / 2
BOTTOM: Final = HEIGHT - MARGIN - 5
GAP: Final = 4.0
HEAD: Final = 11.0
PAD: Final = 1.0

POINT: Final = 0.3528  # millimetres
LEADING: Final = 1.45
SMALL, BODY, LARGE, TITLE, NUMBER = 5.5, 7.5, 11.5, 19.0, 16.0
"""Sizes of text, points."""
INK: Final = PAGE_COLOURS["ink"]
QUIET: Final = PAGE_COLOURS["quiet"]
LINE: Final = PAGE_COLOURS["rule"]
CARD: Final = PAGE_COLOURS["card"]


def document(content: Content) -> bytes:
    """Return a report as a PDF: same content, same bytes.

    Parameters
    ----------
    content
        The report.

    Raises
    ------
    MissingFontError
        If the font is not installed.
    """
    paper = Paper(content.title.zh, content.is_synthetic)
    _draw_title(paper, content)
    for block, following in zip_longest(content.blocks, content.blocks[1:]):
        if isinstance(block, Heading) and following is not None:
            # a heading is not left alone at the foot of a page
            paper.make_room(HEAD + _least(following))
        paper.draw(block)
    return _pdf(paper)


def _least(block: Block) -> float:
    """Return how much of a block must stand below its heading, millimetres."""
    if isinstance(block, Panel):
        return block.picture.height + 2 * GAP
    return 30.0 if isinstance(block, Table) else 15.0


def wrap(text: str, width: float, size: float) -> list[str]:
    """Return the lines of a text, none wider than a column.

    Lines break at spaces, or anywhere in Chinese and in words that are too long.

    Parameters
    ----------
    text
        One paragraph.
    width
        Of the column, millimetres.
    size
        Of the font, points.
    """
    lines, line, room = [], "", width / (size * POINT)
    for word in _words(printable(text, "regular")):
        if line and _ems(line + word.rstrip()) > room:
            lines.append(line.rstrip())
            line = ""
        line += word
        while _ems(line.rstrip()) > room and len(line) > 1:
            cut = _fitting(line, room)
            lines.append(line[:cut])
            line = line[cut:]
    return [*lines, line.rstrip()]


def _words(text: str) -> Iterator[str]:
    """Yield what is not broken: words with the space after them, wide characters."""
    word = ""
    for sign in text:
        if word and (word[-1] == " " or _is_wide(sign) or _is_wide(word[-1])):
            yield word
            word = ""
        word += sign
    yield word


def _fitting(line: str, room: float) -> int:
    """Return how many characters of a line fit, at least one."""
    cut = 1
    while _ems(line[: cut + 1]) <= room:
        cut += 1
    return cut


def _ems(text: str) -> float:
    """Return how wide a text is, in heights of its font."""
    return width_of(text, "regular")


def _fitted(text: str, width: float, size: float) -> float:
    """Return the size at which a text is no wider than a column, at most `size`."""
    ems = _ems(text)
    return size if ems * size * POINT <= width else width / (ems * POINT)


def _is_wide(sign: str) -> bool:
    return unicodedata.east_asian_width(sign) in {"W", "F"}


@dataclass(slots=True)
class Paper:
    """Pages that are filled from the top.

    Attributes
    ----------
    title
        Printed at the foot of every page.
    is_synthetic
        Whether every page says that the data are made up.
    pages
        Pages so far.
    top
        Where the next block begins, millimetres from the upper edge.
    """

    title: str
    is_synthetic: bool
    pages: list[Figure] = field(default_factory=list)
    top: float = HEIGHT

    def make_room(self, height: float) -> bool:
        """Begin a new page if so many millimetres are not left; say whether it did."""
        is_full = self.top + height > BOTTOM
        if is_full:
            self.pages.append(Figure(figsize=(WIDTH * MM, HEIGHT * MM)))
            self.top = MARGIN
        return is_full

    def take(self, height: float) -> float:
        """Return the top of so many millimetres, on a new page if need be."""
        self.make_room(height)
        top = self.top
        self.top += height
        return top

    def write(
        self,
        at: tuple[float, float],
        text: str,
        size: float,
        *,
        weight: Weight = "regular",
        colour: str = INK,
        ha: str = "left",
    ) -> None:
        """Write one line; `at` is its left end (or right, or middle) and baseline."""
        if not text:
            return
        self.pages[-1].text(
            at[0] / WIDTH,
            1 - at[1] / HEIGHT,
            printable(text, weight),
            fontproperties=font(weight, size),
            color=colour,
            ha=ha,
            va="baseline",
            parse_math=False,
        )

    def write_lines(
        self, at: tuple[float, float], lines: list[str], size: float, colour: str = INK
    ) -> None:
        """Write lines below each other from an upper left corner."""
        for number, line in enumerate(lines, start=1):
            baseline = at[1] + (number * LEADING - 0.4) * size * POINT
            self.write((at[0], baseline), line, size, colour=colour)

    def rectangle(
        self, at: tuple[float, float], size: tuple[float, float], fill: str, edge: str
    ) -> None:
        """Draw a box from its upper left corner."""
        self.pages[-1].add_artist(
            Rectangle(
                (at[0] / WIDTH, 1 - (at[1] + size[1]) / HEIGHT),
                size[0] / WIDTH,
                size[1] / HEIGHT,
                facecolor=fill,
                edgecolor=edge,
                linewidth=0.5,
                transform=self.pages[-1].transFigure,
                zorder=-1,  # below plots
            )
        )

    def rule(self, y: float, colour: str = LINE) -> None:
        """Draw a line across the page."""
        self.rectangle((MARGIN, y), (PAPER_WIDTH, 0.0), colour, colour)

    def chip(self, at: tuple[float, float], chip: Chip) -> None:
        """Draw a sign from its upper left corner."""
        width = _ems(chip.text) * BODY * POINT + 2 * PAD
        self.rectangle(at, (width, 3.6), chip.fill, chip.edge)
        self.write((at[0] + PAD, at[1] + 2.7), chip.text, BODY - 0.5, colour=chip.ink)

    @singledispatchmethod
    def draw(self, block: Block) -> None:
        """Draw a block below the last one."""
        raise TypeError(block)

    @draw.register
    def _heading(self, block: Heading) -> None:
        top = self.take(HEAD)
        baseline = top + 7.5
        self.write((MARGIN, baseline), block.words.zh, LARGE, weight="bold")
        left = MARGIN + _ems(block.words.zh) * LARGE * POINT + 2
        self.write((left, baseline), block.words.en, BODY, colour=QUIET)
        self.rule(top + 9, INK)

    @draw.register
    def _paragraph(self, block: Paragraph) -> None:
        for text, colour in ((block.words.zh, INK), (block.words.en, QUIET)):
            lines = wrap(text, PAPER_WIDTH, BODY)
            top = self.take(len(lines) * LEADING * BODY * POINT + 0.5)
            self.write_lines((MARGIN, top), lines, BODY, colour)

    @draw.register
    def _tiles(self, block: Tiles) -> None:
        height = 17.0
        top = self.take(height + GAP)
        width = (PAPER_WIDTH + 3) / len(block.tiles)
        for number, tile in enumerate(block.tiles):
            self._tile((MARGIN + number * width, top), (width - 3, height), tile)

    def _tile(
        self, at: tuple[float, float], size: tuple[float, float], tile: Tile
    ) -> None:
        """Draw one number with what it is."""
        self.rectangle(at, size, CARD, LINE)
        left = at[0] + 2
        self.write((left, at[1] + 4), tile.words.zh, BODY)
        right = at[0] + size[0] - 2
        self.write((right, at[1] + 4), tile.words.en, SMALL, colour=QUIET, ha="right")
        self.write((left, at[1] + 11), tile.value, NUMBER, weight="bold")
        self.write((left, at[1] + 15), tile.beside.zh, SMALL + 0.5, colour=QUIET)

    @draw.register
    def _table(self, block: Table) -> None:
        scale = PAPER_WIDTH / max(
            PAPER_WIDTH, sum(column.width for column in block.columns)
        )
        widths = [column.width * scale for column in block.columns]
        self._table_head(block, widths)
        for row in block.rows:
            cells = [
                _lines(cell, column, width)
                for cell, column, width in zip(row, block.columns, widths, strict=True)
            ]
            lines = max(1 if isinstance(cell, Chip) else len(cell) for cell in cells)
            height = lines * LEADING * BODY * POINT + 1.2
            if self.make_room(height):
                self._table_head(block, widths)
            self._table_row(block, widths, cells, self.take(height))
            self.rule(self.top)
        self.top += GAP

    def _table_head(self, block: Table, widths: list[float]) -> None:
        """Write the headings, at the top of each page anew."""
        top, left = self.take(7.5), MARGIN
        for column, width in zip(block.columns, widths, strict=True):
            ha = "right" if column.is_number else "left"
            x = left + width - PAD if column.is_number else left + PAD
            zh, en, room = column.words.zh, column.words.en, width - PAD
            size = _fitted(zh, room, BODY)
            self.write((x, top + 3.2), zh, size, weight="bold", ha=ha)
            self.write((x, top + 6), en, _fitted(en, room, SMALL), colour=QUIET, ha=ha)
            left += width
        self.rule(self.top, INK)

    def _table_row(
        self,
        block: Table,
        widths: list[float],
        cells: list[list[str] | Chip],
        top: float,
    ) -> None:
        """Write one row."""
        left = MARGIN
        for column, width, cell in zip(block.columns, widths, cells, strict=True):
            if isinstance(cell, Chip):
                self.chip((left + PAD, top + 0.6), cell)
            elif column.is_number:
                baseline = top + 0.5 + (LEADING - 0.4) * BODY * POINT
                size = _fitted(cell[0], width - PAD, BODY)
                self.write((left + width - PAD, baseline), cell[0], size, ha="right")
            else:
                self.write_lines((left + PAD, top + 0.5), cell, BODY)
            left += width

    @draw.register
    def _panel(self, block: Panel) -> None:
        picture = block.picture
        width = PAPER_WIDTH - picture.width - 3 * GAP
        entries = [
            (
                chip,
                wrap(
                    " ".join(filter(None, (words.zh, words.en))),
                    width - _indent(chip),
                    BODY,
                ),
            )
            for chip, words in block.lines
        ]
        step = LEADING * BODY * POINT
        text = 9 + sum(len(lines) * step + 0.6 for _, lines in entries)
        height = max(picture.height, text) + 4
        top = self.take(height + 2)
        self.rectangle((MARGIN, top), (PAPER_WIDTH, height), CARD, LINE)
        self._panel_title((MARGIN + GAP, top + 2), block)
        y = top + 9
        for chip, lines in entries:
            if chip is not None:
                self.chip((MARGIN + GAP, y + 0.2), chip)
            self.write_lines((MARGIN + GAP + _indent(chip), y), lines, BODY)
            y += len(lines) * step + 0.6
        box = (
            (MARGIN + PAPER_WIDTH - GAP - picture.width) / WIDTH,
            1 - (top + 2 + picture.height) / HEIGHT,
            picture.width / WIDTH,
            picture.height / HEIGHT,
        )
        picture.draw(self.pages[-1], box)

    def _panel_title(self, at: tuple[float, float], block: Panel) -> None:
        """Write the title of a panel, its sign before it."""
        left = at[0]
        if block.chip is not None:
            self.chip((left, at[1] + 0.6), block.chip)
            left += _indent(block.chip)
        self.write((left, at[1] + 4), block.words.zh, BODY + 1.5, weight="bold")
        left += _ems(block.words.zh) * (BODY + 1.5) * POINT + 2
        self.write((left, at[1] + 4), block.words.en, SMALL, colour=QUIET)


def _lines(cell: Cell, column: Column, width: float) -> list[str] | Chip:
    """Return the lines of a cell; a number is written smaller rather than cut."""
    if isinstance(cell, Chip):
        return cell
    return [cell] if column.is_number else wrap(cell, width - 2 * PAD, BODY)


def _indent(chip: Chip | None) -> float:
    """Return how far text stands from the left for a sign before it."""
    return 0.0 if chip is None else _ems(chip.text) * BODY * POINT + 2 * PAD + 2


def _draw_title(paper: Paper, content: Content) -> None:
    """Draw the title and what the report was made from."""
    top = paper.take(15)
    paper.write((MARGIN, top + 7), content.title.zh, TITLE, weight="bold")
    paper.write((MARGIN, top + 12), content.title.en, BODY + 1, colour=QUIET)
    width, step = PAPER_WIDTH / 4, 9.5
    rows = -(-len(content.facts) // 4)
    top = paper.take(rows * step + GAP)
    for number, (words, text) in enumerate(content.facts):
        x, y = MARGIN + number % 4 * width, top + number // 4 * step
        caption = " ".join(filter(None, (words.zh, words.en)))
        paper.write((x, y + 3), caption, SMALL + 0.5, colour=QUIET)
        lines = wrap(text, width - 2, BODY + 0.5)
        paper.write_lines((x, y + 3.2), lines, BODY + 0.5)


def _pdf(paper: Paper) -> bytes:
    """Return the pages with their feet as one file."""
    file = io.BytesIO()
    metadata = {"Title": paper.title, "Creator": "pagoda", "Producer": "pagoda"}
    pages, paper.pages = paper.pages, []
    with PdfPages(file, metadata={**metadata, "CreationDate": None}) as pdf:
        for number, figure in enumerate(pages, start=1):
            paper.pages.append(figure)
            _draw_foot(paper, f"{number} / {len(pages)}")
            pdf.savefig(figure)
    return file.getvalue()


def _draw_foot(paper: Paper, number: str) -> None:
    """Write title and number of the last page."""
    baseline = HEIGHT - MARGIN + 1
    paper.write((MARGIN, baseline), paper.title, BODY, colour=QUIET)
    if paper.is_synthetic:
        text = SYNTHETIC.line
        mark = PAGE_COLOURS["mark"]
        paper.write((WIDTH / 2, baseline), text, BODY, colour=mark, ha="center")
    paper.write((WIDTH - MARGIN, baseline), number, BODY, colour=QUIET, ha="right")
