"""A small town of square grids, where a whole synthetic town would cost too much."""

import geopandas as gpd
import shapely

WEST, SOUTH = 120.08, 30.33
STEP = 0.005  # degrees, about 500 m


def square_grids(side=4):
    """Grids of one square each, row after row from the south; one community a row."""
    places = [(column, row) for row in range(side) for column in range(side)]
    squares = [
        shapely.box(
            WEST + STEP * column,
            SOUTH + STEP * row,
            WEST + STEP * (column + 1),
            SOUTH + STEP * (row + 1),
        )
        for column, row in places
    ]
    return gpd.GeoDataFrame(
        {
            "grid_id": [f"G{row}{column}" for column, row in places],
            "community_id": [f"K{row}" for _, row in places],
        },
        geometry=squares,
        crs="EPSG:4490",
    )
