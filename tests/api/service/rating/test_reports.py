"""A report as a folder of files, the same whenever it is made again."""

import csv
import json
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import orjson
import pytest

from api.service.rating.reports import LEDGERS, as_of, write_report
from gis.errors import SettingError, StoreError
from gis.models import Instant
from layers.figures.step_log import StepLog
from layers.files import read_events
from layers.packs.rulebook import scenarios_in_force
from layers.rating.facts import Cutoff
from support.makers.square_town import DAY, FOUNDED, NOW, SquareTown

OPEN = Cutoff(DAY)
KNOWN = Cutoff(DAY, NOW)


def test_open_cut_off_is_closed_now() -> None:
    assert as_of(OPEN, NOW) == KNOWN
    assert as_of(Cutoff(DAY, FOUNDED), NOW) == Cutoff(DAY, FOUNDED)


def test_cut_off_of_the_future_is_refused() -> None:
    assert as_of(KNOWN, NOW) == KNOWN
    with pytest.raises(SettingError, match="lies in the future"):
        as_of(replace(KNOWN, known_at=Instant(NOW + 1)), NOW)


def test_report_made_again_has_the_same_figures(
    eventful: SquareTown, tmp_path: Path
) -> None:
    names, cut_off = write_report(eventful.store, KNOWN, "daily", tmp_path / "one")
    assert "figures.json, areas.csv" in names
    assert "--known-at 2026-09-30T20:00:00" in cut_off
    # recorded after the cut-off
    eventful.clock.now = NOW + 60_000
    late = {"inspection_id": "I3", "place_id": "P2", "kind": "check"}
    eventful.record("inspections", late | {"valid_from": "2026-09-30T20:00:30+08:00"})
    write_report(eventful.store, KNOWN, "daily", tmp_path / "two")
    first, second = (
        {
            path.relative_to(tmp_path / name): path.read_bytes()
            for path in (tmp_path / name).rglob("*")
            if path.is_file()
        }
        for name in ("one", "two")
    )
    assert first == second
    assert {"figures.json", "areas.csv", "report.html", "report.pdf"} <= set(
        map(str, first)
    )
    head = orjson.loads(first[Path("figures.json")])["head"]
    assert (head["kind"], head["town"]) == ("daily", "方格 Squares")


def test_columns_are_kept_for_a_service_that_has_the_same_kinds(
    eventful: SquareTown, tmp_path: Path
) -> None:
    options = (eventful.store, KNOWN, "daily", tmp_path / "one")
    write_report(*options, tmp_path / "columns")
    [kept] = (tmp_path / "columns").iterdir()
    assert kept.name == f"figures-{eventful.store.store_id}.npz"
    eventful.clock.now = NOW + 60_000
    text = (files("layers.packs") / "scenarios" / "market.toml").read_text("utf8")
    eventful.record(
        "rules",
        {
            "rule_id": "pack/market",
            "owner": "office",
            "body": json.dumps({"toml": text.replace("economy", "safety")}),
        },
    )
    # a service reads them with the kinds of now; as of the cut-off there were others
    later = scenarios_in_force(eventful.store.facts("rules"), eventful.clock.now)
    service = StepLog(eventful.store, lambda: later, tmp_path / "columns")
    service.current()
    service.close()
    written = kept.stat().st_mtime_ns
    write_report(*options, tmp_path / "columns")
    assert kept.stat().st_mtime_ns == written


def test_month_ends_on_its_last_day(eventful: SquareTown, tmp_path: Path) -> None:
    middle = replace(KNOWN, day=DAY.replace(day=15))
    with pytest.raises(SettingError, match="expected the last day of a month"):
        write_report(eventful.store, middle, "monthly", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_day_before_the_first_version_is_refused(
    eventful: SquareTown, tmp_path: Path
) -> None:
    before = replace(KNOWN, day=DAY.replace(month=8))
    with pytest.raises(StoreError, match="no version in force"):
        write_report(eventful.store, before, "daily", tmp_path / "out")


def test_folder_that_is_a_file_is_refused(eventful: SquareTown, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    with pytest.raises(SettingError, match="name another folder with --out"):
        write_report(eventful.store, KNOWN, "daily", tmp_path / "out")
    assert (tmp_path / "out").read_text() == "mine"


def test_tables_and_ledgers_are_workbooks_where_that_is_asked(
    eventful: SquareTown, tmp_path: Path
) -> None:
    folder = tmp_path / "out"
    lines = write_report(eventful.store, KNOWN, "daily", folder, form="xlsx")
    assert "tables.xlsx" in lines[0]
    areas = read_events(folder / "tables.xlsx", "areas").columns
    with (folder / "areas.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert areas["area_id"].to_pylist() == [row["area_id"] for row in rows]
    assert areas.column_names == list(rows[0])
    names = {path.suffix for path in (folder / LEDGERS).iterdir()}
    assert names == {".xlsx"}
