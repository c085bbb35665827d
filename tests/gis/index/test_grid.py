import pickle
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import gis.index
from benchmarks.fractal_coverage import fractal_coverage
from gis.index import GridIndex, RTreeIndex, warm_up
from support.makers.hard_points import (
    differences,
    exact_relate,
    hard_points,
    hard_scenes,
    lattice,
    lattice_on_cell_lines,
)

SCENES = hard_scenes() | {"fractal coverage": fractal_coverage(125)}
POINTS = 800  # of each family


def numbered(polygons):
    return [f"{row:05}" for row in range(len(polygons))]


def build(polygons):
    return GridIndex.build(numbered(polygons), polygons)


@pytest.fixture(scope="module", autouse=True)
def _compiled():
    warm_up()


@pytest.mark.parametrize("scene", SCENES.values(), ids=SCENES.keys())
def test_hard_points_are_answered_as_shapely_and_fractions_say(scene):
    index = build(scene)
    for family, xy in hard_points(scene, POINTS, index.words).items():
        assert differences(index, scene, xy) == [], family


def test_corners_on_the_lines_between_cells_are_answered_exactly():
    first = build(lattice())
    polygons = lattice_on_cell_lines(first.words)
    index = build(polygons)
    assert (index.words[8:13] == first.words[8:13]).all()  # the same root cells
    for family, xy in hard_points(polygons, 3 * POINTS, index.words).items():
        assert differences(index, polygons, xy) == [], family


def test_rtree_answers_hard_points_alike():
    scene = SCENES["discs, holes and pieces"]
    index = RTreeIndex.build(numbered(scene), scene)
    for family, xy in hard_points(scene, 300).items():
        assert differences(index, scene, xy) == [], family


@st.composite
def integer_coverages(draw):
    """Return unions of unit squares: holes, pieces and gaps on integer lines."""
    side = draw(st.integers(1, 5))
    owners = draw(st.lists(st.integers(0, 4), min_size=side**2, max_size=side**2))
    squares = [
        shapely.box(i % side, i // side, i % side + 1, i // side + 1)
        for i in range(side**2)
    ]
    chosen = np.array(owners)
    return [
        shapely.union_all(np.array(squares)[chosen == owner])
        for owner in sorted(set(owners) - {0})
    ]


@st.composite
def integer_triangles(draw):
    """Return triangles with integer corners that overlap as they like."""
    corner = st.tuples(st.integers(-4, 4), st.integers(-4, 4))
    triangles = draw(
        st.lists(st.tuples(corner, corner, corner), min_size=1, max_size=8)
    )
    shapes = [shapely.Polygon(corners) for corners in triangles]
    return [shape for shape in shapes if shape.area > 0]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.one_of(integer_coverages(), integer_triangles()), st.integers(1, 3))
def test_every_lattice_point_of_integer_polygons_is_exact(polygons, parts):
    index = build(polygons)
    steps = np.arange(-5, 6, 1 / (2 * parts))
    x, y = (axis.ravel() for axis in np.meshgrid(steps, steps))
    rows, relations = index.relate_many(x, y)
    chosen = np.random.default_rng(parts).choice(len(x), 60, replace=False)
    for point in chosen:
        wanted = exact_relate(polygons, x[point], y[point])
        assert (rows[point], relations[point]) == wanted


def rotated(polygon, random):
    ring = shapely.get_coordinates(polygon)[:-1]
    ring = np.roll(ring, random.integers(len(ring)), axis=0)
    return shapely.Polygon(ring[:: random.choice([-1, 1])])


def test_order_of_rows_and_rings_changes_nothing():
    polygons = fractal_coverage(125)
    random = np.random.default_rng(1)
    order = random.permutation(len(polygons))
    turned = np.array([rotated(polygon, random) for polygon in polygons])
    index = build(polygons)
    other = GridIndex.build(np.array(numbered(polygons))[order], turned[order])
    assert other.ids == index.ids
    for xy in hard_points(polygons, POINTS, index.words).values():
        for one, two in zip(
            index.relate_many(*xy.T), other.relate_many(*xy.T), strict=True
        ):
            assert (one == two).all()


@pytest.mark.parametrize("mmap", [True, False])
def test_saved_and_loaded_index_answers_the_same(tmp_path, mmap):
    polygons = SCENES["discs, holes and pieces"]
    index = GridIndex.build([f"格{row:05}" for row in range(len(polygons))], polygons)
    index.save(tmp_path / "index.bin")
    loaded = GridIndex.load(tmp_path / "index.bin", mmap=mmap)
    assert loaded.ids == index.ids
    for xy in hard_points(polygons, POINTS, index.words).values():
        assert (loaded.locate_many(*xy.T) == index.locate_many(*xy.T)).all()
    assert loaded.candidates(0.5, 0.5, 0.1) == index.candidates(0.5, 0.5, 0.1)


def test_pickled_index_answers_the_same():
    index = pickle.loads(pickle.dumps(build(lattice())))  # noqa: S301 (our own bytes)
    assert index.locate(5.5, 5.5) == build(lattice()).locate(5.5, 5.5) == 65


def test_candidates_are_those_of_the_rtree():
    polygons = SCENES["discs, holes and pieces"]
    index, tree = build(polygons), RTreeIndex.build(numbered(polygons), polygons)
    for x, y in np.random.default_rng(2).random((200, 2)).tolist():
        assert index.candidates(x, y, 0.03) == tree.candidates(x, y, 0.03)


def test_threads_share_the_points_and_answer_the_same():
    polygons = fractal_coverage(125)
    index = build(polygons)
    x, y = hard_points(polygons, 70_001)["anywhere"].T
    assert (index.locate_many(x, y, threads=3) == index.locate_many(x, y)).all()


def test_cells_covered_by_two_grids_answer_overlap():
    index = build([shapely.box(0, 0, 100, 100), shapely.box(20, 20, 80, 80)])
    x = np.random.default_rng(4).uniform(25, 75, 1000)
    rows, relations = index.relate_many(x, x[::-1].copy())
    assert set(rows.tolist()) == {0}
    assert set(relations.tolist()) == {3}


def test_crowded_places_do_not_make_the_index_explode():
    for name, scene in SCENES.items():
        vertices = int(shapely.get_num_coordinates(scene).sum())
        assert build(scene).nbytes < 3000 * vertices + 100_000, name


def copied_package(folder, patches):
    """Copy gis.index to run in plain Python, with parts of its text replaced."""
    source = Path(gis.index.__file__).parent
    target = folder / "gis" / "index"
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("errors.py", "os_reasons.py", "sentences.py", "text_width.py"):
        shutil.copy(source.parent / name, folder / "gis")
    (folder / "gis" / "__init__.py").write_text("")
    (target / "compiling.py").write_text(PLAIN)
    for module, old, new in patches:
        text = (target / module).read_text()
        assert text.count(old) == 1, (module, old)
        (target / module).write_text(text.replace(old, new))


PLAIN = """
import ctypes
compiled = inlined = borrowed = lambda value: value
pointer = ctypes.c_void_p
lowest_bit = lambda mask: (int(mask) & -int(mask)).bit_length() - 1
is_private = lambda folder: False  # no index is kept
"""

COUNT_DIFFERENCES = """
import numpy as np
np.seterr(over="ignore")  # hashes wrap around
from support.makers.hard_points import differences, hard_points
from support.makers.hard_points import lattice, lattice_on_cell_lines
from gis.index.grid import GridIndex
ids = [f"{row:03}" for row in range(36)]
first = GridIndex.build(ids, lattice(6))
polygons = lattice_on_cell_lines(first.words, 6)
index = GridIndex.build(ids, polygons)
families = hard_points(polygons, 150, index.words)
print(sum(len(differences(index, polygons, xy)) for xy in families.values()))
"""

BUGS = {
    "a tolerance in the cell border": (
        "cells.py",
        "    reach = 4.5e-16 * (abs(first) + abs(beyond))\n",
        "    return guess + 1e-9 * (beyond - first)\n",
    ),
    "less for at most in the rule for edges": (
        "kernels.py",
        "if min(x1, x2) <= x <= max(x1, x2):",
        "if min(x1, x2) < x < max(x1, x2):",
    ),
    "less for at most in the y range of an edge": (
        "records.py",
        "if rises == (y2 <= y):",
        "if rises == (y2 < y):",
    ),
    "no doubt about determinants close to 0": (
        "kernels.py",
        "doubtful |= abs(determinant) <= FILTER * (abs(left) + abs(right))",
        "doubtful |= False",
    ),
}


@pytest.mark.parametrize("bug", [None, *BUGS.values()], ids=["no bug", *BUGS])
def test_hard_points_find_a_deliberate_bug(tmp_path, bug):
    copied_package(tmp_path, [bug] if bug else [])
    tests = Path(__file__).parents[2]
    run = subprocess.run(
        [sys.executable, "-c", COUNT_DIFFERENCES],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tests)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert (int(run.stdout) > 0) == (bug is not None)


@pytest.mark.parametrize(
    "shape",
    [shapely.box(5, 5, 5, 9), shapely.box(5, 5, 9, 5), shapely.box(5, 5, 5, 5)],
    ids=["no width", "no height", "a point"],
)
def test_polygons_without_area_have_no_inside(shape):
    index = GridIndex.build(["a"], [shape])
    x, y = (axis.ravel() for axis in np.meshgrid([4.0, 5.0, 7.0], [4.0, 5.0, 7.0]))
    assert 1 not in index.relate_many(x, y)[1]
