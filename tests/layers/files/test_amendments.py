"""What a user says of values is done as it is said, counted, and guessed never."""

import datetime as dt

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.errors import SettingError
from layers.files.amendments import (
    fill_cells,
    iso_of,
    ordered_days,
    without_repeats,
)
from layers.files.layer_columns import FILE_LAYERS
from layers.files.table import EventTable

STATIONS = FILE_LAYERS["stations"]
IDS = st.lists(st.sampled_from(["a", "b", "c", " a ", "", None]), max_size=8)


@given(st.lists(st.sampled_from(["x", "", "  ", None]), max_size=8))
def test_empty_cells_are_filled_and_no_others(values: list[str | None]) -> None:
    table = EventTable(pa.table({"kind": pa.array(values, pa.string())}))
    filled = fill_cells(table, STATIONS, {"kind": "fire", "name": "N"})
    plain = ["x" if value == "x" else "fire" for value in values]
    assert filled.columns.to_pydict() == {"kind": plain, "name": ["N"] * len(values)}
    count = plain.count("fire")
    assert any(str(count) in notice for notice in filled.notices) or not count
    assert "The file has no column 'name': taken as 'N'." in filled.notices


@pytest.mark.parametrize("name", ["station_id", "kinds"])
def test_ids_and_unknown_columns_are_not_filled(name: str) -> None:
    with pytest.raises(SettingError, match=f"--fill names '{name}'"):
        fill_cells(EventTable(pa.table({"kind": ["x"]})), STATIONS, {name: "x"})


@given(IDS, st.sampled_from(["first", "last"]))
def test_each_id_stands_once_and_rows_keep_their_order(
    ids: list[str | None], repeats: str
) -> None:
    rows = EventTable(
        pa.table({"id": pa.array(ids, pa.string()), "row": range(len(ids))})
    )
    rest = without_repeats(rows, "id", repeats)  # type: ignore[arg-type]
    plain = []
    for row, value in enumerate(ids):
        text = (value or "").strip()
        same = [
            place for place, other in enumerate(ids) if (other or "").strip() == text
        ]
        if not text or row == (same[0] if repeats == "first" else same[-1]):
            plain.append(row)
    assert rest.columns["row"].to_pylist() == plain
    gone = len(ids) - len(plain)
    assert bool(rest.notices) == bool(gone)
    assert not gone or rest.notices[0].startswith(f"{gone} row")


MOMENTS = st.datetimes(dt.datetime(1950, 1, 1), dt.datetime(2199, 1, 1)).map(
    lambda moment: moment.replace(microsecond=0)
)


@given(MOMENTS, st.sampled_from("-/."), st.booleans(), st.sampled_from(["mdy", "dmy"]))
def test_days_are_read_in_the_order_that_is_said(
    moment: dt.datetime, sign: str, is_padded: bool, order: str
) -> None:
    width = "02" if is_padded else ""
    parts = [moment.month, moment.day]
    parts = parts if order == "mdy" else parts[::-1]
    day = sign.join(f"{part:{width}}" for part in parts) + f"{sign}{moment.year}"
    half = "PM" if moment.hour >= 12 else "AM"
    clock = f"{(moment.hour - 1) % 12 + 1}:{moment:%M:%S} {half}"
    iso = moment.isoformat()
    assert iso_of(f" {day} {clock}", order) == iso  # type: ignore[arg-type]
    assert iso_of(f"{day} {moment:%H:%M:%S}", order) == iso  # type: ignore[arg-type]
    assert iso_of(day, order) == iso[:10]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    ["2015-09-17", "13/01/2015", "02/30/2015", "1/2/15", "1/2/2015 13:00 PM", "x"],
)
def test_what_is_no_such_day_stays_for_the_reader_to_refuse(text: str) -> None:
    assert iso_of(text, "mdy") == text


def test_columns_of_times_alone_are_read() -> None:
    table = EventTable(pa.table({"at": ["1/2/2015", None], "note": ["1/2/2015", "x"]}))
    told = ordered_days(table, ["at", "absent"], "mdy").columns.to_pydict()
    assert told == {"at": ["2015-01-02", None], "note": ["1/2/2015", "x"]}
