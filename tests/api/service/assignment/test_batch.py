"""A stream of events answered from one snapshot, whole or not at all."""

import datetime as dt
import errno
import io
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.csv
import pytest

from api.service.assignment.answer import AnswerDesk, Question
from api.service.assignment.batch import (
    ARROW,
    CSV,
    GEOJSON,
    NDJSON,
    Batch,
    BatchQuestion,
    UnwantedError,
    answer_batch,
)
from api.service.stores.sample import sample_store
from gis.errors import (
    InputFileError,
    NoVersionError,
    SettingError,
    StoreUnavailableError,
)
from gis.models import Position
from gis.synthetic import Town
from layers.snapshots import Snapshots

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
    desk: AnswerDesk, kind: str, data: bytes, question: BatchQuestion = PLAIN
) -> bytes:
    """What is written for a batch."""
    target = io.BytesIO()
    answer_batch(
        desk, question, Batch(kind, io.BytesIO(data), target, ROOM), has_persons=True
    )
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
