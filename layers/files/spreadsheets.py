"""CSV that WPS and Excel open: UTF-8 with BOM, CRLF, no cell that is a formula."""

import codecs
import csv
import io
import re
from collections.abc import Sequence
from typing import Final, TypeAlias

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

Scalar: TypeAlias = str | int | float | None

# a sheet would run it, or drop digits of a number of more than 15
_APOSTROPHE: Final = re.compile(r"[=+\-@\t\r]|\d{16,}\Z")
_ANY_APOSTROPHE: Final = r"\A(?:[=+\-@\t\r]|\p{Nd}{16,}\z)"
"""The same as pyarrow spells it."""


def csv_bytes(frame: pd.DataFrame) -> bytes:
    r"""Return a table as CSV that spreadsheets open without running or losing anything.

    Text that starts with ``=``, ``+``, ``-``, ``@``, a tab or CR gets an apostrophe
    before it, so does a number of 16 digits or more that is text; numbers stay numbers,
    missing values are empty.

    Parameters
    ----------
    frame
        Column names are the headings.

    Examples
    --------
    >>> csv_bytes(pd.DataFrame({"名称": ["=1+1", "店"], "数": [-1, 2]})).decode()
    "\ufeff名称,数\r\n'=1+1,-1\r\n店,2\r\n"
    """
    sheet = io.StringIO(newline="")
    writer = csv.writer(sheet, lineterminator="\r\n")
    writer.writerow([_cell(name) for name in frame.columns])
    columns = [_cells(frame.iloc[:, place]) for place in range(frame.shape[1])]
    writer.writerows(zip(*columns, strict=True))
    return codecs.BOM_UTF8 + sheet.getvalue().encode("utf-8", "replace")


def _cells(column: pd.Series) -> Sequence[Scalar]:
    """Return the values of a column as they are written."""
    if column.dtype.kind in "biu":
        return column.tolist()
    if isinstance(column.dtype, pd.StringDtype):
        # looked at as a whole: of thousands of texts hardly one is written otherwise
        texts = pa.array(column, type=pa.string(), from_pandas=True)
        if not pc.any(pc.match_substring_regex(texts, _ANY_APOSTROPHE)).as_py():
            cells: list[Scalar] = texts.to_pylist()
            return cells
    return [_cell(value) for value in column.tolist()]


def _cell(value: Scalar) -> Scalar:
    """Return a value as it is written."""
    if isinstance(value, str):
        return f"'{value}" if _APOSTROPHE.match(value) else value
    return "" if value is None or value != value else value  # noqa: PLR0124  NaN
