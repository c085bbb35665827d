"""Read and write Arrow IPC files and streams, record batch by record batch."""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

import pyarrow as pa
import pyarrow.ipc

from gis.errors import GovernanceError
from gis.os_reasons import quoted
from gis.sentences import sentence
from layers.files import guards
from layers.files.parquet import event_table
from layers.files.parquet_groups import with_wkb
from layers.files.table import EventTable, joined_parts

FILE_MAGIC: Final = b"ARROW1"
END_OF_STREAM: Final = b"\xff\xff\xff\xff\0\0\0\0"
PART_ROWS: Final = 131_072


def read_arrow(path: Path) -> EventTable:
    """Return an Arrow file; the primary geometry of its metadata is decoded.

    Raises
    ------
    InputFileError
        For a cut or damaged file, and geometry that is not WKB.
    """
    return joined_parts(arrow_parts(path))


def arrow_parts(path: Path) -> Iterator[EventTable]:
    """Yield what `read_arrow` returns in parts, in order, one at least.

    Files and streams are told apart by their first bytes.

    Parameters
    ----------
    path
        The file.

    Raises
    ------
    InputFileError
        As `read_arrow` raises it.
    """
    try:
        with pa.OSFile(str(path)) as source:
            is_stream = _is_stream(path)
            if is_stream:
                _refuse_open_end(path, source)
            batches = _batches(source, is_stream=is_stream)
            yield event_table(path, next(batches))
            for table in batches:
                table.validate(full=True)
                for start in range(0, table.num_rows, PART_ROWS):
                    yield event_table(path, table.slice(start, PART_ROWS))
    except GovernanceError:  # some of them are errors of files too
        raise
    except (pa.ArrowException, OSError, ValueError) as error:
        first = str(error).partition("\n")[0].rstrip(".")[:120]
        raise guards.cut(path, quoted(first)) from error


class ArrowBatches:
    """An Arrow IPC stream of rows, each part a record batch or several.

    A geometry is well-known binary, with the metadata of GeoParquet. Added columns that
    are codes of texts are dictionaries, which readers take for the texts.

    Parameters
    ----------
    target
        To write to.
    """

    def __init__(self, target: BinaryIO) -> None:
        self._target = target
        self._writer: pa.RecordBatchStreamWriter | None = None

    def write(self, rows: pa.Table, table: EventTable, _: object = None, /) -> None:
        """Write rows.

        Parameters
        ----------
        rows
            Columns of the table and those added.
        table
            What was read.
        """
        rows = with_wkb(rows, table)
        if self._writer is None:
            self._writer = pa.ipc.new_stream(self._target, rows.schema)
        self._writer.write_table(rows)

    def finish(self) -> None:
        """Write the end-of-stream marker."""
        if self._writer is not None:
            self._writer.close()

    def drop(self) -> None:
        """Nothing waits to be written."""


def _is_stream(path: Path) -> bool:
    """Say whether a file is a stream of messages, not a file with a footer."""
    return not guards.head_of(path).startswith(FILE_MAGIC)


def _refuse_open_end(path: Path, source: pa.NativeFile) -> None:
    """Refuse a stream without its end, which may be cut between two messages."""
    source.seek(max(0, source.size() - len(END_OF_STREAM)))
    if source.read() != END_OF_STREAM:
        raise guards.cut(path, sentence("it has no end-of-stream marker"))
    source.seek(0)


def _batches(source: pa.NativeFile, *, is_stream: bool) -> Iterator[pa.Table]:
    """Yield an empty table of the schema, then the record batches."""
    if is_stream:
        stream = pa.ipc.open_stream(source)
        yield stream.schema.empty_table()
        for batch in stream:
            yield pa.Table.from_batches([batch])
        return
    file = pa.ipc.open_file(source)
    yield file.schema.empty_table()
    for place in range(file.num_record_batches):
        yield pa.Table.from_batches([file.get_batch(place)])
