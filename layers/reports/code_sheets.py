"""Sheets of QR codes to print: A4 pages, a code with name and id in each cell."""

import io
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import segno
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.transforms import Affine2D

from layers.reports.fonts import Weight, font, printable
from layers.reports.pdf import POINT, wrap
from layers.reports.plots import MM
from layers.styles import PAGE_COLOURS
from layers.words import CODE_SHEETS, SYNTHETIC

# A4 upright, millimetres from the upper left corner
WIDTH: Final = 210.0
HEIGHT: Final = 297.0
MARGIN: Final = 12.0
COLUMNS, ROWS = 3, 5
CELL: Final = ((WIDTH - 2 * MARGIN) / COLUMNS, (HEIGHT - 2 * MARGIN - 6) / ROWS)
SIDE: Final = 40.0
"""Width of a code with the white round it; a phone reads it at arm's length."""
QUIET: Final = 4
"""Modules of white round a code (ISO/IEC 18004)."""
NAME, ID, FOOT = 8.5, 8.0, 7.0
"""Sizes of text, points."""
NAME_LINES: Final = 2


class CodeLabel(NamedTuple):
    """A code to print.

    Attributes
    ----------
    address
        What a reader of the code opens.
    place_id, name
        Printed below it; the name may be empty.
    """

    address: str
    place_id: str
    name: str


def code_sheets(labels: Sequence[CodeLabel], title: str, is_synthetic: bool) -> bytes:
    """Return sheets of codes as a PDF: same labels, same bytes.

    The codes are black: a colour that is printed would stay when the code changes.

    Parameters
    ----------
    labels
        The codes, in the order of their cells.
    title
        Name of the town, at the foot of every page; may be empty.
    is_synthetic
        Whether every page says that the data are made up.

    Raises
    ------
    MissingFontError
        If the font is not installed, or has no glyph for a character.
    """
    file, size = io.BytesIO(), COLUMNS * ROWS
    count = -(-len(labels) // size)
    metadata = {"Title": CODE_SHEETS.zh, "Creator": "pagoda", "Producer": "pagoda"}
    with PdfPages(file, metadata={**metadata, "CreationDate": None}) as pdf:
        for page in range(count):
            figure = Figure(figsize=(WIDTH * MM, HEIGHT * MM))
            for cell, label in enumerate(labels[page * size : (page + 1) * size]):
                _draw_label(figure, label, divmod(cell, COLUMNS))
            _draw_foot(figure, title, f"{page + 1} / {count}", is_synthetic)
            pdf.savefig(figure)
    return file.getvalue()


def _draw_label(figure: Figure, label: CodeLabel, at: tuple[int, int]) -> None:
    """Draw one code with its lines of text and the border to cut along."""
    width, height = CELL
    left, top = MARGIN + at[1] * width, MARGIN + at[0] * height
    figure.add_artist(
        Rectangle(
            (left / WIDTH, 1 - (top + height) / HEIGHT),
            width / WIDTH,
            height / HEIGHT,
            fill=False,
            edgecolor=PAGE_COLOURS["rule"],
            linewidth=0.5,
            transform=figure.transFigure,
        )
    )
    _draw_code(figure, label.address, (left + (width - SIDE) / 2, top + 0.5))
    middle, baseline = left + width / 2, top + SIDE + 2.5
    lines = wrap(label.name, width - 8, NAME) if label.name else []
    if len(lines) > NAME_LINES:
        lines = [*lines[: NAME_LINES - 1], lines[NAME_LINES - 1][:-1] + "…"]
    for line in lines:
        _write(figure, (middle, baseline), line, NAME, "bold")
        baseline += NAME * POINT * 1.35
    _write(figure, (middle, baseline), label.place_id, ID)


def _draw_code(figure: Figure, address: str, at: tuple[float, float]) -> None:
    """Draw a QR code as one shape, from its upper left corner."""
    symbol = segno.make(address, error="m", micro=False)
    step = SIDE / symbol.symbol_size(border=QUIET)[0]
    boxes = [
        Path([(x, y), (end, y), (end, y + 1), (x, y + 1), (x, y)], closed=True)
        for y, row in enumerate(symbol.matrix, start=QUIET)
        for x, end in _runs(row)
    ]
    # millimetres down the page to parts of the figure up from its foot
    place = Affine2D().scale(step).translate(*at).scale(1 / WIDTH, -1 / HEIGHT)
    shape = Path.make_compound_path(*boxes).transformed(place.translate(0, 1))
    figure.add_artist(
        PathPatch(shape, facecolor="black", linewidth=0, transform=figure.transFigure)
    )


def _runs(row: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield first and end of the dark runs of a row, the white round it included."""
    start = None
    for x, module in enumerate((*row, 0), start=QUIET):
        if module and start is None:
            start = x
        elif not module and start is not None:
            yield start, x
            start = None


def _draw_foot(figure: Figure, title: str, number: str, is_synthetic: bool) -> None:
    baseline = HEIGHT - MARGIN + 2
    text = " · ".join(filter(None, (title, CODE_SHEETS.line, number)))
    _write(figure, (WIDTH / 2, baseline), text, FOOT)
    if is_synthetic:
        colour = PAGE_COLOURS["mark"]
        _write(figure, (WIDTH / 2, baseline + 4), SYNTHETIC.line, FOOT, colour=colour)


def _write(
    figure: Figure,
    at: tuple[float, float],
    text: str,
    size: float,
    weight: Weight = "regular",
    *,
    colour: str = PAGE_COLOURS["ink"],
) -> None:
    """Write one line round its middle."""
    figure.text(
        at[0] / WIDTH,
        1 - at[1] / HEIGHT,
        printable(text, weight),
        fontproperties=font(weight, size),
        color=colour,
        ha="center",
        va="baseline",
        parse_math=False,
    )
