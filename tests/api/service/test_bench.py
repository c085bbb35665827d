"""The locators side by side: all answer as shapely does, and a wrong one shows."""

import math
from pathlib import Path

import numpy as np
import shapely

from api.service.bench import bench_files, first_rows, measure, median_us
from support.makers import broken_files as broken

POINTS = "lon,lat\n120.05,30.05\n120.1,30.05\n121,31\n,\n"


def tree() -> shapely.STRtree:
    """Two squares side by side."""
    return shapely.STRtree([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)])


def test_three_locators_answer_as_shapely_does(tmp_path: Path) -> None:
    grids = broken.grids_geojson(tmp_path / "grids.geojson")
    points = broken.csv_file(tmp_path / "points.csv", POINTS)
    rows, notices = bench_files(grids, "code", points)
    names = ["shapely STRtree", "RTreeIndex", "GridIndex"]
    assert [row.name for row in rows] == names
    assert [row.differences for row in rows] == [0, 0, 0]
    assert notices[0].startswith("3 grids, 3 usable points of 4; ")


def test_border_goes_to_the_lowest_row_and_outside_to_none() -> None:
    x, y = np.array([1.0, 1.5, 9.0]), np.array([0.5, 0.5, 9.0])
    assert first_rows(tree(), x, y).tolist() == [0, 1, -1]


def test_locator_that_answers_otherwise_is_counted() -> None:
    x, y = np.array([0.5, 1.5, 9.0]), np.array([0.5, 0.5, 9.0])
    truth = first_rows(tree(), x, y)

    def always_first(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        return np.zeros(len(a), dtype=np.int32)

    assert measure("wrong", always_first, x, y, truth).differences == 2


def test_no_point_has_no_median() -> None:
    assert math.isnan(median_us(lambda a, b: 0, [], []))
