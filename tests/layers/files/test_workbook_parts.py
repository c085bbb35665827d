"""The parts of a workbook say what its values do not, within limits."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.errors import InputFileError
from layers.files.workbook_parts import EPOCH, EPOCH_1904, WorkbookParts, cell_name
from support.makers.workbooks import with_part, workbook


def parts(path: Path) -> WorkbookParts:
    """The parts of a file."""
    return WorkbookParts(path, path.read_bytes())


def test_errors_and_columns_with_hours_are_told(tmp_path: Path) -> None:
    def fill(book, page):
        page.write_formula("C2", "=1/0", None, "#DIV/0!")
        page.write_number("D2", 1.5, book.add_format({"num_format": "h:mm"}))
        page.write_number("E2", 1.5, book.add_format({"num_format": '0"h"'}))

    path = workbook(tmp_path / "a.xlsx", [("id",)], fill, sheet="A & <B>")
    cells = parts(path).look_at("A & <B>")
    assert cells.errors == {(1, 2): "#DIV/0!"}
    assert cells.hour_columns == frozenset({3})


@pytest.mark.parametrize("word", ["1", "true", "0"])
def test_epoch_is_that_of_the_workbook(tmp_path: Path, word: str) -> None:
    path = with_part(
        workbook(tmp_path / "a.xlsx", [("id",)]),
        "xl/workbook.xml",
        lambda part: part.replace(
            b"<workbookPr ", b'<workbookPr date1904="%b" ' % word.encode()
        ),
    )
    assert parts(path).epoch == (EPOCH if word == "0" else EPOCH_1904)


def test_part_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [("id",)])
    content = path.read_bytes()
    # the directory at the end says that the first part is one byte long
    start = content.index(b"PK\x01\x02")
    lie = content[: start + 24] + (1).to_bytes(4, "little") + content[start + 28 :]
    with pytest.raises(InputFileError, match="cut, damaged"):
        WorkbookParts(path, lie)


def test_sheet_without_a_part_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputFileError, match="sheet 'other' has no part"):
        parts(workbook(tmp_path / "a.xlsx", [("id",)])).look_at("other")


@given(st.integers(0, 16383))
def test_names_of_columns_follow_each_other(column: int) -> None:
    letters = cell_name(0, column)[:-1]
    number = 0
    for letter in letters:
        number = number * 26 + "ABCDEFGHIJKLMNOPQRSTUVWXYZ".index(letter) + 1
    assert number == column + 1


@pytest.mark.parametrize(
    "cell",
    [
        b'<c r="ZZZ99999999"><v>1</v></c>',
        b'<c r="XFE1"><v>1</v></c>',
        b'<c r="A1048577"><v>1</v></c>',
        b'<c r="A0"><v>1</v></c>',
        b'<c r="&#65;1"><v>1</v></c>',
        b'<c x=">" r="XFD1048576"><v>1</v></c>',
        b'<c r="A2" r="XFD1048576"><v>1</v></c>',
        b'</row><row r="99999999"><c><v>1</v></c>',
        b'</row><row r="1048576"><c r="XFD1048576"><v>1</v></c>',
        b'<x-y:c r="XFD1048576"><x-y:v>1</x-y:v></x-y:c>',
    ],
)
def test_cell_that_is_nowhere_or_far_off_is_refused(
    tmp_path: Path, cell: bytes
) -> None:
    path = with_part(
        workbook(tmp_path / "a.xlsx", [("id",), ("a",)]),
        "xl/worksheets/sheet1.xml",
        lambda part: part.replace(b"</row></sheetData>", cell + b"</row></sheetData>"),
    )
    with pytest.raises(
        InputFileError, match=r"a cell is at|reaches to cell XFD1048576"
    ):
        parts(path).look_at("Sheet1")


def test_cells_without_a_place_follow_each_other(tmp_path: Path) -> None:
    page = b"<row><c><v>1</v></c><c/><c><f>1</f></c></row>"
    path = with_part(
        workbook(tmp_path / "a.xlsx", [("id",)]),
        "xl/worksheets/sheet1.xml",
        lambda part: part.replace(b"</sheetData>", page + b"</sheetData>"),
    )
    with pytest.raises(InputFileError, match=r"Cell C2 of .* has a formula without"):
        parts(path).look_at("Sheet1")
