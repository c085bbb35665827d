"""CSV that WPS and Excel open: UTF-8 with BOM, CRLF, no cell that is a formula."""

import codecs
import csv
import io
import re
from typing import Final, TypeAlias

import pandas as pd

Scalar: TypeAlias = str | int | float | None

# a sheet would run it, or drop digits of a number of more than 15
_APOSTROPHE: Final = re.compile(r"[=+\-@\t\r]|\d{16,}\Z")


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
    columns = [frame[name].tolist() for name in frame.columns]
    writer.writerows([_cell(v) for v in row] for row in zip(*columns, strict=True))
    return codecs.BOM_UTF8 + sheet.getvalue().encode("utf-8", "replace")


def _cell(value: Scalar) -> Scalar:
    """Return a value as it is written."""
    if isinstance(value, str):
        return f"'{value}" if _APOSTROPHE.match(value) else value
    return "" if value is None or value != value else value  # noqa: PLR0124  NaN
