"""An Arrow stream comes back with columns added; what would fill the memory, not."""

import io
import struct
from contextlib import suppress
from pathlib import Path

import pyarrow as pa
import pytest

from gis.errors import InputFileError
from layers.files.arrow_stream import MOST_MESSAGE_BYTES, PART_ROWS, ArrowStream

NAME = Path("body")


def stream_bytes(*tables: pa.Table, **options: object) -> bytes:
    """Tables of one schema as one stream, a record batch each."""
    sink = io.BytesIO()
    write_options = pa.ipc.IpcWriteOptions(**options)
    with pa.ipc.new_stream(sink, tables[0].schema, options=write_options) as writer:
        for table in tables:
            writer.write_table(table)
    return sink.getvalue()


def echo(data: bytes) -> pa.Table:
    """What is written of a stream with the number of each part added."""
    target = io.BytesIO()
    stream = ArrowStream(NAME, io.BytesIO(data), target)
    for number, part in enumerate(stream.parts()):
        numbers = pa.array([number] * part.columns.num_rows, pa.int64())
        stream.write(part, pa.table({"part": numbers}))
    stream.finish()
    return pa.ipc.open_stream(target.getvalue()).read_all()


def refusal_of(data: bytes) -> str:
    """The sentence that refuses a stream."""
    with pytest.raises(InputFileError) as error:
        echo(data)
    return str(error.value)


ROWS = pa.table(
    {
        "id": pa.array(["a", None, "三"]).dictionary_encode(),
        "n": pa.array([2**63, 0, None], pa.uint64()),
        "nested": pa.array([[1], None, []], pa.list_(pa.int8())),
        "at": pa.array([1, 2, None], pa.timestamp("ns", "Asia/Shanghai")),
    }
).replace_schema_metadata({"who": "sensor"})


def test_rows_types_and_metadata_come_back_unchanged() -> None:
    answer = echo(stream_bytes(ROWS, ROWS.slice(1)))
    assert answer.schema.metadata == ROWS.schema.metadata
    own = answer.select(ROWS.column_names)
    assert own.equals(pa.concat_tables([ROWS, ROWS.slice(1)]).unify_dictionaries())
    assert answer["part"].to_pylist() == [1, 1, 1, 2, 2]


def test_stream_without_rows_comes_back_with_the_added_columns() -> None:
    answer = echo(stream_bytes(ROWS.slice(0, 0)))
    assert (answer.num_rows, answer.column_names[-1]) == (0, "part")


def test_long_batch_is_answered_in_parts() -> None:
    rows = pa.table({"n": range(PART_ROWS + 1)})
    assert set(echo(stream_bytes(rows))["part"].to_pylist()) == {1, 2}


def test_name_that_is_there_already_stays() -> None:
    rows = pa.table({"part": ["mine"]})
    assert echo(stream_bytes(rows)).to_pydict() == {
        "part": ["mine"],
        "pagoda_part": [1],
    }


WHOLE = stream_bytes(ROWS)


@pytest.mark.parametrize("length", [0, 5, 100, len(WHOLE) // 2, len(WHOLE) - 8])
def test_cut_stream_is_refused_wherever_it_is_cut(length: int) -> None:
    assert "it is cut or was not closed" in refusal_of(WHOLE[:length])


def test_second_stream_behind_the_first_is_not_lost_silently() -> None:
    assert "Something stands behind" in refusal_of(WHOLE + WHOLE)


def test_arrow_file_is_told_from_a_stream() -> None:
    sink = io.BytesIO()
    with pa.ipc.new_file(sink, ROWS.schema) as writer:
        writer.write_table(ROWS)
    assert "holds a file where a message is expected" in refusal_of(sink.getvalue())


@pytest.mark.parametrize("codec", ["zstd", "lz4"])
def test_compressed_batch_is_refused_before_it_is_unpacked(codec: str) -> None:
    rows = pa.table({"n": pa.array([0] * 100_000)})
    assert "is compressed" in refusal_of(stream_bytes(rows, compression=codec))


def test_compressed_dictionary_is_refused_before_it_is_unpacked() -> None:
    words = pa.array(["word" * 1000] * 5).dictionary_encode()
    assert "is compressed" in refusal_of(
        stream_bytes(pa.table({"w": words}), compression="zstd")
    )


def test_batch_that_says_it_is_huge_is_refused_unread() -> None:
    # the length of the body stands in the metadata as eight bytes
    rows = pa.table({"n": pa.array(range(1000), pa.int64())})
    data = stream_bytes(rows)
    place = data.index(struct.pack("<q", 8000))
    broken = data[:place] + struct.pack("<q", MOST_MESSAGE_BYTES + 8)
    text = refusal_of(broken + data[place + 8 :])
    assert "send record batches of fewer rows" in text


def test_metadata_that_say_they_are_huge_are_refused_unread() -> None:
    text = refusal_of(b"\xff\xff\xff\xff" + struct.pack("<i", 2**31 - 1))
    assert "says that its metadata have 2147483647 bytes" in text


def test_damaged_bytes_are_read_or_refused_in_one_sentence() -> None:
    texts = []
    for place in range(8, len(WHOLE) - 8, 7):
        data = bytearray(WHOLE)
        data[place] ^= 0xFF
        with suppress(InputFileError):
            echo(bytes(data))
            continue
        texts.append(refusal_of(bytes(data)))
    assert len(texts) > 20
    assert all(text.endswith(".") for text in texts)


def test_text_that_is_no_utf8_is_refused() -> None:
    data = stream_bytes(pa.table({"id": ["abcd"]})).replace(b"abcd", b"ab\xff\xfe")
    assert "cannot be read behind record batch 0" in refusal_of(data)
