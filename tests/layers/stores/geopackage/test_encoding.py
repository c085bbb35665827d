"""What is written as the standard spells it comes back to the last bit."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gis.errors import StoreError
from layers.stores.geopackage.encoding import (
    envelope,
    instant_texts,
    point_blob,
    polygon_blobs,
    read_instants,
    read_point,
    read_polygons,
    read_times,
)

FIRST, LAST = -62_135_596_800_000, 253_402_300_799_999
numbers = st.floats(allow_nan=False, allow_infinity=False)


@given(numbers, numbers)
def test_points_come_back_to_the_last_bit(x, y):
    blob = point_blob(x, y, 4490)
    assert read_point(blob, 4490) == (x, y)
    assert envelope(blob) == (x, x, y, y)


@pytest.mark.parametrize("place", [0, 2, 3, 4, 8, 9])
def test_point_whose_header_was_changed_is_refused(place):
    blob = bytearray(point_blob(120.0, 30.0, 4490))
    blob[place] ^= 1
    with pytest.raises(StoreError, match="A point is not as it was stored"):
        read_point(bytes(blob), 4490)


def test_point_of_another_crs_or_cut_is_refused():
    blob = point_blob(120.0, 30.0, 4490)
    for other, srs_id in ((blob, 4326), (blob[:-1], 4490), (b"", 4490)):
        with pytest.raises(StoreError, match="A point is not as it was stored"):
            read_point(other, srs_id)


def test_polygons_come_back_with_their_envelopes():
    shapes = np.array(
        [
            shapely.MultiPolygon([shapely.box(0, 1, 2, 3), shapely.box(5, 5, 6, 9)]),
            shapely.box(0, 0, 9, 9) - shapely.box(1, 1, 2, 2),
        ]
    )
    blobs = polygon_blobs(shapes, 4490)
    assert shapely.equals_exact(read_polygons(blobs), shapes).all()
    assert [envelope(blob) for blob in blobs] == [(0, 6, 1, 9), (0, 9, 0, 9)]
    assert {blob[:2] for blob in blobs} == {b"GP"}
    assert {int.from_bytes(blob[4:8], "little") for blob in blobs} == {4490}


def test_no_polygons_are_none_and_a_cut_one_is_refused():
    assert len(read_polygons([])) == 0
    assert envelope(None) is None
    [blob] = polygon_blobs(np.array([shapely.box(0, 0, 1, 1)]), 4490)
    with pytest.raises(StoreError, match="A polygon is not as it was stored"):
        read_polygons([blob, blob[:-4]])


@given(st.lists(st.integers(FIRST, LAST)))
def test_instants_come_back_to_the_millisecond(instants):
    assert read_instants(instant_texts(instants)) == instants


def test_missing_times_stay_missing():
    times = np.array(["1970-01-01T00:00:00.001", "NaT"], dtype="datetime64[ms]")
    texts = instant_texts(times)
    assert texts == ["1970-01-01T00:00:00.001Z", None]
    assert np.array_equal(read_times(texts), times, equal_nan=True)


@pytest.mark.parametrize("instant", [FIRST - 1, LAST + 1])
def test_instant_that_the_format_cannot_say_is_refused(instant):
    with pytest.raises(StoreError, match="takes the years 1 to 9999; correct them"):
        instant_texts([0, instant])


@pytest.mark.parametrize(
    "text",
    [
        "1970-01-01T00:00:00Z",
        "1970-01-01T00:00:00.000",
        "1970-01-01 00:00:00.000Z",
        "1970-13-01T00:00:00.000Z",
        "１970-01-01T00:00:00.000Z",
        "",
        7,
    ],
)
def test_text_of_another_form_is_no_time(text):
    with pytest.raises(StoreError, match="A time is not as it was stored"):
        read_times(["1970-01-01T00:00:00.000Z", text])
