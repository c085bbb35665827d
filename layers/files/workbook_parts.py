"""The parts of an Excel workbook, looked at before a parser sees them."""

import datetime as dt
import html
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from gis.errors import InputFileError
from gis.os_reasons import reason_of
from gis.sentences import sentence
from layers.files.archives import refuse_bomb
from layers.files.guards import MAX_UNPACKED_BYTES

MAX_CELLS: Final = 20_000_000
MAX_PARTS: Final = 2_000
EPOCH: Final = dt.datetime(1899, 12, 30)
EPOCH_1904: Final = dt.datetime(1904, 1, 1)

_BOOK: Final = "xl/workbook.xml"
_RELATIONS: Final = "xl/_rels/workbook.xml.rels"
_STYLES: Final = "xl/styles.xml"
_TAG: Final = re.compile(rb"<(/?)(?:[^\s<>/:]+:)?(row|c|f|v|is)\b([^<>]*)>([^<]*)")
_ATTRIBUTE: Final = re.compile(rb"\b([rst])\s*=\s*[\"']([^\"']*)[\"']")
_PLACE: Final = re.compile(rb"([A-Z]{1,3})([1-9]\d{0,6})")
MAX_ROWS: Final = 1_048_576
MAX_COLUMNS: Final = 16_384
# what stands between quotes and brackets of a number format is no letter of it
_LITERAL: Final = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_BUILT_IN_HOURS: Final = frozenset({18, 19, 20, 21, 22, 45, 46, 47})
_ARCHIVE_ERRORS: Final = (
    zipfile.BadZipFile,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    zlib.error,
)


@dataclass(frozen=True, slots=True)
class Limits:
    """So much may a workbook hold.

    Attributes
    ----------
    unpacked_bytes
        Of all parts together.
    cells
        From the first to the last that is filled.
    """

    unpacked_bytes: int = MAX_UNPACKED_BYTES
    cells: int = MAX_CELLS


OF_FILES: Final = Limits()


@dataclass(frozen=True, slots=True)
class Cells:
    """What a sheet holds that its values alone do not say.

    Attributes
    ----------
    errors
        Row and column, from 0, of each cell that shows an error -> the error.
    hour_columns
        Columns, from 0, with a number that is shown with its hour.
    """

    errors: Mapping[tuple[int, int], str]
    hour_columns: frozenset[int]


class WorkbookParts:
    """The parts of a workbook, read within limits.

    Parameters
    ----------
    path
        File to name in messages.
    content
        All of it.
    limits
        So much may it hold.

    Attributes
    ----------
    epoch
        Day that it counts days from.
    has_macros
        Whether it holds programs.

    Raises
    ------
    InputFileError
        If it is damaged, or unpacks to too much.
    """

    def __init__(self, path: Path, content: bytes, limits: Limits = OF_FILES) -> None:
        self._path = path
        self._most_cells = limits.cells
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(content))
            members = self._archive.infolist()
            refuse_bomb(path, len(content), members, MAX_PARTS, limits.unpacked_bytes)
            # what a part says of its size is true once it was read
            broken = self._archive.testzip()
        except _ARCHIVE_ERRORS as error:
            if isinstance(error, InputFileError):
                raise
            raise damaged(path, reason_of(error)) from error
        if broken is not None:
            detail = sentence("part {part!r} is not whole", part=broken)
            raise damaged(path, detail)
        names = self._archive.namelist()
        self.has_macros = any("vbaproject" in name.lower() for name in names)
        properties = _tags(self._text(_BOOK), "workbookPr")
        is_1904 = any(tag.get("date1904") in ("1", "true") for tag in properties)
        self.epoch = EPOCH_1904 if is_1904 else EPOCH

    def look_at(self, sheet: str) -> Cells:
        """Return what a sheet holds beside its values.

        Parameters
        ----------
        sheet
            Its name.

        Raises
        ------
        InputFileError
            For a formula without a value, and a sheet that reaches too far.
        """
        document = self._read(self._part_of(sheet))
        cells, corner = _look_at(self._path, document, self._hour_styles())
        if (corner[0] + 1) * (corner[1] + 1) > self._most_cells:
            raise InputFileError(
                "The sheet of {path!r} reaches to cell {cell}, expected at most "
                "{cells:,} cells; delete what stands far off, or save it as CSV.",
                path=str(self._path),
                cell=cell_name(*corner),
                cells=self._most_cells,
            )
        return cells

    def _part_of(self, sheet: str) -> str:
        """Return the name of the part that holds a sheet."""
        targets = {
            tag.get("Id"): tag.get("Target", "")
            for tag in _tags(self._text(_RELATIONS), "Relationship")
        }
        for tag in _tags(self._text(_BOOK), "sheet"):
            if tag.get("name") == sheet:
                target = targets.get(tag.get("id"), "")
                return target[1:] if target.startswith("/") else f"xl/{target}"
        raise damaged(self._path, sentence("sheet {sheet!r} has no part", sheet=sheet))

    def _hour_styles(self) -> frozenset[int]:
        """Return the styles of cells that show an hour."""
        styles = self._text(_STYLES)
        hours = _BUILT_IN_HOURS | {
            _number(tag.get("numFmtId"))
            for tag in _tags(styles, "numFmt")
            if "h" in _LITERAL.sub("", tag.get("formatCode", "")).lower()
        }
        start = re.search(r"<(?:\w+:)?cellXfs\b", styles)
        block = styles[start.start() :] if start else ""
        end = re.search(r"</(?:\w+:)?cellXfs>", block)
        return frozenset(
            style
            for style, tag in enumerate(_tags(block[: end.start() if end else 0], "xf"))
            if _number(tag.get("numFmtId")) in hours
        )

    def _text(self, part: str) -> str:
        """Return a part as text; empty where there is none."""
        if part not in self._archive.namelist():
            return ""
        return self._read(part).decode("utf-8", "replace")

    def _read(self, part: str) -> bytes:
        try:
            return self._archive.read(part)
        except (KeyError, *_ARCHIVE_ERRORS) as error:
            raise damaged(self._path, error) from error


class _Cell(NamedTuple):
    """A cell with something in it, as the part of a sheet writes it."""

    row: int
    column: int
    kind: bytes
    style: int
    has_formula: bool
    value: bytes


def _look_at(
    path: Path, document: bytes, hour_styles: frozenset[int]
) -> tuple[Cells, tuple[int, int]]:
    """Return what the cells of a sheet say, and the last row and column."""
    errors: dict[tuple[int, int], str] = {}
    hours: set[int] = set()
    last_row = last_column = 0
    for cell in _cells(path, document):
        last_row, last_column = max(last_row, cell.row), max(last_column, cell.column)
        if cell.has_formula and not cell.value and cell.kind != b"str":
            raise InputFileError(
                "Cell {cell} of {path!r} has a formula without a value, expected its "
                "result; open the workbook in Excel and save it.",
                cell=cell_name(cell.row, cell.column),
                path=str(path),
            )
        if cell.kind == b"e":
            errors[cell.row, cell.column] = html.unescape(cell.value.decode())
        elif cell.kind == b"n" and cell.style in hour_styles:
            hours.add(cell.column)
    return Cells(errors, frozenset(hours)), (last_row, last_column)


def _cells(path: Path, document: bytes) -> Iterator[_Cell]:
    """Yield the cells of a sheet that are not empty.

    A parser makes room for all places up to the last: one that does not exist, or that
    a tag hides behind a quote, is refused.
    """
    attributes, value, has_formula, is_filled = b"", b"", False, False
    row, column = -1, -1
    # one after the other: all at once they are ten times as long as the document
    for is_end, name, head, text in map(re.Match.groups, _TAG.finditer(document)):
        if is_end:
            if name == b"c" and is_filled:
                yield _cell(attributes, (row, column), value, has_formula=has_formula)
            is_filled = is_filled and name != b"c"
        elif name == b"row":
            row, column = _row_of(path, head, row + 1), -1
        elif name == b"c":
            attributes, value, has_formula, is_filled = head, b"", False, False
            row, column = _place_of(path, head, (row, column + 1))
        else:
            is_filled = True
            has_formula |= name == b"f"
            value = text if name == b"v" else value


def _row_of(path: Path, head: bytes, following: int) -> int:
    """Return the row that a tag says, else the one that follows."""
    text = _one_attribute(path, head, b"r")
    row = int(text) - 1 if text and text.isdigit() else following
    if not 0 <= row < MAX_ROWS or (text and not text.isdigit()):
        raise _no_place(path, text)
    return row


def _place_of(path: Path, head: bytes, following: tuple[int, int]) -> tuple[int, int]:
    """Return the row and column that a tag says, else those that follow."""
    text = _one_attribute(path, head, b"r")
    if not text:
        return max(following[0], 0), following[1]
    place = _PLACE.fullmatch(text)
    row, column = (int(place[2]) - 1, _column_of(place[1])) if place else (-1, -1)
    if not (0 <= row < MAX_ROWS and 0 <= column < MAX_COLUMNS):
        raise _no_place(path, text)
    return row, column


def _one_attribute(path: Path, head: bytes, name: bytes) -> bytes:
    """Return an attribute of a tag, empty where there is none."""
    values = [value for key, value in _ATTRIBUTE.findall(head) if key == name]
    # a sign of a tag may stand in a quote, and hide what follows
    is_whole = head.count(b'"') % 2 == 0 and head.count(b"'") % 2 == 0
    if len(values) > 1 or not is_whole:
        raise _no_place(path, head)
    return values[0].strip() if values else b""


def _no_place(path: Path, text: bytes) -> InputFileError:
    """Return the error for a cell that is nowhere on a sheet."""
    detail = sentence(
        "a cell is at {place!r}", place=text[:30].decode("utf-8", "replace")
    )
    return damaged(path, detail)


def _cell(
    attributes: bytes, place: tuple[int, int], value: bytes, *, has_formula: bool
) -> _Cell:
    """Return a cell by its attributes."""
    words = dict(_ATTRIBUTE.findall(attributes))
    style = _number(words.get(b"s", b"").decode("ascii", "replace"))
    kind = words.get(b"t", b"n")
    return _Cell(*place, kind, style, has_formula, value.strip())


def _tags(document: str, name: str) -> list[dict[str, str]]:
    """Return the attributes of all tags of a name, prefixes left out."""
    heads = re.findall(rf"<(?:\w+:)?{name}\b([^<>]*)>", document)
    return [
        {
            key: html.unescape(value)
            for key, _, value in re.findall(r"(\w+)\s*=\s*([\"'])(.*?)\2", head)
        }
        for head in heads
    ]


def _number(text: str | None) -> int:
    """Return a whole number of an attribute, 0 for what is none."""
    return int(text) if text and text.isdecimal() else 0


def _column_of(letters: bytes) -> int:
    """Return the number of a column from 0."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number - 1


def cell_name(row: int, column: int) -> str:
    """Return the name of a cell as Excel shows it.

    Parameters
    ----------
    row, column
        Counted from 0.

    Examples
    --------
    >>> cell_name(0, 0), cell_name(9, 27)
    ('A1', 'AB10')
    """
    letters, rest = "", column + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row + 1}"


def damaged(path: Path, detail: object) -> InputFileError:
    """Return the error for what is no whole workbook."""
    return InputFileError(
        "File {path!r} is cut, damaged or no Excel workbook ({detail}), expected a "
        "whole one; open it in Excel and save it again.",
        path=str(path),
        detail=detail,
    )
