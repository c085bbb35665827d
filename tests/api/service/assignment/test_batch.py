"""A stream of events answered from one snapshot, whole or not at all."""

import datetime as dt
import errno
import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.csv
import pytest

from api.service.assignment import batch as batches
from api.service.assignment.answer import AnswerDesk, Question
from api.service.assignment.batch import (
    ARROW,
    CSV,
    EXCEL,
    GEOJSON,
    NDJSON,
    Batch,
    BatchQuestion,
    UnwantedError,
    answer_batch,
)
from api.service.stores.sample import sample_store
from gis.errors import (
    GovernanceError,
    InputFileError,
    NoVersionError,
    SettingError,
    StoreUnavailableError,
)
from gis.models import Position
from gis.synthetic import Town
from layers.files.workbook import SheetChoice, parse_workbook
from layers.snapshots import Snapshots
from support.makers.workbooks import with_part, workbook

ROOM = 1 << 30
PLAIN = BatchQuestion()


@pytest.fixture(scope="module")
def desk(s_town: Town) -> Iterator[AnswerDesk]:
    """Answers about S town."""
    store = sample_store(s_town, "Asia/Shanghai")
    yield AnswerDesk(Snapshots(store, now=store.now), 1.0, "Asia/Shanghai", store.now)
    store.close()


@pytest.fixture(scope="module")
def rows() -> pa.Table:
    """Positions in, around and far from the town, and some that are none."""
    rng = np.random.default_rng(5)
    lon, lat = rng.uniform(120.04, 120.12, 400), rng.uniform(30.29, 30.37, 400)
    lon[:3], lat[:3] = (np.nan, 30.33, 0.5), (30.3, 120.08, 0.25)
    texts = [
        (f"e{n}", "" if np.isnan(x) else repr(float(x)), repr(float(y)))
        for n, (x, y) in enumerate(zip(lon, lat, strict=True))
    ]
    ids, x, y = zip(*texts, strict=True)
    return pa.table({"id": ids, "lon": x, "lat": y})


def answered(
    desk: AnswerDesk,
    kind: str,
    data: bytes,
    question: BatchQuestion = PLAIN,
    *,
    is_other: bool = False,
) -> bytes:
    """What is written for a batch."""
    target = io.BytesIO()
    batch = Batch(kind, io.BytesIO(data), target, ROOM, is_other=is_other)
    answer_batch(desk, question, batch, has_persons=True)
    return target.getvalue()


def csv_of(rows: pa.Table) -> bytes:
    """Rows as CSV."""
    sink = io.BytesIO()
    pyarrow.csv.write_csv(rows, sink)
    return sink.getvalue()


def arrow_of(rows: pa.Table) -> bytes:
    """Rows as an Arrow stream of several batches."""
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, rows.schema) as writer:
        writer.write_table(rows, max_chunksize=150)
    return sink.getvalue()


def geojson_of(rows: pa.Table) -> bytes:
    """Rows as a FeatureCollection; no point where a coordinate is empty."""
    features = [
        {
            "type": "Feature",
            "properties": row,
            "geometry": {
                "type": "Point",
                "coordinates": [float(row["lon"]), float(row["lat"])],
            }
            if row["lon"]
            else None,
        }
        for row in rows.to_pylist()
    ]
    return orjson.dumps({"type": "FeatureCollection", "features": features})


def test_all_formats_give_the_same_answers_and_keep_every_field(
    desk: AnswerDesk, rows: pa.Table
) -> None:
    arrow = pa.ipc.open_stream(answered(desk, ARROW, arrow_of(rows))).read_all()
    assert arrow.select(rows.column_names).equals(rows)
    assert {"inside", "outside", "unlocated"} <= set(arrow["status"].to_pylist())
    lines = b"\n".join(orjson.dumps(row) for row in rows.to_pylist())
    ndjson = [*map(orjson.loads, answered(desk, NDJSON, lines).splitlines())]
    collection = orjson.loads(answered(desk, GEOJSON, geojson_of(rows)))
    geojson = [feature["properties"] for feature in collection["features"]]
    # a collection has the reported coordinates besides: some are no points
    names = arrow.column_names
    same = [{name: row[name] for name in names} for row in geojson]
    assert arrow.to_pylist() == ndjson == same
    csv = answered(desk, CSV, csv_of(rows)).decode().splitlines()
    assert csv[0].split(",") == [f"{name}" for name in arrow.column_names]
    assert len(csv) == rows.num_rows + 1


def sheet_of(content: bytes) -> dict[str, list[str]]:
    """The columns of the sheet of a workbook."""
    columns: dict[str, list[str]] = parse_workbook(
        Path("answer"), content, SheetChoice()
    ).columns.to_pydict()
    return columns


def numbers_of(columns: dict[str, list[str]]) -> dict[str, list[object]]:
    """The same columns with metres as numbers: CSV writes all decimals."""
    metres = [float(text) if text else None for text in columns["distance_m"]]
    return {**columns, "distance_m": metres}


def test_workbook_is_the_table_that_csv_is_in_and_out(
    desk: AnswerDesk, rows: pa.Table, tmp_path: Path
) -> None:
    rows = rows.slice(0, 40)
    table = [rows.column_names, *zip(*rows.to_pydict().values(), strict=True)]
    book = workbook(tmp_path / "a.xlsx", table).read_bytes()
    csv = csv_of(rows)
    from_book, from_csv = answered(desk, EXCEL, book), answered(desk, CSV, csv)
    assert answered(desk, CSV, csv, is_other=True) == from_book
    text = answered(desk, EXCEL, book, is_other=True)
    parsed = pyarrow.csv.read_csv(io.BytesIO(text))
    assert parsed.equals(pyarrow.csv.read_csv(io.BytesIO(from_csv)))
    names = parsed.column_names
    options = pyarrow.csv.ConvertOptions(
        column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
    )
    texts = pyarrow.csv.read_csv(io.BytesIO(text), convert_options=options)
    assert numbers_of(sheet_of(from_book)) == numbers_of(texts.to_pydict())


def _two_sheets(book: object, _: object) -> None:
    book.add_worksheet("second").write_row(0, 0, ["id", "lon"])  # type: ignore[attr-defined]


def test_sheet_of_several_is_asked_for_by_its_parameter(
    desk: AnswerDesk, tmp_path: Path
) -> None:
    rows = [("lon", "lat"), (120.08, 30.33)]
    data = workbook(tmp_path / "a.xlsx", rows, _two_sheets).read_bytes()
    with pytest.raises(InputFileError, match=r"\['Sheet1', 'second'\].* with sheet\."):
        answered(desk, EXCEL, data)
    question = replace(PLAIN, sheet="Sheet1")
    assert sheet_of(answered(desk, EXCEL, data, question))["status"] == ["inside"]
    with pytest.raises(SettingError, match=r"sheet names .Sheet1.*leave it out"):
        answered(desk, CSV, b"lon,lat\n1,2\n", question)


def _bomb(path: Path) -> bytes:
    """A part that unpacks to far more than a workbook of one request may."""
    path = with_part(
        workbook(path, [("lon", "lat")]), "xl/media/a.bin", lambda _: bytes(65 << 20)
    )
    return path.read_bytes()


def _long_texts(path: Path) -> bytes:
    """A text of many megabytes that stands in every cell."""
    rows = [("lon", "lat"), *((f"t{n}", "LONG") for n in range(300))]
    path = with_part(
        workbook(path, rows),
        "xl/sharedStrings.xml",
        lambda part: part.replace(b"LONG", b"x" * (4 << 20)),
    )
    return path.read_bytes()


TRAPS = {
    "unpacks to too much": _bomb,
    "Reading the workbook takes more than 256 MiB": _long_texts,
    "protected by a password": lambda path: b"\xd0\xcf\x11\xe0" + bytes(600),
    "holds b'lon,lat": lambda path: b"lon,lat\n1,2\n",
    "are merged": lambda path: workbook(
        path,
        [("lon", "lat"), (1, 2)],
        lambda book, page: page.merge_range(3, 0, 3, 1, "x"),
    ).read_bytes(),
}


@pytest.mark.parametrize("words", TRAPS)
def test_workbook_that_is_a_trap_is_one_sentence(
    desk: AnswerDesk, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bounds = replace(batches.WORKBOOK_BOUNDS, memory_bytes=256 << 20)
    monkeypatch.setattr(batches, "WORKBOOK_BOUNDS", bounds)
    with pytest.raises(GovernanceError, match=words) as error:
        answered(desk, EXCEL, TRAPS[words](tmp_path / "a.xlsx"))
    assert str(error.value).count("\n") == 0
    assert str(error.value).endswith(".")


def test_answer_of_too_many_cells_is_no_workbook(
    desk: AnswerDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "MOST_CELLS", 40)
    with pytest.raises(InputFileError, match="more than 40 cells"):
        answered(desk, CSV, b"lon,lat\n" + b"1,2\n" * 9, is_other=True)


def test_batch_and_single_question_say_the_same(
    desk: AnswerDesk, rows: pa.Table
) -> None:
    table = pa.ipc.open_stream(answered(desk, ARROW, arrow_of(rows))).read_all()
    for row in table.slice(1, 40).to_pylist():
        position = Position(float(row["lon"]), float(row["lat"]), "wgs84")
        single = desk.reply(Question(position)).assignment
        assert (row["grid_id"], row["status"]) == (single.grid_id, single.status)
        post = single.accountable
        assert row["accountable_post"] == (post and post.post_id)
        assert row["accountable_holder"] == (post and post.holder_id)


def test_time_decides_who_is_on_duty(desk: AnswerDesk) -> None:
    data = b"lon,lat\n120.08,30.33\n"
    answers = {
        answered(desk, CSV, data, replace(PLAIN, at=dt.datetime(2026, 9, day, 9)))
        for day in range(1, 15)
    }
    assert len(answers) > 1


def test_columns_datum_accuracy_and_candidates_are_those_asked_for(
    desk: AnswerDesk,
) -> None:
    question = BatchQuestion("gcj02", None, "x1", "y1", "r", 0.95, 200.0)
    data = b'{"x1":120.084,"y1":30.3275,"r":"30 m","lon":0,"lat":0}\n'
    [line] = answered(desk, NDJSON, data, question).splitlines()
    answer = orjson.loads(line)
    assert answer["status"] == "inside"
    assert answer["candidates"].startswith(answer["grid_id"])
    assert answer["decided_at"]


def test_fault_in_a_late_row_is_refused_by_its_line(desk: AnswerDesk) -> None:
    data = b"lon,lat\n" + b"120.08,30.33\n" * 200_000
    with pytest.raises(InputFileError, match="Line 200002 of 'request body' has 3"):
        answered(desk, CSV, data + b"1,2,3\n")


def test_one_named_column_is_refused_in_every_format(desk: AnswerDesk) -> None:
    question = replace(PLAIN, lon_column="lon")
    for kind, data in ((CSV, b"lon,lat\n1,2\n"), (NDJSON, b'{"lon":1,"lat":2}')):
        with pytest.raises(SettingError, match="Only one coordinate column"):
            answered(desk, kind, data, question)


@pytest.mark.parametrize(
    "data",
    [b"[1]", b'{"a":' * 10_000, b'{"a":NaN}', b"", b'{"a":1,"a":1}', b"\xff"],
    ids=repr,
)
def test_what_is_no_collection_is_refused(desk: AnswerDesk, data: bytes) -> None:
    with pytest.raises(InputFileError) as error:
        answered(desk, GEOJSON, data)
    assert str(error.value).endswith(".")


def test_time_before_any_version_is_refused(desk: AnswerDesk) -> None:
    with pytest.raises(NoVersionError):
        answered(desk, CSV, b"lon,lat\n", replace(PLAIN, at=dt.datetime(1990, 1, 1)))


def test_answer_longer_than_its_room_is_refused(desk: AnswerDesk) -> None:
    batch = Batch(CSV, io.BytesIO(b"lon,lat\n" + b"1,2\n" * 50), io.BytesIO(), 1000)
    with pytest.raises(InputFileError, match="longer than 1,000 bytes"):
        answer_batch(desk, PLAIN, batch, has_persons=True)


def test_work_that_nobody_waits_for_ends(desk: AnswerDesk) -> None:
    source = io.BytesIO(b"lon,lat\n1,2\n")
    with pytest.raises(UnwantedError):
        answer_batch(
            desk,
            PLAIN,
            Batch(CSV, source, io.BytesIO(), ROOM, lambda: True),
            has_persons=True,
        )


class FullDisk(io.BytesIO):
    """A file on a disk without room."""

    def write(self, _: object) -> int:
        """Refuse."""
        raise OSError(errno.ENOSPC, "No space left on device")


def test_full_disk_is_no_fault_of_the_client(desk: AnswerDesk) -> None:
    source = io.BytesIO(b"lon,lat\n1,2\n")
    with pytest.raises(StoreUnavailableError, match="No space left"):
        answer_batch(
            desk, PLAIN, Batch(CSV, source, FullDisk(), ROOM), has_persons=True
        )
