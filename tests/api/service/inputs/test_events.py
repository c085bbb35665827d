"""A file of events: which columns and which datum its positions are in."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.ipc
import pytest

from api.service.inputs.events import EventFile
from gis.assignment import REASONS
from gis.errors import SettingError
from layers.files import parts
from layers.files.table import joined_parts
from support.makers import broken_files as broken

EVENTS = "id,lon,lat,x2,y2\ne1,120.05,30.05,1,2\ne2,,,3,4\ne3,abc,30.05,5,6\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Three events, one of them with a place."""
    return broken.csv_file(tmp_path / "events.csv", EVENTS)


def test_usual_columns_are_read_and_named(path: Path) -> None:
    source = EventFile(path)
    events = source.read()
    assert events.coordinates.columns == ("lon", "lat")
    [sentence] = source.about_columns(events.coordinates)
    assert "'lon' and 'lat'" in sentence
    reasons = [REASONS[code] for code in events.positions.reasons]
    assert reasons == ["", "missing", "not_a_number"]
    assert (events.datum.name, events.is_assumed) == ("wgs84", True)


def test_named_columns_are_read_without_a_word(path: Path) -> None:
    source = EventFile(path, "x2", "y2", "gcj02")
    events = source.read()
    assert events.positions.x.tolist() == [1, 3, 5]
    assert source.about_columns(events.coordinates) == []
    assert (events.datum.name, events.is_assumed) == ("gcj02", False)
    assert "--datum" in events.notice


def test_one_column_alone_is_refused(path: Path) -> None:
    with pytest.raises(SettingError, match="name both"):
        EventFile(path, "x2").read()


def test_crs_of_a_file_is_not_that_of_its_columns(tmp_path: Path) -> None:
    point = broken.feature({"lon": 120.0, "lat": 30.0}, [120.05, 30.05], kind="Point")
    path = broken.geojson(tmp_path / "events.geojson", [point])
    assert "declare wgs84" in EventFile(path).read().notice
    assert "declare no CRS" in EventFile(path, "lon", "lat").read().notice


TEMPLATE = pd.DataFrame(
    {
        "来源事件编号 source_id": ["EXAMPLE", "X1", "X2"],
        "发生时间 occurred_at": "2026-09-03 09:30",
        "经度 lon": [120.05, 120.06, 120.07],
        "纬度　ｌａｔ": 30.05,
        "备注": ["", "0050", " a "],
    }
)


def _write_arrows(path: Path) -> None:
    table = pa.Table.from_pandas(TEMPLATE, preserve_index=False)
    with pyarrow.ipc.new_stream(path, table.schema) as stream:
        stream.write_table(table)


WRITERS: dict[str, Callable[[Path], object]] = {
    "csv": lambda path: TEMPLATE.to_csv(path, index=False),
    "csv.gz": lambda path: TEMPLATE.to_csv(path, index=False),
    "xlsx": lambda path: TEMPLATE.to_excel(path, index=False),
    "parquet": TEMPLATE.to_parquet,
    "arrows": _write_arrows,
}


@pytest.mark.parametrize("suffix", WRITERS)
def test_heads_of_a_template_are_read_and_its_example_is_left_out(
    tmp_path: Path, suffix: str
) -> None:
    path = tmp_path / f"events.{suffix}"
    WRITERS[suffix](path)
    source = EventFile(path)
    named = EventFile(path, "lon", "lat")
    for events in ([source.read()], [*source.parts()], [named.read()]):
        assert events[0].coordinates.columns == ("经度 lon", "纬度　ｌａｔ")
        assert [x for part in events for x in part.positions.x] == [120.06, 120.07]
        table = joined_parts(part.table for part in events).columns
        assert table["来源事件编号 source_id"].to_pylist() == ["X1", "X2"]
        assert table["备注"].to_pylist() == ["0050", " a "]
        assert table.column_names == list(TEMPLATE)
        [notice] = {n for e in events for n in e.table.notices if "example" in n}
        assert notice.startswith("Row 1 is the example")


def test_example_of_a_later_part_is_named_by_its_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "CSV_BLOCK_BYTES", 512)
    rows = "".join(f"E{n},120.05,30.05\n" for n in range(100))
    text = f"source_id,lon,lat\n{rows}EXAMPLE,120.05,30.05\n"
    path = broken.csv_file(tmp_path / "events.csv", text)
    tables = [events.table for events in EventFile(path).parts()]
    assert sum(table.columns.num_rows for table in tables) == 100
    [notice] = {text for table in tables for text in table.notices}
    assert notice.startswith("Row 101 is the example")
