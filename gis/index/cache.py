"""Indexes that were built before: each in a file named by what it was built from.

Processes that need the index of the same polygons map one file: the first builds it,
the others share its memory. What is in the folder can be made again at any time.
"""

import os
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from hashlib import sha256
from itertools import accumulate, islice
from pathlib import Path
from typing import Final

from shapely.geometry.base import BaseGeometry

from gis.errors import InputFileError
from gis.index.build import compile_words
from gis.index.compiling import is_private
from gis.index.edges import Rings, edges_of, rings_of
from gis.index.grid import GridIndex
from gis.index.inputs import ordered_grids

MOST_BYTES: Final = 1 << 30
"""Of so many the folder keeps the indexes that were asked for last."""
SUFFIX: Final = ".index"


def cached_index(
    folder: Path, ids: Iterable[str | int], polygons: Iterable[BaseGeometry]
) -> GridIndex:
    """Return the index of some grids, from a folder where it was built before.

    A folder that cannot be written or that others can write to, and a file that is
    damaged, cost the time of building and no more.

    Parameters
    ----------
    folder
        Where indexes are kept; it need not be there.
    ids, polygons
        As `GridIndex.build` takes them.

    Raises
    ------
    CoverageError
        As `GridIndex.build`.

    Examples
    --------
    >>> import shapely
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     index = cached_index(Path(folder), ["G1"], [shapely.box(0, 0, 1, 1)])
    ...     again = cached_index(Path(folder), ["G1"], [shapely.box(0, 0, 1, 1)])
    >>> again.relate(0.5, 0.5) == index.relate(0.5, 0.5)
    True
    """
    grid_ids, shapes = ordered_grids(ids, polygons)
    rings = rings_of(shapes)
    if not _is_own(folder):
        return GridIndex(grid_ids, rings, compile_words(edges_of(rings)))
    path = folder / f"{_digest(grid_ids, rings)}{SUFFIX}"
    with suppress(InputFileError):
        index = GridIndex.load(path)
        if index.ids == grid_ids:
            with suppress(OSError):
                os.utime(path)
            return index
    index = GridIndex(grid_ids, rings, compile_words(edges_of(rings)))
    with suppress(OSError):
        index.save(path)
        _remove_oldest(folder)
    return index


def _is_own(folder: Path) -> bool:
    """Say whether this user alone can put files there; makes it where it is not."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return not hasattr(os, "getuid") or is_private(folder.resolve())
    except OSError:
        return False


def _digest(ids: tuple[str, ...], rings: Rings) -> str:
    """Return what names the index of some polygons, as this release builds it."""
    digest = sha256(_sources())
    for part in rings:
        digest.update(len(part).to_bytes(8, "little") + part.tobytes())
    for grid_id in ids:
        digest.update(grid_id.encode("utf-8", "surrogatepass") + b"\0")
    return digest.hexdigest()


@cache
def _sources() -> bytes:
    """Return the digest of what builds an index."""
    digest = sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.digest()


def _remove_oldest(folder: Path) -> None:
    """Remove what was not asked for longest; who has it mapped keeps it."""
    stats = {path: path.stat() for path in folder.glob(f"*{SUFFIX}")}
    paths = sorted(stats, key=lambda path: stats[path].st_mtime, reverse=True)
    sizes = accumulate(stats[path].st_size for path in paths)
    for path, size in zip(paths[1:], islice(sizes, 1, None), strict=True):
        if size > MOST_BYTES:
            path.unlink(missing_ok=True)
