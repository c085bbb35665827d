"""Ground in dispute among grids that came back, by plain unions and differences."""

from collections.abc import Mapping
from itertools import combinations

import numpy as np
import shapely

from gis.geometry import polygon_parts


def plain_disputes(
    base: Mapping[str, shapely.Geometry], drawn: Mapping[str, shapely.Geometry]
) -> dict[str, float]:
    """Return the area of gaps, overlaps and ground beyond, in square degrees."""
    town, covered = (shapely.union_all(list(g.values())) for g in (base, drawn))
    common = [shapely.intersection(a, b) for a, b in combinations(drawn.values(), 2)]
    parts, _ = polygon_parts(np.array([*common, None], dtype=object)[:-1])
    overlap = shapely.union_all(parts)
    return {
        "gap": town.difference(covered).area,
        "overlap": overlap.area,
        "beyond": covered.difference(town).difference(overlap).area,
    }
