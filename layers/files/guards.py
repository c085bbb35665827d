"""Look at a file before any parser sees it: name, size, first bytes."""

import re
from itertools import chain
from pathlib import Path
from typing import BinaryIO, Final, Literal

from gis.errors import InputFileError
from gis.os_reasons import os_reason
from gis.sentences import bilingual, sentence

Format = Literal[
    "GeoJSON",
    "GeoJSON lines",
    "GeoPackage",
    "FlatGeobuf",
    "Shapefile",
    "zipped Shapefile",
    "Parquet",
    "Arrow",
    "CSV",
    "gzipped CSV",
    "Excel workbook",
]

MAX_FILE_BYTES = 2 * 1024**3
MAX_JSON_BYTES = 256 * 1024**2
"""Parsed JSON takes about ten times the memory of its text."""
MAX_UNPACKED_BYTES = 2 * 1024**3

HEAD_BYTES = 4096
"""So much of a file says what it is."""
MAX_COLUMNS = 2_000
COMPANIONS: Final = (".dbf", ".shx", ".prj", ".cpg")
"""Extensions of what lies beside a Shapefile and is read with it."""
"""As many as a table of SQLite, and so of a GeoPackage, has."""

_FORMATS: dict[str, Format] = {
    ".geojson": "GeoJSON",
    ".json": "GeoJSON",
    ".geojsonl": "GeoJSON lines",
    ".geojsons": "GeoJSON lines",
    ".ndjson": "GeoJSON lines",
    ".gpkg": "GeoPackage",
    ".fgb": "FlatGeobuf",
    ".shp": "Shapefile",
    ".zip": "zipped Shapefile",
    ".parquet": "Parquet",
    ".geoparquet": "Parquet",
    ".arrow": "Arrow",
    ".arrows": "Arrow",
    ".feather": "Arrow",
    ".csv": "CSV",
    ".csv.gz": "gzipped CSV",
    ".xlsx": "Excel workbook",
    ".xlsm": "Excel workbook",
}
_MAGIC: dict[Format, bytes | tuple[bytes, ...]] = {
    "GeoPackage": b"SQLite format 3\x00",
    "FlatGeobuf": b"fgb\x03fgb",
    "Shapefile": b"\x00\x00\x27\x0a",
    "zipped Shapefile": b"PK\x03\x04",
    "Parquet": b"PAR1",
    "Arrow": (b"ARROW1", b"\xff\xff\xff\xff"),
    "gzipped CSV": b"\x1f\x8b",
    "Excel workbook": b"PK\x03\x04",
}
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_KNOWN = {
    b"SQLite format 3\x00": sentence("a SQLite database"),
    b"fgb\x03fgb": "FlatGeobuf",
    b"\x00\x00\x27\x0a": sentence("a Shapefile"),
    b"PK\x03\x04": sentence("a zip archive"),
    b"PK\x05\x06": sentence("an empty zip archive"),
    b"PAR1": "Parquet",
    b"ARROW1": "Arrow",
    b"\xff\xff\xff\xff": "Arrow",
    b"PARE": sentence("encrypted Parquet"),
    b"\x1f\x8b": "gzip",
    b"\xff\xfe": sentence("UTF-16 text"),
    b"\xfe\xff": sentence("UTF-16 text"),
    b"%PDF": "PDF",
    _OLD_OFFICE: sentence("an old Office file"),
    b"<": "XML",
}
_BOM = b"\xef\xbb\xbf"
_TEXTS: Final = ("CSV", "GeoJSON", "GeoJSON lines")
_CONTROLS: Final = re.compile(rb"[\x01-\x1f]")
_FORMATS_ZH: dict[Format, str] = {
    "GeoJSON lines": "逐行 GeoJSON",
    "zipped Shapefile": "Shapefile 压缩包",
    "gzipped CSV": "gzip 压缩的 CSV",
    "Excel workbook": "Excel 工作簿",
}
"""Formats whose names are more than names."""


def format_text(file_format: Format) -> str:
    """Return a format as a sentence names it.

    Parameters
    ----------
    file_format
        Of a file.
    """
    return bilingual(file_format, _FORMATS_ZH.get(file_format, file_format))


def identify(path: Path, *, in_parts: bool = False) -> Format:
    """Return the format of a file, once name, size and first bytes agree.

    Parameters
    ----------
    path
        The file.
    in_parts
        Whether memory never holds the whole of it, so that it may have any size.

    Raises
    ------
    InputFileError
        For a missing or empty file, an unknown extension, a size over the cap, or
        content that is not what the name says.
    """
    refuse_absent(path)
    if not path.is_file():
        raise InputFileError(
            "{path!r} is not a regular file, expected one of {formats!r}; name the "
            "file itself.",
            path=str(path),
            formats=sorted(_FORMATS),
        )
    file_format = _format_of(path)
    _refuse_size(path, file_format, in_parts=in_parts)
    refuse_other_content(path, file_format, head_of(path))
    return file_format


def small_text(path: Path) -> str:
    """Return the text of a file of ours, such as a change of grids.

    Raises
    ------
    InputFileError
        If there is no such file, or it cannot be opened.
    UnicodeDecodeError
        If it is no UTF-8.
    """
    refuse_absent(path)
    return read_bytes(path).decode("utf-8")


def read_bytes(path: Path) -> bytes:
    """Return the content of a file that `identify` let through."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise _unreadable(path, error) from error


def open_bytes(path: Path) -> BinaryIO:
    """Return a file that `identify` let through, open from its beginning."""
    try:
        return path.open("rb")
    except OSError as error:
        raise _unreadable(path, error) from error


def state_of(path: Path) -> tuple[int, ...]:
    """Return what differs as soon as a file is written to or another takes its name.

    Of a Shapefile the files count that lie beside it.
    """
    try:
        stats = [part.stat() for part in (path, *_companions(path))]
    except OSError as error:
        raise _unreadable(path, error) from error
    parts = ((s.st_dev, s.st_ino, s.st_size, s.st_mtime_ns) for s in stats)
    return tuple(chain.from_iterable(parts))


def _companions(path: Path) -> list[Path]:
    """Return the other files of a Shapefile that are there."""
    if path.suffix.lower() != ".shp":
        return []
    suffixes = [*COMPANIONS, *map(str.upper, COMPANIONS)]
    return [p for p in map(path.with_suffix, suffixes) if p.exists()]


def head_of(path: Path) -> bytes:
    """Return the first bytes of a file."""
    try:
        with path.open("rb") as stream:
            return stream.read(HEAD_BYTES)
    except OSError as error:
        raise _unreadable(path, error) from error


def refuse_other_content(path: Path, file_format: Format, head: bytes) -> None:
    """Refuse content that is not of a format.

    Parameters
    ----------
    path
        Name of the file, for sentences.
    file_format
        What it should be.
    head
        Its first `HEAD_BYTES`.

    Raises
    ------
    InputFileError
        Says what it is instead.
    """
    text = head.removeprefix(_BOM).lstrip()
    magic = _MAGIC.get(file_format)
    if magic is not None:
        fits = head.startswith(magic)
    elif file_format in ("GeoJSON", "GeoJSON lines"):
        fits = text.startswith(b"{") and b"\x00" not in head
    else:
        fits = b"\x00" not in head and _known(head) in (None, "XML")
    if fits:
        return
    if file_format == "Excel workbook" and head.startswith(_OLD_OFFICE):
        raise InputFileError(
            "File {path!r} is protected by a password or an old .xls under another "
            "name, expected a plain .xlsx; open it, remove the password and save it as "
            "Excel workbook (.xlsx).",
            path=str(path),
        )
    content = _known(head) or _known(text) or text[:12]
    if "UTF-16" in str(content):
        raise InputFileError(
            "File {path!r} holds UTF-16 text, expected {file_format} in UTF-8; save "
            "it as UTF-8.",
            path=str(path),
            file_format=format_text(file_format),
        )
    if file_format in _TEXTS and has_stray_nul(head):
        raise with_nul(path, file_format, 1 + head.partition(b"\x00")[0].count(b"\n"))
    raise InputFileError(
        "File {path!r} holds {content!r}, expected {file_format}; rename it to what "
        "it is or export it again.",
        path=str(path),
        content=content,
        file_format=format_text(file_format),
    )


def has_stray_nul(data: bytes) -> bool:
    r"""Say whether bytes are text with a NUL in it, and no other content.

    Parameters
    ----------
    data
        The first bytes of a file, or later ones.

    Examples
    --------
    >>> has_stray_nul(b"id,lon\n1,\x00\n"), has_stray_nul("id\n1\n".encode("utf-16"))
    (True, False)
    """
    text = data.translate(None, b"\t\n\r\x00")
    return b"\x00" in data and _known(data) is None and not _CONTROLS.search(text)


def with_nul(path: Path, file_format: Format, line: int) -> InputFileError:
    """Return the error for text that has a NUL.

    Parameters
    ----------
    path
        The file.
    file_format
        What it is.
    line
        Where the first one stands, counted from 1.
    """
    return InputFileError(
        "Line {line} of {path!r} has a NUL byte, expected {file_format} of text alone; "
        "remove it or export the file again.",
        line=line,
        path=str(path),
        file_format=format_text(file_format),
    )


def refuse_width(path: Path, columns: int) -> None:
    """Refuse a file of more columns than a layer can have.

    Raises
    ------
    InputFileError
        Says how many there are and may be.
    """
    if columns > MAX_COLUMNS:
        raise InputFileError(
            "File {path!r} has {columns:,} columns or properties, expected at most "
            "{max_columns:,}; keep those that are needed.",
            path=str(path),
            columns=columns,
            max_columns=MAX_COLUMNS,
        )


def cut(path: Path, detail: str) -> InputFileError:
    """Return the error for a file that ends too early."""
    return InputFileError(
        "File {path!r} is cut or damaged ({detail}), expected it whole; copy or "
        "export it again.",
        path=str(path),
        detail=detail,
    )


def _format_of(path: Path) -> Format:
    """Return the format that the extension claims."""
    name = path.name.lower()
    for suffix in sorted(_FORMATS, key=len, reverse=True):
        if name.endswith(suffix):
            return _FORMATS[suffix]
    if name.endswith((".xls", ".xlsb", ".ods", ".et")):
        raise InputFileError(
            "File {path!r} is a workbook of another form, expected .xlsx; open it and "
            "save it as Excel workbook (.xlsx).",
            path=str(path),
        )
    raise InputFileError(
        "File {path!r} has an extension that is not read here, expected one of "
        "{formats!r}; export it to one of them.",
        path=str(path),
        formats=sorted(_FORMATS),
    )


def _refuse_size(path: Path, file_format: Format, *, in_parts: bool) -> None:
    """Refuse an empty file and one over the cap."""
    size = path.stat().st_size
    cap = MAX_JSON_BYTES if file_format == "GeoJSON" else MAX_FILE_BYTES
    if size == 0:
        raise InputFileError(
            "File {path!r} is an empty file, expected {file_format}; export it again.",
            path=str(path),
            file_format=format_text(file_format),
        )
    if size > cap and not in_parts:
        raise InputFileError(
            "File {path!r} has {size} bytes, expected at most {cap} as {file_format}; "
            "split it or use Parquet.",
            path=str(path),
            size=size,
            cap=cap,
            file_format=format_text(file_format),
        )


def _known(head: bytes) -> str | None:
    """Return what first bytes are known to mean."""
    what = next((w for magic, w in _KNOWN.items() if head.startswith(magic)), None)
    return sentence("UTF-16 text") if what is None and _is_wide_text(head) else what


def _is_wide_text(head: bytes) -> bool:
    """Say whether bytes are UTF-16 without a mark: every line end has its NUL."""
    lines = max(head.count(b"\n\x00"), head.count(b"\x00\n"))
    ends = head.count(b"\n")
    is_one_line = ends == 0 and 3 * head.count(b"\x00") > len(head)
    return is_one_line or (lines == ends > 0)


def refuse_absent(path: Path) -> None:
    """Refuse a path where nothing is."""
    if not path.exists():
        raise InputFileError(
            "There is no file {path!r}; check the path and its spelling.",
            path=str(path),
        )


def _unreadable(path: Path, error: OSError) -> InputFileError:
    """Return the error for a file that the system does not hand out."""
    return InputFileError(
        "File {path!r} cannot be opened ({strerror}); check its permissions.",
        path=str(path),
        strerror=os_reason(error),
    )
