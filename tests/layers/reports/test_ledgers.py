"""Ledgers open in WPS and Excel, run nothing and tell nothing sensitive."""

import codecs
import csv
import io
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from layers.files import read_events
from layers.reports import community_ledgers
from support.makers.report_days import (
    MadeDay,
    daily_report,
    make_hamlet_day,
    monthly_report,
)


def rows_of(data: bytes) -> list[dict[str, str]]:
    assert data.startswith(codecs.BOM_UTF8)
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


@pytest.fixture(scope="module")
def ledgers() -> dict[str, bytes]:
    day = make_hamlet_day()
    return community_ledgers(day, daily_report(day))


def test_every_community_has_two_ledgers(ledgers: dict[str, bytes]) -> None:
    assert sorted(ledgers) == [
        f"ledger_{name}_{community}.csv"
        for name in ("events", "inspections")
        for community in ("K1", "K2", "none")
    ]


@pytest.mark.parametrize("name", ["社" * 40, "x" * 3000])
def test_long_id_of_a_community_is_a_file_name_of_its_own(
    name: str, tmp_path: Path
) -> None:
    day = make_hamlet_day()
    ids = {"K1": f"{name}1", "K2": f"{name}2"}
    renamed = replace(
        day,
        grids=day.grids.assign(community_id=day.grids["community_id"].replace(ids)),
        communities=day.communities.assign(community_id=list(ids.values())),
    )
    files = community_ledgers(renamed, daily_report(renamed))
    assert len(files) == 6
    for file, content in files.items():
        (tmp_path / file).write_bytes(content)


def test_headings_are_chinese_and_lines_end_as_windows_has_them(
    ledgers: dict[str, bytes],
) -> None:
    for data in ledgers.values():
        head = data.decode("utf-8-sig").split("\r\n")[0]
        assert not any(sign.isascii() and sign.isalpha() for sign in head)
        assert data.count(b"\n") == data.count(b"\r\n")


def test_events_of_the_day_stand_in_the_ledger_of_their_community(
    ledgers: dict[str, bytes],
) -> None:
    events = rows_of(ledgers["ledger_events_K1.csv"])
    assert [row["事件编号"] for row in events] == ["V1", "V2"]
    assert events[0]["发生时间"] == "2026-09-30 09:00:00"
    assert events[0]["事件类别"] == "噪声扰民"
    assert [row["事件编号"] for row in rows_of(ledgers["ledger_events_none.csv"])] == [
        "V4"
    ]


def test_sensitive_events_and_positions_are_in_no_ledger(s_town_day: MadeDay) -> None:
    day = s_town_day
    for name, data in community_ledgers(day, monthly_report(day)).items():
        text = data.decode()
        assert "矛盾纠纷" not in text, name
        assert "120." not in text, name


def test_inspections_name_place_scene_and_counts(ledgers: dict[str, bytes]) -> None:
    first = rows_of(ledgers["ledger_inspections_K1.csv"])[0]
    assert first["场所名称"] == "老店"
    assert first["场景"] == "沿街店铺"
    assert first["类型"] == "检查"
    assert (first["发现隐患数"], first["整改隐患数"]) == ("2", "0")
    assert first["当前安全码"] == "红码"


def test_a_formula_in_a_name_is_text(ledgers: dict[str, bytes]) -> None:
    rows = rows_of(ledgers["ledger_inspections_K1.csv"])
    assert {row["场所名称"] for row in rows} == {"老店", "'+1号"}
    assert {row["网格名称"] for row in rows} == {"甲", "'=cmd|' /C calc'!A0"}


@pytest.mark.skipif(not shutil.which("soffice"), reason="no LibreOffice (soffice)")
def test_libreoffice_reads_a_ledger(ledgers: dict[str, bytes], tmp_path: Path) -> None:
    (tmp_path / "ledger.csv").write_bytes(ledgers["ledger_events_K1.csv"])
    # what its dialog of import finds by itself: commas, quotes, UTF-8
    as_text = "--infilter=CSV:44,34,76,1"
    command = ["soffice", "--headless", as_text, "--convert-to", "fods", "ledger.csv"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    assert "噪声扰民" in (tmp_path / "ledger.fods").read_text("utf8")


def test_workbooks_hold_the_same_ledgers(
    ledgers: dict[str, bytes], tmp_path: Path
) -> None:
    day = make_hamlet_day()
    books = community_ledgers(day, daily_report(day), "xlsx")
    assert sorted(books) == [f"ledger_{name}.xlsx" for name in ("K1", "K2", "none")]
    assert books == community_ledgers(day, daily_report(day), "xlsx")
    for name, content in books.items():
        path = tmp_path / name
        path.write_bytes(content)
        community = path.stem.removeprefix("ledger_")
        for sheet, kind in (("事件", "events"), ("检查", "inspections")):
            rows = rows_of(ledgers[f"ledger_{kind}_{community}.csv"])
            told = read_events(path, sheet).columns.to_pylist()
            assert [plain(row) for row in told] == [plain(row) for row in rows]


def plain(row: dict[str, str]) -> dict[str, str]:
    """A row without what only CSV writes: an apostrophe, a blank in a time."""
    texts = {name: value.removeprefix("'") for name, value in row.items()}
    if "发生时间" in texts:
        texts["发生时间"] = texts["发生时间"].replace(" ", "T")
    return texts
