"""Read and write an Arrow IPC stream part by part, each message looked at before.

Its format is that of https://arrow.apache.org/docs/format/Columnar.html; what is looked
at (length, compression, dictionaries) decides how much memory a reader would take.
"""

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

import pyarrow as pa
import pyarrow.ipc

from gis.errors import InputFileError
from gis.os_reasons import quoted
from gis.sentences import sentence
from layers.files import guards
from layers.files.answers import with_added
from layers.files.table import EventTable

PART_ROWS: Final = 65_536
MOST_MESSAGE_BYTES: Final = 256 * 1024**2
"""So long may one record batch be, and all dictionaries together."""
MOST_METADATA_BYTES: Final = 16 * 1024**2
FULL_ROOM: Final = f"{MOST_MESSAGE_BYTES >> 20} MiB"

_CONTINUATION: Final = b"\xff\xff\xff\xff"
_FILE_MAGIC: Final = b"ARROW1"
_DICTIONARY: Final = 2
_RECORDS: Final = 3


class Message(NamedTuple):
    """What the metadata of a message say of its body.

    `dictionary` is the id of the dictionary that it holds, None for none.
    """

    body_bytes: int
    is_compressed: bool
    dictionary: int | None
    is_delta: bool


class ArrowStream:
    """Events of an Arrow IPC stream, and the same stream with columns added.

    Parameters
    ----------
    path
        Name of the stream, for sentences.
    source
        To read from.
    target
        To write to.
    """

    def __init__(self, path: Path, source: BinaryIO, target: BinaryIO) -> None:
        self._path = path
        self._messages = Messages(path, source)
        self._target = target
        self._writer: pa.RecordBatchStreamWriter | None = None

    def parts(self) -> Iterator[EventTable]:
        """Yield all rows in order, an empty part where there are none.

        Raises
        ------
        InputFileError
            If it is no whole Arrow stream, or a message is longer than is read here.
        """
        place = 0  # of the last batch that was read
        try:
            with pa.ipc.open_stream(self._messages) as reader:
                guards.refuse_width(self._path, len(reader.schema.names))
                yield EventTable(reader.schema.empty_table())
                for batch in reader:
                    batch.validate(full=True)
                    place += 1
                    rows = pa.Table.from_batches([batch])
                    for start in range(0, batch.num_rows, PART_ROWS):
                        yield EventTable(rows.slice(start, PART_ROWS))
        except InputFileError:
            raise
        # Arrow says of damage that it is one of these
        except (pa.ArrowException, OSError, ValueError) as error:
            raise InputFileError(
                "The Arrow stream cannot be read behind record batch {spot} "
                "({first_line}), expected record batches of one schema; write it "
                "again.",
                spot=place,
                first_line=quoted(_first_line(error)),
            ) from error
        self._messages.refuse_rest()

    def write(self, table: EventTable, added: pa.Table) -> None:
        """Write rows with columns behind their own."""
        rows, _ = with_added(table.columns, added)
        if self._writer is None:
            self._writer = pa.ipc.new_stream(self._target, rows.schema)
        self._writer.write_table(rows)

    def finish(self) -> None:
        """Write the end-of-stream marker."""
        if self._writer is not None:
            self._writer.close()


class Messages:
    """The bytes of an Arrow IPC stream, handed on where a reader has room for them.

    Parameters
    ----------
    path
        Name of the stream, for sentences.
    source
        To read from.
    """

    closed = False

    def __init__(self, path: Path, source: BinaryIO) -> None:
        self._path = path
        self._source = source
        self._head = b""
        self._body_bytes = 0
        self._is_over = False
        self._dictionaries: dict[int, int] = {}

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def read(self, size: int) -> bytes:
        """Return so many bytes, fewer at the end.

        Raises
        ------
        InputFileError
            If the stream is cut or of another kind, or a message too long.
        """
        pieces = []
        while size > 0 and (piece := self._piece(size)):
            pieces.append(piece)
            size -= len(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def close(self) -> None:
        """Leave the source open for who opened it."""

    def refuse_rest(self) -> None:
        """Refuse what stands behind the end-of-stream marker.

        Raises
        ------
        InputFileError
            If anything does: its rows would be lost.
        """
        if self._source.read(1):
            raise InputFileError(
                "Something stands behind the end-of-stream marker of the Arrow stream, "
                "expected one stream; send one at a time."
            )

    def _piece(self, size: int) -> bytes:
        """Return bytes of the message at hand, of the next one where it is read."""
        if not self._head and not self._body_bytes and not self._is_over:
            self._head = self._next_head()
        if self._head:
            piece, self._head = self._head[:size], self._head[size:]
            return piece
        if not self._body_bytes:
            return b""
        piece = self._exactly(min(size, self._body_bytes))
        self._body_bytes -= len(piece)
        return piece

    def _next_head(self) -> bytes:
        """Read the metadata of the next message, and refuse what it must not say."""
        prefix = self._exactly(8)
        if not prefix.startswith(_CONTINUATION):
            kind = (
                sentence("a file")
                if prefix.startswith(_FILE_MAGIC)
                else sentence("no message")
            )
            raise InputFileError(
                "The Arrow stream holds {kind} where a message is expected; write it "
                "with a stream writer of Arrow 0.15 or later.",
                kind=kind,
            )
        (length,) = struct.unpack_from("<i", prefix, 4)
        if length == 0:
            self._is_over = True
            return prefix
        if not 0 < length <= MOST_METADATA_BYTES:
            raise InputFileError(
                "A message of the Arrow stream says that its metadata have {length} "
                "bytes, expected at most {most_metadata_bytes}; write it again.",
                length=length,
                most_metadata_bytes=MOST_METADATA_BYTES,
            )
        metadata = self._exactly(length)
        self._admit(_message(metadata))
        return prefix + metadata

    def _admit(self, message: Message) -> None:
        """Refuse a message that would take more memory than there is for it."""
        room = message.body_bytes
        if message.dictionary is not None:
            before = self._dictionaries.get(message.dictionary, 0)
            whole = room + (before if message.is_delta else 0)
            self._dictionaries[message.dictionary] = whole
            room = sum(self._dictionaries.values())
        if not 0 <= room <= MOST_MESSAGE_BYTES:
            what = (
                sentence("A record batch")
                if message.dictionary is None
                else sentence("Dictionaries")
            )
            raise InputFileError(
                "{what} of the Arrow stream would take {room:,} bytes, expected at "
                "most {full_room}; send record batches of fewer rows.",
                what=what,
                room=room,
                full_room=FULL_ROOM,
            )
        if message.is_compressed:
            raise InputFileError(
                "A record batch of the Arrow stream is compressed, expected plain "
                "buffers; write it without compression."
            )
        self._body_bytes = message.body_bytes

    def _exactly(self, size: int) -> bytes:
        """Read so many bytes."""
        piece = self._source.read(size)
        if len(piece) < size:
            raise InputFileError(
                "The Arrow stream ends before its end-of-stream marker: it is cut or "
                "was not closed; send it whole."
            )
        return piece


def _message(metadata: bytes) -> Message:
    """Read what is needed of the metadata of a message (Message.fbs)."""
    try:
        (root,) = struct.unpack_from("<I", metadata)
        message = _Fields(metadata, root)
        kind = message.number(1, "<B")
        header = message.table(2)
        body_bytes = message.number(3, "<q")
        records, dictionary = header, None
        if kind == _DICTIONARY and header is not None:
            records, dictionary = header.table(1), header.number(0, "<q")
        has_records = kind in (_DICTIONARY, _RECORDS) and records is not None
        return Message(
            body_bytes,
            has_records and records is not None and records.table(3) is not None,
            dictionary,
            dictionary is not None
            and header is not None
            and bool(header.number(2, "<B")),
        )
    except struct.error as error:
        raise InputFileError(
            "The metadata of a message of the Arrow stream are damaged; write it again."
        ) from error


class _Fields(NamedTuple):
    """The fields of a table of a flatbuffer."""

    data: bytes
    place: int

    def number(self, field: int, form: str) -> int:
        """Return a number, 0 where it is left out."""
        at = self._place_of(field)
        return 0 if at is None else int(_unpack(form, self.data, at))

    def table(self, field: int) -> "_Fields | None":
        """Return a table, None where it is left out."""
        at = self._place_of(field)
        return (
            None
            if at is None
            else _Fields(self.data, at + _unpack("<I", self.data, at))
        )

    def _place_of(self, field: int) -> int | None:
        """Return where a field stands, None where it is left out."""
        table = self.place - _unpack("<i", self.data, self.place)
        slot = 4 + 2 * field
        if slot >= _unpack("<H", self.data, table):
            return None
        offset = _unpack("<H", self.data, table + slot)
        return self.place + offset if offset else None


def _unpack(form: str, data: bytes, place: int) -> int:
    """Return a number of bytes; a place before them is none."""
    if place < 0:
        raise struct.error(f"place {place} lies before the data")
    (number,) = struct.unpack_from(form, data, place)
    return int(number)


def _first_line(error: Exception) -> str:
    """Return the first line of what Arrow says."""
    return str(error).partition("\n")[0].rstrip(".")
