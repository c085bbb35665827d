"""`pagoda map --grids`: from files to a page; what does not fit is refused."""

import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from api.cli.exploration import Breaks, flag_of
from support.makers import broken_files as broken
from support.makers.drawn_maps import model_of

CIRCLES = "circle_id,parent_id,tier,name\nC1,,1,core\n"
EVENTS = "id,lon,lat,x,y\n1,120.05,30.05,0,0\n2,120.15,30.05,0,0\n3,,,0,0\n"
FILES = ("--grids", "grids.geojson", "--id", "code")
COUNTED = (*FILES, "--events", "events.csv")


@pytest.fixture
def on(pagoda: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable:
    """Run `pagoda map` in a folder with grids, circles and events, and no store."""
    features = [
        broken.feature(
            {"code": name, "parent_id": "C1", "beds": beds},
            [broken.square(*broken.SQUARES[name])],
        )
        for name, beds in (("G1", "10"), ("G2", "500"), ("G3", None))
    ]
    broken.geojson(tmp_path / "grids.geojson", features)
    broken.csv_file(tmp_path / "events.csv", EVENTS)
    broken.csv_file(tmp_path / "circles.csv", CIRCLES)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PAGODA_STORE", raising=False)
    return lambda *options: pagoda("map", "--out", "map.html", *options)


def page() -> dict:
    """What the page draws."""
    return model_of(Path("map.html").read_bytes().decode())


def test_files_become_one_page_without_a_store(on: Callable) -> None:
    answer = on(*COUNTED, "--title", "<Town>", "--breaks", "quantiles")
    assert answer.code == 0, answer.err
    assert answer.out.splitlines()[:2] == [
        "Events by area: 3 grids, breaks 0.",
        "Blue: 2, Green: 1",
    ]
    assert re.search(r"Wrote map\.html, 0\.\d\d MB, one file, no network\.", answer.out)
    assert "Positions are read from columns 'lon' and 'lat'." in answer.err
    assert page()["title"] == ["<Town>", ""]
    assert not Path("pagoda.gpkg").exists()


def test_same_files_give_the_same_bytes(on: Callable) -> None:
    on(*COUNTED)
    before = Path("map.html").read_bytes()
    on(*COUNTED)
    assert Path("map.html").read_bytes() == before


def test_rate_limits_circles_and_columns_of_the_position(on: Callable) -> None:
    options = ("--per", "beds", "--breaks", "1，20", "--circles", "circles.csv")
    assert on(*COUNTED, *options, "--lon", "x", "--lat", "y").code == 0
    grids, circles = page()["tiers"]
    assert grids["breaks"] == [1, 20]
    assert (grids["events"], grids["bases"]) == ([0, 0, 0], [10, 500, None])
    assert circles["ids"] == ["C1"]


def test_heads_and_sheets_are_those_of_the_files(on: Callable) -> None:
    broken.csv_file(Path("circles.csv"), CIRCLES.replace("tier", "层级号"))
    with pd.ExcelWriter("events.xlsx", engine="xlsxwriter") as book:
        pd.DataFrame({"note": ["nothing"]}).to_excel(
            book, sheet_name="说明", index=False
        )
        rows = pd.read_csv("events.csv")
        rows.to_excel(book, sheet_name="甲", index=False)
        rows.iloc[:1].to_excel(book, sheet_name="乙", index=False)
    files = (*FILES, "--events", "events.xlsx", "--circles", "circles.csv")
    naming = ("--map", "circles.tier=层级号", "--sheet", "events=乙")
    answer = on(*files, *naming)
    assert answer.code == 0, answer.err
    assert answer.out.splitlines()[1] == "Blue: 1, Green: 2"
    assert on(*files, "--sheet", "events=丙").code == 2
    answer = on("--sheet", "events=乙")
    assert answer.err.startswith("--sheet is about files and no --grids is given")


def test_column_is_drawn_by_equal_steps(on: Callable) -> None:
    assert on(*FILES, "--value", "beds", "--breaks", "equal").code == 0
    [grids] = page()["tiers"]
    assert (grids["breaks"], grids["levels"]) == ([255], "120")


def test_map_over_tiles_of_ones_own(on: Callable) -> None:
    assert on(*COUNTED, "--tiles", "tiles", "--tiles-by", "Survey office").code == 0
    assert page()["base_map"]["attribution"] == "Survey office"


REFUSALS = {
    "store": ((*COUNTED, "--store", "a.gpkg"), "--store is about a store"),
    "day": ((*COUNTED, "--on", "2026-09-30"), "--on is about a store"),
    "known": ((*COUNTED, "--known-at", "2026-09-30"), "--known-at is about a store"),
    "no id": (("--grids", "grids.geojson", "--events", "events.csv"), "without --id"),
    "nothing": (FILES, "without --events and --value"),
    "both": ((*COUNTED, "--value", "beds"), "--events counts events and --value"),
    "circles": (
        (*FILES, "--value", "beds", "--circles", "circles.csv"),
        "--circles is about events",
    ),
    "lon": ((*FILES, "--value", "beds", "--lon", "x"), "--lon is about events"),
    "no grids": (("--events", "events.csv"), "--events is about files"),
    "title": (("--title", "T"), "--title is about files"),
    "repair": (("--repair",), "--repair is about files"),
    "descending": ((*COUNTED, "--breaks", "9,3"), "The breaks are 9, 3, expected"),
    "words": ((*COUNTED, "--breaks", "thirds"), "'thirds' is neither quantiles"),
    "column": ((*COUNTED, "--per", "people"), "no column 'people'"),
    "text": ((*FILES, "--value", "parent_id"), "'C1' in column 'parent_id'"),
    "own input": ((*COUNTED, "--out", "events.csv"), "is also an input"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_options_that_do_not_fit_are_refused_in_one_sentence(
    on: Callable, name: str
) -> None:
    options, words = REFUSALS[name]
    answer = on(*options)
    assert answer.code == 2
    assert words in answer.err
    [sentence] = [line for line in answer.err.splitlines() if words in line]
    assert sentence.endswith(".")
    assert "Traceback" not in answer.err
    assert not Path("map.html").exists()


def test_limits_are_read_as_they_are_typed() -> None:
    kind = Breaks()
    assert kind.convert(" equal ", None, None) == "equal"
    assert kind.convert("-1.5, 0,2e3", None, None) == (-1.5, 0.0, 2000.0)


def test_flags_are_those_of_the_command() -> None:
    assert flag_of("id_column") == "--id"
    assert flag_of("ballpark_m") == "--allow-ballpark"
    assert flag_of("grids_datum") == "--grids-datum"
