"""Areas that rows name are those of the store, or the row is named."""

from collections.abc import Callable
from pathlib import Path

import pytest

from api.service.facts.load import FactJob, FactReport, load_facts
from gis.errors import InvalidLayerError
from layers.stores import open_store
from support.makers.square_town import FOUNDED, TIMEZONE, SquareTown

POSTS = "post_id,area_id,role,cancelled\n"
STATIONS = "station_id,kind,area_id,lon,lat\n"
PLACES = "place_id,scene,is_coded,grid_id,lon,lat\n"


@pytest.fixture
def load(squares: SquareTown, tmp_path: Path) -> Callable[[str, str], FactReport]:
    """Loads a layer of a CSV text into the town."""

    def load_text(layer: str, text: str) -> FactReport:
        path = tmp_path / f"{layer}.csv"
        path.write_text(text, encoding="utf-8")
        job = FactJob(layer, FOUNDED, TIMEZONE, source="tax")
        return load_facts(squares.store, path, job)

    return load_text


@pytest.mark.parametrize(
    ("layer", "text", "named"),
    [
        (
            "posts",
            POSTS + "P7,g 1,team,\nP8,Q9,team,\nP9,Ｅ,team,\n",
            {
                1: "'g 1' is no grid or circle of any version, the nearest is 'G1'",
                2: "'Q9' is no grid or circle of any version",
                3: "'Ｅ' is no grid or circle of any version, the nearest is 'E'",
            },
        ),
        (
            "stations",
            STATIONS + "S1,fire,W,120,30\nS2,fire,,120,30\nS3,fire,77,120,30\n",
            {3: "'77' is no grid or circle of any version"},
        ),
        (
            "enterprises",
            PLACES + "P8,street_shop,true,77,,\nP9,street_shop,true,W,120,30\n",
            {
                1: "'77' is no grid of any version",
                2: "'W' is no grid of any version",
            },
        ),
    ],
    ids=["posts", "stations", "enterprises"],
)
def test_area_that_no_version_has_is_refused_with_the_nearest(
    load: Callable, layer: str, text: str, named: dict[int, str]
) -> None:
    with pytest.raises(InvalidLayerError) as refused:
        load(layer, text)
    assert {fault.row: fault.rule for fault in refused.value.faults} == named


@pytest.mark.parametrize("day", ["2026-09-20", "2099-01-01"])
def test_version_of_before_and_one_that_is_planned_count(
    squares: SquareTown, load: Callable, day: str
) -> None:
    squares.publish({"G1": (0, 1), "G9": (1, 2), "G4": (2, 4)}, day)
    load("posts", POSTS + "P8,G9,team,\nP9,G3,team,\n")


def test_row_that_is_taken_back_may_name_what_never_was(load: Callable) -> None:
    load("posts", POSTS + "P8,Q9,team,true\n")
    with pytest.raises(InvalidLayerError):
        load("posts", POSTS + "P8,Q9,team,false\n")


def test_before_the_first_version_any_area_is_taken_and_that_is_said(
    tmp_path: Path,
) -> None:
    path = tmp_path / "posts.csv"
    path.write_text(POSTS + "P1,Q9,team,\n", encoding="utf-8")
    store = open_store("memory:")
    report = load_facts(store, path, FactJob("posts", FOUNDED, TIMEZONE))
    assert report.notices[-1].startswith(
        "The store has no grids yet: 'area_id' of 1 row"
    )


def test_position_decides_and_places_that_name_another_grid_are_counted(
    load: Callable,
) -> None:
    rows = (
        "P6,street_shop,true,G1,120.005,30.005\n"
        "P7,street_shop,true,G2,120.005,30.005\n"
        "P8,street_shop,true,G1,121,30.005\n"
        "P9,street_shop,true,G1,,\n"
    )
    notices = load("enterprises", PLACES + rows).notices
    assert notices[-2:] == (
        "1 place with a grid_id is without a position, whatever their grid_id says: "
        "the position decides which grid holds a place, these count in none.",
        "2 places name another grid than the position lies in, as row 2: 'G2' where "
        "that is in 'G1'; the position decides.",
    )
    quiet = load("enterprises", PLACES + "P5,street_shop,true,G2,120.01,30.005\n")
    # on a shared border the first grid holds it
    assert "'G2' where that is in 'G1'" in quiet.notices[-1]
    quiet = load("enterprises", PLACES + "P5,street_shop,true,G1,120.01,30.005\n")
    assert not any("grid" in notice for notice in quiet.notices)
