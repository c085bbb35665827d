"""A sheet is the table that the same rows in CSV are; traps are one sentence."""

import csv
import datetime as dt
import shutil
from contextlib import suppress
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gis.errors import InputFileError, InvalidLayerError, SettingError
from layers.files.formats import read_events
from layers.files.table import EventTable
from layers.files.workbook import with_serial_times
from support.makers.workbooks import with_part, workbook

HEADS = ("id", "n", "at")
ROWS = (HEADS, ("007", 7, "=1+1"), ("330106109000001", 1.5, ""))


def texts(path: Path, **options: object) -> dict[str, list[str]]:
    """The columns of a workbook."""
    return read_events(path, **options).columns.to_pydict()  # type: ignore[arg-type]


def test_ids_are_text_and_numbers_are_as_csv_has_them(tmp_path: Path) -> None:
    assert texts(workbook(tmp_path / "a.xlsx", ROWS)) == {
        "id": ["007", "330106109000001"],
        "n": ["7", "1.5"],
        "at": ["=1+1", ""],
    }


# no control characters: XML has none
CELLS = st.text(
    st.characters(
        exclude_categories=("Cs", "Cc", "Co", "Cn"), exclude_characters="\ufffe"
    ),
    max_size=12,
) | st.sampled_from(
    ["007", "330106109000001", "=1+1", "2026-09-01 08:15", "TRUE", " a "]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=6))
def test_text_comes_back_as_csv_gives_it(
    tmp_path: Path, rows: list[tuple[str, str]]
) -> None:
    table = [("id", "note"), *rows, ("last", "row")]
    with (tmp_path / "a.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(table)
    book = texts(workbook(tmp_path / "a.xlsx", table))
    filled = [row for row in rows if any(row)]
    assert book["id"] == [*(row[0] for row in filled), "last"]
    assert book["note"] == [*(row[1] for row in filled), "row"]
    if len(filled) == len(rows):
        assert book == texts(tmp_path / "a.csv")


NUMBERS = st.floats(-1e14, 1e14, allow_nan=False) | st.integers(-(10**14), 10**14)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(NUMBERS, min_size=1, max_size=6))
def test_numbers_keep_their_value(tmp_path: Path, numbers: list[float]) -> None:
    rows = [("n", "last"), *((number, "x") for number in numbers)]
    told = texts(workbook(tmp_path / "a.xlsx", rows))["n"]
    # Excel keeps 16 or 17 digits of a number in its file
    assert [float(text) for text in told] == pytest.approx(numbers, rel=1e-15)
    assert not any(text.endswith(".0") for text in told)


MOMENTS = st.datetimes(dt.datetime(1950, 1, 1), dt.datetime(2200, 1, 1)).map(
    lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000)
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(MOMENTS, min_size=1, max_size=6))
def test_times_are_times_to_the_millisecond(
    tmp_path: Path, moments: list[dt.datetime]
) -> None:
    def fill(book, page):
        style = book.add_format({"num_format": "yyyy/m/d h:mm:ss.000"})
        for row, moment in enumerate(moments, start=1):
            page.write_datetime(row, 0, moment, style)

    rows = [("at", "x"), *(("", "x") for _ in moments)]
    told = texts(workbook(tmp_path / "a.xlsx", rows, fill))
    assert [dt.datetime.fromisoformat(text) for text in told["at"]] == moments
    assert all("T" in text for text in told["at"])


def test_midnight_is_a_day_only_where_no_hour_is_shown(tmp_path: Path) -> None:
    midnight = dt.datetime(2026, 9, 1)

    def fill(book, page):
        page.write_datetime(1, 0, midnight, book.add_format({"num_format": 'yyyy"h"'}))
        page.write_datetime(1, 1, midnight, book.add_format({"num_format": "[h]:mm"}))
        page.write_datetime(1, 2, midnight, book.add_format({"num_format": 22}))

    told = texts(workbook(tmp_path / "a.xlsx", [("day", "span", "hour")], fill))
    assert told["day"] == ["2026-09-01"]
    assert told["hour"] == ["2026-09-01T00:00:00"]


def test_dates_as_numbers_are_read_and_said(tmp_path: Path) -> None:
    rows = [
        ("at", "n"),
        (46266.34375, 46266.34375),
        ("2026-09-02 08:00", 1),
        (46267, 2),
    ]
    table = with_serial_times(read_events(workbook(tmp_path / "a.xlsx", rows)), ["at"])
    assert table.columns["at"].to_pylist() == [
        "2026-09-01T08:15:00",
        "2026-09-02 08:00",
        "2026-09-02",
    ]
    assert table.columns["n"].to_pylist() == ["46266.34375", "1", "2"]
    assert table.notices == (
        "2 numbers are read in 'at' as dates of Excel, which the cells do not show; "
        "format the column as a date.",
    )


def test_numbers_of_a_csv_are_no_dates() -> None:
    table = EventTable(pa.table({"at": ["46266"]}))
    assert with_serial_times(table, ["at"]) is table


def test_days_of_1904_are_counted_from_there(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [("at",), (44804.5,)])
    with_part(
        path,
        "xl/workbook.xml",
        lambda part: part.replace(b"<workbookPr ", b'<workbookPr date1904="1" '),
    )
    table = with_serial_times(read_events(path), ["at"])
    assert table.columns["at"].to_pylist() == ["2026-09-01T12:00:00"]


def formula(value: object) -> object:
    """Write a formula with a value that was kept."""
    return lambda book, page: page.write_formula("B2", "=1+1", None, value)


def test_formula_is_its_kept_value_and_an_error_is_its_text(tmp_path: Path) -> None:
    rows = [("id", "n"), ("a",)]
    assert texts(workbook(tmp_path / "a.xlsx", rows, formula(2)))["n"] == ["2"]
    assert texts(workbook(tmp_path / "b.xlsx", rows, formula("#REF!")))["n"] == [
        "#REF!"
    ]


def hide(book, page) -> None:
    book.add_worksheet("秘密").hide()
    book.add_worksheet("also").very_hidden()


def test_hidden_sheets_are_not_read_and_that_is_said(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", ROWS, hide)
    assert read_events(path).notices == (
        "The workbook hides ['秘密', 'also'], not read here.",
    )
    with pytest.raises(InputFileError, match="hides the sheet '秘密'; it shows"):
        read_events(path, "秘密")


def test_macros_are_not_run_and_that_is_said(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsm", ROWS)
    with_part(path, "xl/vbaProject.bin", lambda part: b"\xd0\xcf\x11\xe0 code")
    table = read_events(path)
    assert table.columns["id"].to_pylist()[0] == "007"
    assert table.notices == ("The macros of the workbook are not run.",)


def two_sheets(name: str):
    def change(book, page):
        page = book.add_worksheet(name)
        page.write_row(0, 0, ["id", "n"])
        page.write_row(1, 0, ["b", "2"])

    return change


@pytest.mark.parametrize("name", ["circles", "圈", "Circles"])
def test_sheet_is_the_one_that_is_named_as_the_layer(tmp_path: Path, name: str) -> None:
    path = workbook(tmp_path / "a.xlsx", ROWS, two_sheets(name), sheet="other")
    assert texts(path, layer_names=("circles", "圈"))["id"] == ["b"]
    assert texts(path, sheet="other")["id"][0] == "007"
    with pytest.raises(
        InputFileError, match=r"has the sheets .*which one with --sheet"
    ):
        read_events(path, layer_names=("posts", "岗位"))
    with pytest.raises(
        InputFileError, match=r"has no sheet 'othr'.*nearest is 'other'"
    ):
        read_events(path, "othr")


def test_sheet_of_what_has_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id\n1\n")
    with pytest.raises(SettingError, match="is CSV, which has no sheets; leave it out"):
        read_events(tmp_path / "a.csv", "Sheet1")


BAD = {
    "merged heads": (
        [("id", "n"), ("a", "b")],
        lambda book, page: page.merge_range("B1:C1", "n"),
        "The cells B1:C1 of .* are merged, .*unmerge and fill them",
    ),
    "a formula without a value": (
        [("id", "n"), ("a",)],
        lambda book, page: page.write_formula("B2", "=A1", None, ""),
        "Cell B2 of .* has a formula without a value",
    ),
    "a title above the heads": (
        [("企业登记表",), ("id", "n"), ("a", "b")],
        lambda book, page: None,
        "Cell B1 of .* is empty above the value in B2, .*delete titles",
    ),
    "nothing": ([], lambda book, page: None, "has no header"),
    "a cell far off": (
        [("id",), ("a",)],
        lambda book, page: page.write(1048575, 16383, "x"),
        "reaches to cell XFD1048576",
    ),
    "no sheet to see": (
        [("id",)],
        lambda book, page: (book.add_chartsheet("c").activate(), page.very_hidden()),
        "shows no sheet",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_trap_is_one_sentence(tmp_path: Path, name: str) -> None:
    rows, change, words = BAD[name]
    path = workbook(tmp_path / "a.xlsx", rows, change)  # type: ignore[arg-type]
    with pytest.raises(InputFileError, match=words) as found:
        read_events(path)
    assert str(found.value).count("\n") == 0


def test_number_that_lost_digits_is_refused_by_row(tmp_path: Path) -> None:
    rows = [("id", "n"), ("a", 1), ("b", 330106109000001234), ("c", 1e15)]
    with pytest.raises(
        InvalidLayerError,
        match=r"Row 2 \(and 1 more\) .* in 'n', .*more than 15 digits.*column as text",
    ):
        read_events(workbook(tmp_path / "a.xlsx", rows))


def test_password_and_old_forms_are_refused_with_what_to_do(tmp_path: Path) -> None:
    locked = tmp_path / "a.xlsx"
    locked.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512))
    with pytest.raises(InputFileError, match=r"password .*save it as Excel workbook"):
        read_events(locked)
    shutil.copy(locked, tmp_path / "a.xls")
    with pytest.raises(InputFileError, match=r"expected \.xlsx; open it and save it"):
        read_events(tmp_path / "a.xls")


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_cut_workbook_is_refused(tmp_path: Path, share: float) -> None:
    path = workbook(tmp_path / "a.xlsx", ROWS)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(InputFileError, match="cut, damaged or no Excel workbook"):
        read_events(path)


def test_other_zip_is_no_workbook(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with_part(workbook(path, ROWS), "xl/workbook.xml", lambda part: b"<workbook/>")
    with pytest.raises(InputFileError, match=r"shows no sheet|no Excel workbook"):
        read_events(path)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
    max_examples=60,
)
@given(st.data())
def test_part_with_noise_is_read_or_refused_in_a_sentence(
    tmp_path: Path, data: st.DataObject
) -> None:
    names = ("xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml")
    name = data.draw(st.sampled_from((*names, "xl/sharedStrings.xml")))

    def spoil(part: bytes) -> bytes:
        start = data.draw(st.integers(0, len(part) - 1))
        noise = data.draw(st.binary(max_size=8))
        return part[:start] + noise + part[start + data.draw(st.integers(0, 9)) :]

    path = with_part(workbook(tmp_path / "a.xlsx", ROWS), name, spoil)
    with suppress(InputFileError, InvalidLayerError):
        assert read_events(path).columns.num_columns > 0


def test_workbook_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    path = with_part(
        workbook(tmp_path / "a.xlsx", ROWS),
        "xl/worksheets/sheet1.xml",
        lambda part: part + b" " * 40_000_000,
    )
    with pytest.raises(InputFileError, match="unpacks to too much"):
        read_events(path)
