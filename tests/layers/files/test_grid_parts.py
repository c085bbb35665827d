"""Rows of one id are named, and joined to one grid where they are its parts."""

import geopandas as gpd
import pytest
import shapely

from gis.errors import CoverageError, InvalidLayerError
from layers.files import join_parts
from layers.files.grid_parts import (
    about_parts,
    numbers_text,
    refuse_repeated,
    repeated_ids,
)


def rows_of(*ids_and_places: tuple[str, float], **columns: object) -> gpd.GeoDataFrame:
    """Squares of side 1 by id and place on the x axis."""
    shapes = [shapely.box(x, 0, x + 1, 1) for _, x in ids_and_places]
    ids = [grid_id for grid_id, _ in ids_and_places]
    return gpd.GeoDataFrame({"grid_id": ids, **columns}, geometry=shapes)


def test_rows_of_one_id_become_one_grid_in_code_order() -> None:
    rows = rows_of(("B", 0), ("A", 7), ("B", 1), ("B", 4), n=[1, 2, 3, 4])
    grids = join_parts(rows)
    assert grids["grid_id"].tolist() == ["A", "B"]
    assert grids["n"].tolist() == [2, 1]
    joined = grids.geometry.iloc[1]
    assert (joined.geom_type, joined.area, joined.is_valid) == ("MultiPolygon", 3, True)
    # the edge between two parts is inside of the grid
    assert shapely.Point(1, 0.5).within(joined)


def test_parts_that_overlap_are_named() -> None:
    with pytest.raises(CoverageError, match=r"Parts 1 and 2 of grid 'B' overlap near"):
        join_parts(rows_of(("B", 0), ("B", 0.5)))


def test_parts_with_two_parents_are_named() -> None:
    rows = rows_of(("B", 0), ("B", 1), parent_id=["C1", "C2"])
    with pytest.raises(InvalidLayerError, match=r"'B'.*\['C1', 'C2'\]"):
        join_parts(rows)


def test_repeated_ids_are_listed_with_their_rows() -> None:
    rows = rows_of(("B", 0), ("A", 1), ("B", 2), ("C", 3), ("A", 4))
    assert repeated_ids(rows) == {"A": (2, 5), "B": (1, 3)}
    assert numbers_text((2, 5)) == "2, 5"


def test_repeated_ids_are_refused_with_every_row_and_what_to_do() -> None:
    with pytest.raises(InvalidLayerError, match="--join-parts") as caught:
        refuse_repeated(rows_of(("B", 0), ("A", 1), ("B", 2)))
    assert "1, 'B' (rows 1, 3); correct the ids" in str(caught.value)
    assert [fault.row for fault in caught.value.faults] == [1, 3]
    refuse_repeated(rows_of(("B", 0), ("A", 1)))


def test_many_repeated_ids_are_counted() -> None:
    rows = rows_of(*((f"G{n:02}", x) for n in range(13) for x in (n, n + 20)))
    with pytest.raises(InvalidLayerError, match=r"polygons: 13, .* and 3 more;"):
        refuse_repeated(rows)


def test_columns_in_which_parts_differ_are_named() -> None:
    rows = rows_of(("B", 0), ("B", 1), n=[1, 2], same=[None, None])
    [text] = about_parts(rows)
    assert text.startswith(
        "Grids with several features, each taken as one: 1, as B (2)"
    )
    assert text.endswith(
        "Their columns 'n' differ within a grid, the first feature's are taken."
    )
    assert about_parts(rows.drop(columns="n"))[0].endswith("1, as B (2).")
    assert about_parts(rows.iloc[:1]) == []
