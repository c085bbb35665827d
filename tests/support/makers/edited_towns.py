"""Small towns in degrees to edit: drawn ones, and one of each difficulty."""

import geopandas as gpd
import numpy as np
import shapely
from hypothesis import strategies as st
from shapely import MultiPolygon, box

from support.makers.strategies import coverages

WEST, SOUTH, STEP = 120.08, 30.33, 1e-4
"""A step is about ten metres."""


def in_degrees(shape):
    """A shape in steps from the corner of the town, at nine decimals."""
    return shapely.transform(shape, place)


def place(xy):
    """Steps from the corner of the town as lon, lat."""
    return np.round(np.asarray(xy, dtype=float) * STEP + (WEST, SOUTH), 9)


def points(*steps):
    """Places of steps, as lists of lon and lat."""
    return place(steps).tolist()


def town(**shapes):
    """Grids by id, from shapes in steps."""
    return {name: in_degrees(shape) for name, shape in shapes.items()}


def square_town(side=3, size=20):
    """Squares named by column and row, 00 in the south-west."""
    cells = [(x, y) for x in range(side) for y in range(side)]
    shapes = {
        f"{x}{y}": box(x * size, y * size, (x + 1) * size, (y + 1) * size)
        for x, y in cells
    }
    return town(**shapes)


TOWNS = {
    "squares": square_town(),
    "an enclave": town(
        host=box(0, 0, 90, 90).difference(box(30, 30, 60, 60)),
        enclave=box(30, 30, 60, 60),
        east=box(90, 0, 180, 90),
    ),
    "an enclave of two": town(
        host=box(0, 0, 90, 90).difference(box(30, 30, 60, 60)),
        west=box(30, 30, 45, 60),
        east=box(45, 30, 60, 60),
    ),
    "a grid in pieces": town(
        pieces=MultiPolygon([box(0, 0, 30, 30), box(60, 0, 90, 30)]),
        between=box(30, 0, 60, 30),
        north=box(0, 30, 90, 60),
    ),
    "a declared hole": town(
        a=box(0, 0, 45, 90).difference(box(30, 30, 60, 60)),
        b=box(45, 0, 90, 90).difference(box(30, 30, 60, 60)),
    ),
    "a hole that touches the rim": town(
        a=box(0, 0, 60, 60).difference(shapely.Polygon([(0, 30), (30, 20), (30, 40)])),
        b=shapely.Polygon([(0, 30), (30, 20), (30, 40)]),
        c=box(60, 0, 90, 60),
    ),
    "a corner on an edge": town(
        a=box(0, 0, 30, 60), b=box(30, 0, 60, 30), c=box(30, 30, 60, 60)
    ),
    "two that meet in a point": town(a=box(0, 0, 30, 30), b=box(30, 30, 60, 60)),
    "two that share two borders": town(
        a=box(0, 45, 90, 90).difference(box(30, 30, 60, 60)),
        b=box(0, 0, 90, 45).difference(box(30, 30, 60, 60)),
        c=shapely.Polygon([(30, 30), (60, 30), (60, 45), (60, 60), (30, 60), (30, 45)]),
    ),
}


@st.composite
def drawn_towns(draw, **options):
    """A drawn coverage, in degrees."""
    coverage = draw(coverages(**options))
    shapes = dict(zip(coverage.ids, coverage.polygons, strict=True))
    return town(**shapes)


WESTERN, EASTERN = "330199101001", "330199101002"
"""Communities of `community_town`: six grids and three."""


def frame(grids, **columns):
    """Grids by id as a layer."""
    ids = list(grids)
    return gpd.GeoDataFrame(
        {"grid_id": ids, **columns}, geometry=list(grids.values()), crs="EPSG:4490"
    )


def community_town():
    """Nine squares of two communities, numbered from the south-west."""
    squares = list(square_town().values())
    communities = [WESTERN] * 6 + [EASTERN] * 3
    ids = [
        f"{community}{1 + n % 6 if community == WESTERN else n - 5:03d}"
        for n, community in enumerate(communities)
    ]
    return frame(
        dict(zip(ids, squares, strict=True)),
        parent_id=["C4-01"] * 9,
        community_id=communities,
        residents=[100 + n for n in range(9)],
    )
