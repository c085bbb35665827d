"""Row groups of a file are answered into a file that keeps its types."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from gis.assignment import AnswerBasis
from gis.crs import parse_datum
from gis.errors import InputFileError
from gis.synthetic import Town
from layers.assignment import (
    BatchQuestion,
    FrameQuestion,
    PartCounts,
    answer_batch,
    answer_part,
    sum_counts,
)
from layers.files.part_files import RowGroups, read_part_files
from layers.territory import town_territory

ASKED = BatchQuestion(FrameQuestion(), parse_datum("wgs84"), version=2)


@pytest.fixture(scope="module")
def basis(s_town: Town) -> AnswerBasis:
    return town_territory(s_town).basis()


@pytest.fixture
def events(tmp_path: Path) -> Path:
    """Seven events in row groups of two."""
    lon = [120.08, None, 120.0, 500.0, 120.09, 30.33, 120.081]
    table = pa.table(
        {
            "lon": lon,
            "lat": [30.33, 30.33, 30.0, 30.33, 30.33, 120.08, 30.33],
            "n": pa.array(range(7), pa.uint16()),
            "at": pa.array([*range(7)], pa.timestamp("ns", "UTC")),
        }
    ).replace_schema_metadata({"mine": "kept"})
    pq.write_table(table, tmp_path / "events.parquet", row_group_size=2)
    return tmp_path / "events.parquet"


def test_pieces_give_the_rows_of_the_whole(
    basis: AnswerBasis, events: Path, tmp_path: Path
) -> None:
    pieces = read_part_files(events).cut(3)
    assert [piece.numbers for piece in pieces] == [range(2), range(2, 4)]
    outs = [tmp_path / f"{number}.out" for number in range(2)]
    counts = [
        answer_part(basis, piece, ASKED, out)
        for piece, out in zip(pieces, outs, strict=True)
    ]
    whole = pq.read_table(events)
    answers = answer_batch(basis, whole, ASKED)
    rows = pa.concat_tables(map(pq.read_table, outs))
    assert rows.select(whole.column_names).equals(whole)
    assert rows.select(answers.column_names).equals(answers)
    assert rows.schema.metadata[b"mine"] == b"kept"
    statuses = answers["status"].to_pylist()
    assert sum_counts(counts) == PartCounts(
        {name: statuses.count(name) for name in ("outside", "inside", "unlocated")},
        {"missing": 1, "out_of_range": 1, "swapped_axes": 1, "whole_degrees": 1},
    )


def test_a_damaged_group_is_refused(
    basis: AnswerBasis, events: Path, tmp_path: Path
) -> None:
    data = bytearray(events.read_bytes())
    data[4:60] = bytes(56)
    events.write_bytes(data)
    with pytest.raises(InputFileError, match=r"events\.parquet' is cut or damaged"):
        answer_part(basis, RowGroups(events, range(4)), ASKED, tmp_path / "out")


def test_a_disk_that_refuses_is_no_damage_of_the_input(
    basis: AnswerBasis, events: Path, tmp_path: Path
) -> None:
    with pytest.raises(OSError, match="no folder") as refusal:
        answer_part(
            basis, RowGroups(events, range(4)), ASKED, tmp_path / "no folder" / "out"
        )
    assert not isinstance(refusal.value, InputFileError)
