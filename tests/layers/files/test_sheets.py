"""Workbooks that are written read back as the same text, with the same bytes."""

import datetime as dt
import re
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gis.errors import SettingError
from layers.files import sheets
from layers.files.formats import read_events
from layers.files.sheets import Sheet, sheet_of, workbook_bytes

TEXTS = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Co", "Cn")), min_size=1, max_size=9
) | st.sampled_from(["007", "=1+1", "2026-09-01", "2026-09-01T08:15:00", "1900-01-05"])
MOMENTS = st.datetimes(dt.datetime(1950, 1, 1), dt.datetime(2199, 1, 1)).map(
    lambda moment: moment.replace(microsecond=0)
)


def read(
    folder: Path, content: bytes, sheet: str | None = None
) -> dict[str, list[str]]:
    """The texts of a workbook."""
    path = folder / "a.xlsx"
    path.write_bytes(content)
    told: dict[str, list[str]] = read_events(path, sheet).columns.to_pydict()
    return told


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=5))
def test_text_reads_back_as_it_was(tmp_path: Path, texts: list[str]) -> None:
    content = workbook_bytes({"a": Sheet(["v"], [texts])})
    assert read(tmp_path, content)["v"] == texts
    assert content == workbook_bytes({"a": Sheet(["v"], [texts])})


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(MOMENTS, min_size=1, max_size=5))
def test_times_are_times_and_read_back(
    tmp_path: Path, moments: list[dt.datetime]
) -> None:
    texts = [moment.isoformat() for moment in moments]
    frame = pd.DataFrame({"text": texts, "time": pd.Series(moments)})
    told = read(tmp_path, workbook_bytes({"a": sheet_of(frame)}))
    assert told == {"text": texts, "time": texts}
    with zipfile.ZipFile(tmp_path / "a.xlsx") as book:
        page = book.read("xl/worksheets/sheet1.xml")
    # heads are text, all times are numbers
    assert page.count(b't="inlineStr"') == 2


def test_time_of_a_zone_is_that_of_its_clock(tmp_path: Path) -> None:
    moment = pd.Timestamp("2026-09-01T08:15:00+08:00")
    sheet = sheet_of(pd.DataFrame({"at": [moment, pd.NaT], "n": [1, 2]}))
    told = read(tmp_path, workbook_bytes({"a": sheet}))
    assert told["at"] == ["2026-09-01T08:15:00", ""]


def test_numbers_are_numbers_but_those_that_excel_would_change(tmp_path: Path) -> None:
    values = [1.5, -7, True, None, float("nan"), float("inf"), 10**15, "x"]
    rows = Sheet(["v", "row"], [values, list(range(len(values)))])
    told = read(tmp_path, workbook_bytes({"a": rows}))
    assert told["v"] == ["1.5", "-7", "true", "", "", "inf", "1000000000000000", "x"]


def test_heads_are_frozen_over_a_filter(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    frame = pd.DataFrame({"编号": ["a", "b"], "n": [1, 2]})
    path.write_bytes(workbook_bytes({"网格": sheet_of(frame)}))
    with zipfile.ZipFile(path) as book:
        page = book.read("xl/worksheets/sheet1.xml").decode()
        core = book.read("docProps/core.xml").decode()
    assert re.search('<pane ySplit="1" topLeftCell="A2".*state="frozen"/>', page)
    assert '<autoFilter ref="A1:B3"/>' in page
    assert "2000-01-01T00:00:00Z" in core


def test_sheets_have_names_that_excel_allows(tmp_path: Path) -> None:
    sheet = Sheet(["v"], [["x"]])
    names = ["a/b:c", "A_b_c", "长" * 40, ""]
    content = workbook_bytes(dict.fromkeys(names, sheet))
    for name in ("a_b_c", "A_b_c_2", "长" * 31, "Sheet"):
        assert read(tmp_path, content, name) == {"v": ["x"]}


def test_table_without_rows_has_its_heads(tmp_path: Path) -> None:
    assert read(tmp_path, workbook_bytes({"a": Sheet(["v"], [[]])})) == {"v": []}


def test_what_a_workbook_would_cut_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(
        SettingError, match=r"Row 2 has a text of 32,768 letters in 'v'"
    ):
        workbook_bytes({"a": Sheet(["v"], [["x", "x" * 32_768]])})
    monkeypatch.setattr(sheets, "MOST_ROWS", 2)
    with pytest.raises(SettingError, match="has 3 rows, expected at most 2 in a"):
        workbook_bytes({"a": Sheet(["v"], [["x"] * 3])})
