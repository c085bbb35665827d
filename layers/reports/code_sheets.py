"""Sheets of QR codes to print: A4 pages, a code with name and id in each cell."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import segno

from layers.reports.plots import Plot
from layers.reports.typesetting import typeset
from layers.styles import BLACK
from layers.words.vocabulary import CODE_SHEETS

# A4 upright, millimetres
WIDTH: Final = 210.0
HEIGHT: Final = 297.0
MARGIN: Final = 12.0
FOOT: Final = 6.0
COLUMNS, ROWS = 3, 5
CELL: Final = ((WIDTH - 2 * MARGIN) / COLUMNS, (HEIGHT - 2 * MARGIN - FOOT) / ROWS)
SIDE: Final = 40.0
"""Width of a code with the white round it; a phone reads it at arm's length."""
QUIET: Final = 4
"""Modules of white round a code (ISO/IEC 18004)."""


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
        If no Chinese font is installed.
    """
    return typeset(
        "code_sheets.typ",
        labels=[
            {"code": draw_code(address), "place_id": place_id, "name": name}
            for address, place_id, name in labels
        ],
        title=title,
        heading=CODE_SHEETS.line,
        is_synthetic=is_synthetic,
        columns=COLUMNS,
        rows=ROWS,
        cell=CELL,
        margin=MARGIN,
    )


def draw_code(address: str) -> Plot:
    """Return a QR code with the white round it, as one shape.

    Parameters
    ----------
    address
        What it says.

    Examples
    --------
    >>> draw_code("https://town.example").width
    40.0
    """
    symbol = segno.make(address, error="m", micro=False)
    step = SIDE / symbol.symbol_size(border=QUIET)[0]
    runs = "".join(
        f"M{x} {y}h{end - x}v1h{x - end}z"
        for y, row in enumerate(symbol.matrix, start=QUIET)
        for x, end in _runs(row)
    )
    body = f'<path transform="scale({step:.5f})" d="{runs}" fill="{BLACK}"/>'
    return Plot(body, SIDE, SIDE)


def _runs(row: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield first and end of the dark runs of a row, the white round it included."""
    start = None
    for x, module in enumerate((*row, 0), start=QUIET):
        if module and start is None:
            start = x
        elif not module and start is not None:
            yield start, x
            start = None
