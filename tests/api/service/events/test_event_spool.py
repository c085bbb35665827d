"""Checked events on disk: all of them come back in order, and a full disk is named."""

import tempfile
from typing import NoReturn

import pyarrow as pa
import pytest

from api.service.events.event_rows import SCHEMA
from api.service.events.event_spool import EventSpool, event_spool
from gis.errors import SettingError


def rows(start: int, count: int) -> pa.Table:
    """Rows that differ by their ids."""
    names = [str(number) for number in range(start, start + count)]
    empty = pa.nulls(count)
    columns = {name: empty.cast(SCHEMA.field(name).type) for name in SCHEMA.names}
    return pa.table(columns | {"source_id": names}, SCHEMA)


@pytest.mark.parametrize("sizes", [(), (0,), (3,), (4, 1), (1, 9, 2), (8,)])
def test_rows_come_back_in_batches_whatever_the_parts(sizes: tuple[int, ...]) -> None:
    with event_spool() as spool:
        for size in sizes:
            spool.write(rows(spool.rows, size))
        for _ in range(2):  # what is written is read as often as needed
            batches = list(spool.batches(4))
            assert pa.concat_tables([rows(0, 0), *batches]) == rows(0, sum(sizes))
            assert all(batch.num_rows == 4 for batch in batches[:-1])


def test_folder_that_takes_no_file_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> NoReturn:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    with (
        pytest.raises(SettingError, match=r"No space left.*TMPDIR"),
        event_spool(),
    ):
        pass


def test_rows_that_find_no_room_are_refused() -> None:
    with open("/dev/full", "wb", buffering=0) as full:
        spool = EventSpool(full)
        many = pa.concat_tables([rows(0, 10_000)] * 20)
        with pytest.raises(SettingError, match="cannot take the checked events"):
            spool.write(many)
