"""Arrow files and streams come back as what they are, or are refused."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.ipc
import pytest
import shapely
from pyproj import CRS

from gis.errors import InputFileError
from layers.files import read_events
from layers.files.arrow_files import ArrowBatches, read_arrow
from layers.files.table import EventTable

POINTS = np.array([shapely.Point(120, 30), None])
OWN = pa.table({"id": ["a", None], "at": pa.array([1, 2], pa.timestamp("ms", "UTC"))})


def stream(path: Path, *, codes: list[list[str]]) -> EventTable:
    """Write parts with codes of different texts, and return what was read."""
    table = EventTable(OWN, POINTS, CRS.from_epsg(4490))
    with path.open("wb") as target:
        batches = ArrowBatches(target)
        for texts in codes:
            column = pa.array(texts).dictionary_encode()
            batches.write(OWN.append_column("grid_id", column), table)
        batches.finish()
    return table


def test_parts_come_back_with_their_types_and_texts(tmp_path: Path) -> None:
    path = tmp_path / "out.arrows"
    table = stream(path, codes=[["G1", "G2"], ["G3", "G1"]])
    again = read_events(path)
    assert again.crs == table.crs
    assert again.geometry is not None
    assert again.geometry.tolist() == [*POINTS, *POINTS]
    own = again.columns.select(["id", "at"])
    assert own.equals(pa.concat_tables([OWN, OWN]))
    assert again.columns["grid_id"].to_pylist() == ["G1", "G2", "G3", "G1"]
    rows = pa.ipc.open_stream(path).read_all()
    assert rows.column_names == ["id", "at", "grid_id", "geometry"]


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_stream_that_is_cut_is_refused(tmp_path: Path, share: float) -> None:
    path = tmp_path / "out.arrows"
    stream(path, codes=[["G1", "G2"]] * 20)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share) | 1])
    with pytest.raises(InputFileError, match="is cut or damaged"):
        read_arrow(path)


def test_stream_that_is_cut_between_two_messages_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "out.arrows"
    stream(path, codes=[["G1", "G2"]] * 3)
    path.write_bytes(path.read_bytes()[:-8])
    assert pa.ipc.open_stream(path).read_all().num_rows == 6
    with pytest.raises(InputFileError, match="no end-of-stream marker"):
        read_arrow(path)


@pytest.mark.parametrize("share", [0.5, 0.9])
def test_file_that_is_cut_is_refused(tmp_path: Path, share: float) -> None:
    path = tmp_path / "events.arrow"
    with pa.ipc.new_file(path, OWN.schema) as writer:
        writer.write_table(OWN)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(InputFileError, match="is cut or damaged"):
        read_events(path)


def test_text_that_is_no_utf8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "events.arrow"
    offsets = pa.array([0, 2], pa.int32()).buffers()[1]
    broken = pa.Array.from_buffers(
        pa.string(), 1, [None, offsets, pa.py_buffer(b"\xff\xfe")]
    )
    with pa.ipc.new_file(path, pa.schema({"id": pa.string()})) as writer:
        writer.write_table(pa.table({"id": broken}))
    with pytest.raises(InputFileError, match="is cut or damaged"):
        read_events(path)
