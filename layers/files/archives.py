"""Unpack gzip and zip files within caps on size, ratio and members."""

import gzip
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from gis.errors import InputFileError
from gis.sentences import sentence
from layers.files import guards

MAX_RATIO = 200
"""Tables of events shrink to a twentieth; zeros to a thousandth."""
SMALL_BYTES = 16 * 1024**2
"""Below this size a ratio harms nobody."""
MAX_MEMBERS = 64

_NESTED = (".zip", ".gz", ".7z", ".rar", ".tar", ".kmz", ".bz2", ".xz")


def gunzip(path: Path) -> bytes:
    """Return the unpacked content of a gzip file within the caps."""
    file_bytes = path.stat().st_size
    limit = _limit(file_bytes)
    try:
        with gzip.open(path, "rb") as stream:
            data = stream.read(limit + 1)
    except (EOFError, zlib.error, OSError) as error:
        raise InputFileError(
            "File {path!r} is cut or damaged ({error}), expected a whole gzip file; "
            "copy or export it again.",
            path=str(path),
            error=error,
        ) from error
    if len(data) > limit:
        raise _bomb(
            path,
            sentence(
                "more than {limit} bytes from {file_bytes}",
                limit=limit,
                file_bytes=file_bytes,
            ),
        )
    return data


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
            error=error,
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


def _bomb(path: Path, detail: str) -> InputFileError:
    """Return the error for an archive that unpacks without measure."""
    return InputFileError(
        "Archive {path!r} unpacks to too much ({detail}); expected one packed table, "
        "workbook or Shapefile, unpack it and look.",
        path=str(path),
        detail=detail,
    )
