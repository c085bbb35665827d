"""From a city's own files to a stored town with risk: six commands, none refused."""

import gzip
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from api.cli.commands import main
from layers.stores import open_store

pytestmark = pytest.mark.real_data

PERSONS = ("--author", "planner", "--reviewer", "chief")
COMMANDS = 6


@pytest.fixture
def town(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable:
    """Run commands on a store of one's own; at most six, and none may be refused."""
    monkeypatch.setenv("PAGODA_STORE", str(tmp_path / "town.gpkg"))
    count = 0

    def run(*words: object) -> str:
        nonlocal count
        count += 1
        assert count <= COMMANDS
        monkeypatch.setattr(sys, "argv", ["pagoda", *map(str, words)])
        main()
        said = capsys.readouterr()
        return said.out + said.err

    return run


def test_chicago_is_a_town_with_risk_in_six_commands(
    real_data: Path, tmp_path: Path, town: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    chicago = real_data / "chicago"
    monkeypatch.setenv("PAGODA_TIMEZONE", "America/Chicago")
    since = ("--valid-from", "2000-01-01")
    town("init")
    town(
        "load",
        "grids",
        chicago / "beats.geojson",
        "--id",
        "beat_num",
        "--join-parts",
        *PERSONS,
        *since,
    )
    said = town(
        *(
            "load",
            "enterprises",
            chicago / "food_inspections.csv.gz",
            "--source",
            "food",
        ),
        *("--map", "place_id=license,scene=facility_type,name=dba_name"),
        *("--fill", "scene=unknown", "--repeats", "last", *since),
    )
    # the figures of SOURCE.md
    assert f"{27_600 - 12_367:,} rows left out" in said
    assert "Recorded 12,367 rows of enterprises" in said
    said = town(
        *("load", "events", chicago / "crimes_2015_sample.csv", "--day-order", "mdy"),
        *("--map", "source_id=id,kind=primary_type,occurred_at=date"),
    )
    assert "Appended 10,084 of 10,084 events" in said
    assert "607 unlocated, 15 outside" in said
    said = town("risk", "--on", "2015-09-30")
    # no place is coded and no crime is of a kind that a pack calls a hazard
    assert re.search(r"^Grids +275 no data", said, re.MULTILINE)
    assert "events of an unknown kind, no hazard counted: 8,973" in said
    town("map", "--on", "2015-09-30", "--out", tmp_path / "chicago.html")
    assert (tmp_path / "chicago.html").stat().st_size > 100_000
    store = open_store(str(tmp_path / "town.gpkg"))
    kinds = store.events()["kind"].value_counts()
    store.close()
    lines = (chicago / "crimes_2015_sample.csv").read_text("utf-8").splitlines()
    assert kinds["NARCOTICS"] == sum(",NARCOTICS," in line for line in lines)


def test_hangzhou_is_a_town_from_a_workbook(
    real_data: Path, tmp_path: Path, town: Callable
) -> None:
    hangzhou = real_data / "hangzhou"
    with gzip.open(hangzhou / "hangzhou_division_codes.csv.gz", "rt", "utf-8") as codes:
        rows = [line.rstrip("\n").split(",") for line in codes]
    book = xlsxwriter.Workbook(tmp_path / "codes.xlsx")
    book.add_worksheet("说明")
    for sheet in ("场所", "事件"):
        page = book.add_worksheet(sheet)
        for place, row in enumerate(rows):
            for column, text in enumerate(row):
                # degrees are numbers, as Excel makes of them; codes are text
                if place and column in (6, 7) and text:
                    page.write_number(place, column, float(text))
                else:
                    page.write_string(place, column, text)
    book.close()
    town("init")
    town(
        *("load", "grids", hangzhou / "hangzhou_districts_gcj02.geojson"),
        *("--id", "adcode", "--grids-datum", "gcj02", *PERSONS),
        *("--valid-from", "2016-01-01"),
    )
    datum = ("--datum", "gcj02", "--source", "nbs")
    said = town(
        *("load", "enterprises", tmp_path / "codes.xlsx", *datum),
        *("--map", "place_id=code,scene=level", "--valid-from", "2016-07-31"),
    )
    assert "Recorded 3,375 rows of enterprises" in said
    said = town(
        *("load", "events", tmp_path / "codes.xlsx", *datum),
        *("--map", "source_id=code", "--fill"),
        "occurred_at=2016-08-01 08:00,kind=street_trading",
    )
    assert "Appended 3,375 of 3,375 events" in said
    # those of SOURCE.md that are towns and villages with a point, and all above them
    placed = sum(bool(row[6]) for row in rows[1:])
    assert f"{placed} inside" in said
    said = town("risk", "--on", "2016-08-02")
    assert re.search(r"^Grids +", said, re.MULTILINE)
    store = open_store(str(tmp_path / "town.gpkg"))
    places = store.facts("enterprises")
    store.close()
    assert sorted(places["place_id"]) == sorted(row[0] for row in rows[1:])
