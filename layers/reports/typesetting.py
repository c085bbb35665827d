"""Documents set by Typst: a template of this folder, and data that is never markup."""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from importlib import resources
from typing import Final

import typst

from layers.reports.fonts import family, printable, system_fonts
from layers.reports.plots import PATTERNS, Plot
from layers.styles import PAGE_COLOURS
from layers.words.vocabulary import SYNTHETIC

EPOCH: Final = 0
"""When every document was made, so that equal ones have equal bytes."""


def typeset(template: str, **values: object) -> bytes:
    """Return a document as a PDF: same values on the same machine, same bytes.

    Parameters
    ----------
    template
        The file of this folder that sets it; it has the values beside `colours`,
        `font` and `synthetic`.
    values
        Texts, numbers, plots, dataclasses, sequences and mappings of these.

    Raises
    ------
    MissingFontError
        If no Chinese font is installed.

    Examples
    --------
    >>> from layers.reports.blocks import Content
    >>> from layers.words import Words
    >>> report = Content(Words("村报"), (), False, ())
    >>> typeset("report.typ", content=report, paper_width=273)[:5]
    b'%PDF-'
    """
    data = {
        "font": family(),
        "colours": PAGE_COLOURS,
        "synthetic": SYNTHETIC.line,
        **{name: _data(value) for name, value in values.items()},
    }
    source = resources.files(__package__).joinpath(template).read_bytes()
    return typst.compile(
        source,
        font_paths=system_fonts(),
        sys_inputs={"data": json.dumps(data)},
        format="pdf",
        timestamp=EPOCH,
        pdf_tags=False,  # three times as large with them
    )


def _data(value: object) -> object:
    """Return a value as JSON has it; texts as the font can draw them."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, Plot):
        return {**value._asdict(), "svg": value.svg(PATTERNS)}
    if is_dataclass(value):
        names = (field.name for field in fields(value))
        attributes = {name: _data(getattr(value, name)) for name in names}
        return {"kind": type(value).__name__, **attributes}
    if isinstance(value, Mapping):
        return {name: _data(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_data(item) for item in value]
    return value
