"""An index that is found again answers as one that is built; all else is built."""

import os
from pathlib import Path

import numpy as np
import pytest
import shapely

from gis.index import GridIndex, cache, cached_index
from gis.index.cache import SUFFIX

IDS = ["G2", "G1", "网"]
SQUARES = [shapely.box(x, 0, x + 1, 1) for x in range(3)]


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many edges each index that is built has."""
    counts: list[int] = []
    compile_words = cache.compile_words

    def counted(edges: object) -> object:
        counts.append(len(edges.first))  # type: ignore[attr-defined]
        return compile_words(edges)  # type: ignore[arg-type]

    monkeypatch.setattr(cache, "compile_words", counted)
    return counts


def files(folder: Path) -> list[Path]:
    """The indexes in a folder."""
    return sorted(folder.iterdir())


def assert_same(index: GridIndex, other: GridIndex) -> None:
    """All points of a raster have the same answers."""
    x, y = (axis.ravel() for axis in np.mgrid[-0.5:3.5:0.125, -0.5:1.5:0.125])
    assert index.ids == other.ids
    assert (index.locate_many(x, y) == other.locate_many(x, y)).all()
    assert index.relate(1.0, 0.5) == other.relate(1.0, 0.5)


def test_index_is_built_once_for_one_content(tmp_path: Path, built: list[int]) -> None:
    folder = tmp_path / "new" / "indexes"
    indexes = [cached_index(folder, IDS, SQUARES)]
    # rows in another order are the same grids
    indexes.append(cached_index(folder, IDS[::-1], SQUARES[::-1]))
    assert built == [10]
    assert len(files(folder)) == 1
    for index in indexes:
        assert_same(index, GridIndex.build(IDS, SQUARES))


@pytest.mark.parametrize(
    ("ids", "squares"),
    [
        (["G2", "G1", "G3"], SQUARES),
        (IDS, [*SQUARES[:2], shapely.box(2, 0, 3, 1.0000000000000002)]),
        (IDS, [SQUARES[1], SQUARES[0], SQUARES[2]]),
    ],
    ids=["another id", "a vertex moved", "ids exchanged"],
)
def test_other_content_is_another_index(
    tmp_path: Path, ids: list[str], squares: list[shapely.Polygon]
) -> None:
    cached_index(tmp_path, IDS, SQUARES)
    assert_same(cached_index(tmp_path, ids, squares), GridIndex.build(ids, squares))
    assert len(files(tmp_path)) == 2


def test_index_of_another_release_is_not_taken(
    tmp_path: Path, built: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    cached_index(tmp_path, IDS, SQUARES)
    monkeypatch.setattr(cache, "_sources", lambda: b"of later")
    cached_index(tmp_path, IDS, SQUARES)
    assert len(built) == 2


@pytest.mark.parametrize("content", [b"", b"x" * 500])
def test_damaged_file_is_built_anew(
    tmp_path: Path, built: list[int], content: bytes
) -> None:
    cached_index(tmp_path, IDS, SQUARES)
    [path] = files(tmp_path)
    whole = path.read_bytes()
    path.write_bytes(content)
    assert_same(cached_index(tmp_path, IDS, SQUARES), GridIndex.build(IDS, SQUARES))
    assert path.read_bytes() == whole
    assert built == [10, 10]


def test_folder_that_cannot_be_written_costs_nothing_but_time(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    index = cached_index(tmp_path / "file" / "indexes", IDS, SQUARES)
    assert_same(index, GridIndex.build(IDS, SQUARES))


def test_folder_that_others_can_write_to_is_not_believed(
    tmp_path: Path, built: list[int]
) -> None:
    folder = tmp_path / "indexes"
    cached_index(folder, IDS, SQUARES)
    folder.chmod(0o777)
    assert_same(cached_index(folder, IDS, SQUARES), GridIndex.build(IDS, SQUARES))
    folder.chmod(0o700)
    cached_index(folder, IDS, SQUARES)
    assert built == [10, 10]


def test_the_last_asked_for_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        cached_index(tmp_path, [f"N{number}"], SQUARES[:1])
    sizes = {path.stat().st_size for path in files(tmp_path)}
    assert len(sizes) == 1
    for age, path in enumerate(files(tmp_path)):
        os.utime(path, (1000 + age, 1000 + age))
    (tmp_path / "notes.txt").touch()
    monkeypatch.setattr(cache, "MOST_BYTES", 3 * sizes.pop())
    cached_index(tmp_path, ["N0"], SQUARES[:1])  # asked for, and so the last but one
    before = {path.name: path.stat().st_mtime for path in files(tmp_path)}
    cached_index(tmp_path, ["new"], SQUARES[:1])
    left = [path.name for path in files(tmp_path) if path.suffix == SUFFIX]
    assert len(left) == 3
    others = sorted(set(left) & set(before), key=lambda name: before[name])
    assert (
        others
        == sorted(
            (name for name in before if name.endswith(SUFFIX)),
            key=lambda name: before[name],
        )[-2:]
    )
    assert (tmp_path / "notes.txt").exists()


def test_an_index_larger_than_the_folder_may_be_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "MOST_BYTES", 1)
    cached_index(tmp_path, IDS, SQUARES)
    assert len(files(tmp_path)) == 1
