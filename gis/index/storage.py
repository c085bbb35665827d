"""One file for a compiled index: sizes are proven before anything else is read.

All sections start on a cache line, so that the file can be used as mapped memory::

    header    16 int64: magic, version, file size, bytes of each section,
              checksum of the body, checksum of the header
    words     int64     the compiled index (`gis.index.layout`)
    vertices  float64   x and y of every vertex   } the polygons
    rings     int64     start of each ring        }
    parts     int64     first ring of each part   }
    rows      int64     first part of each row    }
    id_ends   int64     end of each id in the text
    id_text   uint8     ids, joined, UTF-8
"""

import os
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from gis.errors import InputFileError
from gis.index.edges import Rings
from gis.os_reasons import os_reason
from gis.sentences import sentence

_MAGIC = int.from_bytes(b"PAGODAIX", "little")
_VERSION = 1
_HEADER = 16  # int64 values
_LINE = 64  # bytes
_FIRST_SIZE = 3
_SECTIONS = 7
_BODY_SUM = _FIRST_SIZE + _SECTIONS
_HEADER_SUM = _HEADER - 1


class StoredIndex(NamedTuple):
    """What a file of an index holds."""

    ids: tuple[str, ...]
    rings: Rings
    words: NDArray[np.int64]


def write_index(path: Path, index: StoredIndex) -> None:
    """Write an index to a file, which appears complete or not at all."""
    sections = _sections_of(index)
    body = np.concatenate([_in_lines(section) for section in sections])
    header = np.zeros(_HEADER, dtype=np.int64)
    header[:3] = _MAGIC, _VERSION, header.nbytes + body.nbytes
    header[_FIRST_SIZE:_BODY_SUM] = [section.nbytes for section in sections]
    header[_BODY_SUM] = crc32(body.data)
    header[_HEADER_SUM] = crc32(header[:_HEADER_SUM].data)
    draft = path.with_name(f".{path.name}.{uuid4().hex}")
    try:
        with draft.open("wb") as file:
            np.concatenate([header.view(np.uint8), body]).tofile(file)
            os.fsync(file.fileno())  # who maps it looks at its header alone
        draft.replace(path)  # a mapped file in use keeps its old content
    finally:
        draft.unlink(missing_ok=True)


def read_index(path: Path, *, mmap: bool) -> StoredIndex:
    """Read an index, as mapped memory that processes share or into memory of its own.

    The header is checked always; the body only where it is read as a whole, which is
    without `mmap`.

    Raises
    ------
    InputFileError
        If the file is missing, truncated, of another kind or version, or damaged.
    """
    data = _bytes_of(path, mmap=mmap)
    header = data[: 8 * _HEADER].view(np.int64)
    _check_header(path, header, len(data))
    body = data[8 * _HEADER :]
    if not mmap and crc32(body.data) != header[_BODY_SUM]:
        raise _refusal(path, sentence("a damaged body"))
    sections = _cut(body, header[_FIRST_SIZE:_BODY_SUM].tolist())
    words, rings, parts, rows, id_ends = (
        section.view(np.int64) for section in (sections[0], *sections[2:6])
    )
    vertices = sections[1].view(np.float64).reshape(-1, 2)
    ids = _ids_of(id_ends.tolist(), sections[6].tobytes())
    return StoredIndex(ids, Rings(vertices, rings, parts, rows), words)


def _sections_of(index: StoredIndex) -> list[NDArray[np.generic]]:
    """Return the sections of the file as one-dimensional arrays."""
    texts = [grid_id.encode("utf-8", "surrogatepass") for grid_id in index.ids]
    id_ends = np.cumsum([len(text) for text in texts], dtype=np.int64)
    id_text = np.frombuffer(b"".join(texts), dtype=np.uint8)
    arrays = (index.words, *index.rings, id_ends, id_text)
    return [np.ravel(array) for array in arrays]


def _in_lines(section: NDArray[np.generic]) -> NDArray[np.uint8]:
    """Return the bytes of a section, filled up to whole cache lines."""
    data = np.ascontiguousarray(section).view(np.uint8)
    return np.concatenate([data, np.zeros(-len(data) % _LINE, dtype=np.uint8)])


def _bytes_of(path: Path, *, mmap: bool) -> NDArray[np.uint8]:
    """Return the bytes of a file that is long enough for a header."""
    try:
        size = path.stat().st_size
        if size < 8 * _HEADER:
            raise _refusal(path, sentence("{size!r} bytes", size=size))
        if mmap:
            return np.asarray(np.memmap(path, dtype=np.uint8, mode="r"))
        return np.fromfile(path, dtype=np.uint8)
    except InputFileError:
        raise
    except OSError as error:
        raise InputFileError(
            "Index file {path!r} cannot be read ({strerror}); give a file that "
            "GridIndex.save wrote.",
            path=str(path),
            strerror=os_reason(error),
        ) from error


def _check_header(path: Path, header: NDArray[np.int64], size: int) -> None:
    """Raise InputFileError unless the header is ours, whole, and fits the file."""
    if header[0] != _MAGIC:
        raise _refusal(path, sentence("another kind of file"))
    if header[1] != _VERSION:
        raise _refusal(
            path, sentence("format version {header!r}", header=int(header[1]))
        )
    if header[_HEADER_SUM] != crc32(header[:_HEADER_SUM].data):
        raise _refusal(path, sentence("a damaged header"))
    if header[2] != size:
        raise _refusal(
            path,
            sentence(
                "{size!r} bytes instead of {header!r}", size=size, header=int(header[2])
            ),
        )


def _cut(body: NDArray[np.uint8], sizes: list[int]) -> list[NDArray[np.uint8]]:
    """Return the sections of a body whose header is checked."""
    sections = []
    start = 0
    for size in sizes:
        sections.append(body[start : start + size])
        start += size + -size % _LINE
    return sections


def _ids_of(ends: list[int], text: bytes) -> tuple[str, ...]:
    """Return the ids from their joined text."""
    starts = [0, *ends[:-1]]
    if text.isascii():
        letters = text.decode()
        return tuple(map(letters.__getitem__, map(slice, starts, ends)))
    return tuple(
        text[start:end].decode("utf-8", "surrogatepass")
        for start, end in zip(starts, ends, strict=False)
    )


def _refusal(path: Path, found: str) -> InputFileError:
    """Return the error that says what was found instead of an index."""
    return InputFileError(
        "Found {found} in {path!r} where an index of format version {version!r} was "
        "expected; build it again and save it.",
        found=found,
        path=str(path),
        version=_VERSION,
    )
