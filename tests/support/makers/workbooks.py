"""Workbooks to read: tables as Excel saves them, and what users do to them."""

import io
import zipfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import xlsxwriter
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet


def workbook(
    path: Path,
    rows: Iterable[Sequence[object]],
    change: Callable[[Workbook, Worksheet], object] = lambda book, page: None,
    sheet: str = "Sheet1",
) -> Path:
    """A workbook of one sheet; text stays text, and `change` may do more to it."""
    book = xlsxwriter.Workbook(
        path, {"strings_to_formulas": False, "strings_to_urls": False}
    )
    page = book.add_worksheet(sheet)
    for place, row in enumerate(rows):
        for column, value in enumerate(row):
            if isinstance(value, str):
                page.write_string(place, column, value)
            elif value is not None:
                page.write(place, column, value)
    change(book, page)
    book.close()
    return path


def with_part(path: Path, name: str, edit: Callable[[bytes], bytes]) -> Path:
    """The same file with one part changed, or added."""
    source = io.BytesIO(path.read_bytes())
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w", 8) as new:
        names = old.namelist()
        for part in names:
            content = old.read(part)
            new.writestr(part, edit(content) if part == name else content)
        if name not in names:
            new.writestr(name, edit(b""))
    return path
