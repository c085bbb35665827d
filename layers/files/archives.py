"""Unpack gzip and zip files within caps on size, ratio and members."""

import gzip
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Final, cast

from gis.errors import InputFileError
from gis.os_reasons import reason_of
from gis.sentences import sentence
from layers.files import guards

MAX_RATIO = 200
"""Tables of events shrink to a twentieth; zeros to a thousandth."""
SMALL_BYTES = 16 * 1024**2
"""Below this size a ratio harms nobody."""
MAX_MEMBERS = 64
_DAMAGES: Final = (EOFError, zlib.error, OSError)
"""What unpacking raises for a file that is cut or changed."""

_NESTED = (".zip", ".gz", ".7z", ".rar", ".tar", ".kmz", ".bz2", ".xz")


def gunzip(path: Path) -> bytes:
    """Return the unpacked content of a gzip file within the caps."""
    file_bytes = path.stat().st_size
    limit = _limit(file_bytes)
    try:
        with gzip.open(path, "rb") as stream:
            data = stream.read(limit + 1)
    except _DAMAGES as error:
        raise _damaged_gzip(path, error) from error
    if len(data) > limit:
        raise _gzip_bomb(path, limit, file_bytes)
    return data


class GzipText:
    """The unpacked content of a gzip file, read block by block.

    Its size has no cap, but what it was packed to has: zeros are no table.

    Parameters
    ----------
    path
        The file.
    stream
        Unpacks it.
    """

    def __init__(self, path: Path, stream: BinaryIO) -> None:
        self._path = path
        self._stream = stream
        self._file_bytes = path.stat().st_size
        self._limit = max(SMALL_BYTES, self._file_bytes * MAX_RATIO)
        self._count = 0

    def read(self, size: int) -> bytes:
        """Return the next bytes, fewer at the end and none behind it.

        Parameters
        ----------
        size
            At most so many.

        Raises
        ------
        InputFileError
            If the file is cut or damaged, unpacks to nothing or without measure.
        """
        try:
            data = self._stream.read(size)
        except _DAMAGES as error:
            raise _damaged_gzip(self._path, error) from error
        if not data and not self._count:
            raise empty_gzip(self._path)
        self._count += len(data)
        if self._count > self._limit:
            raise _gzip_bomb(self._path, self._limit, self._file_bytes)
        return data


@contextmanager
def open_gzip(path: Path) -> Iterator[GzipText]:
    """Give the unpacked content of a gzip file.

    Parameters
    ----------
    path
        A file that `layers.files.guards.identify` let through.
    """
    with guards.open_bytes(path) as packed, gzip.open(packed, "rb") as stream:
        yield GzipText(path, cast("BinaryIO", stream))


def empty_gzip(path: Path) -> InputFileError:
    """Return the error for a gzip file with nothing in it."""
    return InputFileError(
        "File {path!r} unpacks to an empty file, expected CSV; export it again.",
        path=str(path),
    )


def unpack_shapefile(path: Path, folder: Path) -> Path:
    """Unpack the one Shapefile of a zip into a folder under plain names.

    Returns
    -------
    source
        The `.shp` file in the folder.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            parts = _shapefile_members(path, archive)
            for suffix, member in parts.items():
                (folder / f"layer{suffix}").write_bytes(archive.read(member))
    except InputFileError:
        raise
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        RuntimeError,
        EOFError,
        zlib.error,
        ValueError,
        OSError,
    ) as error:
        raise InputFileError(
            "File {path!r} is cut, damaged or encrypted ({error}), expected a plain "
            "zip of a Shapefile; pack it again.",
            path=str(path),
            error=reason_of(error),
        ) from error
    return folder / "layer.shp"


def _shapefile_members(
    path: Path, archive: zipfile.ZipFile
) -> dict[str, zipfile.ZipInfo]:
    """Return the parts of the one Shapefile in a zip by suffix."""
    members = [
        info
        for info in archive.infolist()
        if not info.is_dir() and not info.filename.startswith("__MACOSX/")
    ]
    refuse_bomb(path, path.stat().st_size, members)
    names = {_plain_name(path, info): info for info in members}
    shapes = [
        n for n in names if n.suffix.lower() == ".shp" and "__MACOSX" not in n.parts
    ]
    if len(shapes) != 1:
        raise InputFileError(
            "Zip {path!r} holds {shapes} Shapefiles, expected one; pack the '.shp', "
            "'.shx', '.dbf' and '.prj' parts of one layer.",
            path=str(path),
            shapes=len(shapes),
        )
    return {
        name.suffix.lower(): info
        for name, info in names.items()
        if name.parent == shapes[0].parent and name.stem == shapes[0].stem
    }


def _plain_name(path: Path, info: zipfile.ZipInfo) -> PurePosixPath:
    """Return the name of a member, once it stays inside and is no archive."""
    name = PurePosixPath(info.filename.replace("\\", "/"))
    if name.is_absolute() or ".." in name.parts:
        raise InputFileError(
            "Zip {path!r} holds {filename!r}, which points outside of it; pack the "
            "files again without folders.",
            path=str(path),
            filename=info.filename,
        )
    if name.suffix.lower() in _NESTED:
        raise InputFileError(
            "Zip {path!r} holds the archive {filename!r}, expected the parts of a "
            "Shapefile; unpack it first.",
            path=str(path),
            filename=info.filename,
        )
    return name


def refuse_bomb(
    path: Path,
    file_bytes: int,
    members: Iterable[zipfile.ZipInfo],
    most_members: int = MAX_MEMBERS,
    most_bytes: int = guards.MAX_UNPACKED_BYTES,
) -> None:
    """Refuse a zip that unpacks to far more than it should.

    Parameters
    ----------
    path
        The file.
    file_bytes
        Its length.
    members
        What it says that it holds.
    most_members, most_bytes
        So many may there be, and so long may they be together.

    Raises
    ------
    InputFileError
        Says how much there is.
    """
    sizes = [info.file_size for info in members]
    if len(sizes) > most_members:
        raise _bomb(
            path,
            sentence(
                "{sizes} members, at most {max_members} are read",
                sizes=len(sizes),
                max_members=most_members,
            ),
        )
    if sum(sizes) > min(most_bytes, _limit(file_bytes)):
        raise _bomb(
            path,
            sentence(
                "{sizes} bytes from {file_bytes}",
                sizes=sum(sizes),
                file_bytes=file_bytes,
            ),
        )


def _limit(file_bytes: int) -> int:
    """Return how many bytes may come out of that many packed ones."""
    return min(guards.MAX_UNPACKED_BYTES, max(SMALL_BYTES, file_bytes * MAX_RATIO))


def _damaged_gzip(path: Path, error: Exception) -> InputFileError:
    """Return the error for a gzip file that cannot be unpacked."""
    return InputFileError(
        "File {path!r} is cut or damaged ({error}), expected a whole gzip file; "
        "copy or export it again.",
        path=str(path),
        error=reason_of(error),
    )


def _gzip_bomb(path: Path, limit: int, file_bytes: int) -> InputFileError:
    """Return the error for a gzip file that unpacks without measure."""
    return _bomb(
        path,
        sentence(
            "more than {limit} bytes from {file_bytes}",
            limit=limit,
            file_bytes=file_bytes,
        ),
    )


def _bomb(path: Path, detail: str) -> InputFileError:
    """Return the error for an archive that unpacks without measure."""
    return InputFileError(
        "Archive {path!r} unpacks to too much ({detail}); expected one packed table, "
        "workbook or Shapefile, unpack it and look.",
        path=str(path),
        detail=detail,
    )
