"""Two million hard points, answered by shapely too: `main()` is for `make soak`."""

import json
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.fractal_coverage import fractal_coverage
from gis.index import GridIndex
from support.makers.hard_points import (
    differences,
    hard_points,
    hard_scenes,
    lattice,
    lattice_on_cell_lines,
)

POINTS = 13_000  # of each family


def main(count: int = POINTS) -> dict[str, int]:
    """Return how many answers were compared, and how many differ.

    Each index is asked as it was built and, from a second build of shuffled rows,
    through every point again.
    """
    scenes = hard_scenes() | {
        "fractal, 125": fractal_coverage(125),
        "fractal, 5733": fractal_coverage(5733),
        "lattice": lattice(),
    }
    scenes["lattice on cell lines"] = lattice_on_cell_lines(built(lattice()).words)
    random = np.random.default_rng(11)
    compared = differing = 0
    for name, polygons in scenes.items():
        index = built(polygons)
        shuffled = built(polygons, random.permutation(len(polygons)))
        for family, xy in hard_points(polygons, count, index.words).items():
            wrong = len(differences(index, polygons, xy))
            wrong += int(
                (shuffled.locate_many(*xy.T) != index.locate_many(*xy.T)).sum()
            )
            compared += len(xy)
            differing += wrong
            if wrong:
                print(f"{name}, {family}: {wrong} of {len(xy)} differ")
    return {"hard_points_compared": compared, "answers_that_differ": differing}


def built(polygons, order=slice(None)) -> GridIndex:
    """Return the index of polygons whose rows are given in some order."""
    ids = np.array([f"{row:06}" for row in range(len(polygons))])
    return GridIndex.build(ids[order], polygons[order])


if __name__ == "__main__":
    print(json.dumps(main()))
