"""Geometry and instants as the GeoPackage standard spells them."""

import re
import struct
from collections.abc import Sequence
from typing import Final, TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.errors import StoreError
from gis.local_time import EPOCH, MILLISECOND
from gis.models import Instant
from gis.sentences import sentence

# GeoPackage 1.3, clause 2.1.3: magic, version, flags, srs_id, envelope
_WITH_ENVELOPE = struct.Struct("<2sBBi4d")
_ENVELOPE_FLAGS = 0b00000011
# header without envelope, then the WKB of a point in one go
_POINT = struct.Struct("<2sBBiBI2d")
_POINT_FLAGS = 0b00000001
_WKB_POINT = 1
_DATETIMES = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\n)*", re.ASCII)
"""DATETIME texts, each with a line end behind it."""
FEW: Final = 50
"""So many instants are written one by one: numpy takes as long to begin."""
_FIRST_INSTANT, _LAST_INSTANT = -62_135_596_800_000, 253_402_300_799_999

Envelope: TypeAlias = tuple[float, float, float, float]
Times: TypeAlias = NDArray[np.datetime64]


def polygon_blobs(polygons: NDArray[np.object_], srs_id: int) -> list[bytes]:
    """Return polygons as GeoPackage binary with their envelopes.

    Parameters
    ----------
    polygons
        2-D, none missing or empty.
    srs_id
        Of their CRS.

    Examples
    --------
    >>> square = np.array([shapely.box(0, 1, 2, 3)], dtype=object)
    >>> [blob] = polygon_blobs(square, 4490)
    >>> envelope(blob)
    (0.0, 2.0, 1.0, 3.0)
    >>> shapely.equals(read_polygons([blob]), square).tolist()
    [True]
    """
    wkb = shapely.to_wkb(polygons, byte_order=1)
    return [
        _WITH_ENVELOPE.pack(b"GP", 0, _ENVELOPE_FLAGS, srs_id, x0, x1, y0, y1) + body
        for (x0, y0, x1, y1), body in zip(
            shapely.bounds(polygons).tolist(), wkb, strict=True
        )
    ]


def read_polygons(blobs: Sequence[bytes]) -> NDArray[np.object_]:
    """Return the polygons of blobs that `polygon_blobs` made; headers are passed over.

    Raises
    ------
    StoreError
        If a blob holds none.
    """
    wkb = np.array([blob[_WITH_ENVELOPE.size :] for blob in blobs], dtype=object)
    polygons: NDArray[np.object_] = shapely.from_wkb(wkb, on_invalid="ignore")
    if shapely.is_missing(polygons).any():
        raise StoreError("A polygon is not as it was stored; take the last export.")
    return polygons


def point_blob(x: float, y: float, srs_id: int) -> bytes:
    """Return a point as GeoPackage binary.

    Examples
    --------
    >>> read_point(point_blob(1.0, 2.0, 4490), 4490)
    (1.0, 2.0)
    """
    return _POINT.pack(b"GP", 0, _POINT_FLAGS, srs_id, 1, _WKB_POINT, x, y)


def point_blobs(
    x: NDArray[np.float64], y: NDArray[np.float64], srs_id: int
) -> list[bytes | None]:
    """Return points as GeoPackage binary, None where x is NaN.

    Examples
    --------
    >>> point_blobs(np.array([1.0, np.nan]), np.array([2.0, np.nan]), 4490) == [
    ...     point_blob(1.0, 2.0, 4490), None
    ... ]
    True
    """
    blank = point_blob(0.0, 0.0, srs_id)
    rows = np.frombuffer(blank * len(x), np.uint8).reshape(len(x), len(blank)).copy()
    places = np.column_stack([x, y]).astype("<f8")
    rows[:, -places.itemsize * 2 :] = places.view(np.uint8)
    whole = rows.tobytes()
    return [
        None if is_nowhere else whole[start : start + len(blank)]
        for start, is_nowhere in zip(
            range(0, len(whole), len(blank)), np.isnan(x).tolist(), strict=True
        )
    ]


def read_point(blob: bytes, srs_id: int) -> tuple[float, float]:
    """Return x and y of a blob that `point_blob` made.

    Raises
    ------
    StoreError
        If the blob is not as it was made.
    """
    x, y = _POINT.unpack(blob)[-2:] if len(blob) == _POINT.size else (0.0, 0.0)
    if blob != point_blob(x, y, srs_id):
        raise StoreError("A point is not as it was stored; take the last export.")
    return x, y


def envelope(blob: bytes | None) -> Envelope | None:
    """Return (minx, maxx, miny, maxy) of a blob of this store; None without one."""
    if blob is None:
        return None
    if len(blob) == _POINT.size:
        x, y = _POINT.unpack(blob)[-2:]
        return x, x, y, y
    x0, x1, y0, y1 = _WITH_ENVELOPE.unpack_from(blob)[-4:]
    return x0, x1, y0, y1


def instant_texts(
    instants: Sequence[int] | NDArray[np.int64] | Times,
) -> list[str | None]:
    """Return instants as DATETIME, None for NaT.

    Raises
    ------
    StoreError
        If one is not in the years 1 to 9999, which is all that the format can say.

    Examples
    --------
    >>> instant_texts([0])
    ['1970-01-01T00:00:00.000Z']
    """
    if isinstance(instants, list) and len(instants) < FEW:
        return [_instant_text(instant) for instant in instants]
    times = np.asarray(instants).astype("datetime64[ms]")
    is_nat = np.isnat(times)
    whole = times[~is_nat].astype(np.int64)
    if len(whole) and not _FIRST_INSTANT <= whole.min() <= whole.max() <= _LAST_INSTANT:
        raise _beyond(int(whole.min()), int(whole.max()))
    texts: list[str | None] = np.datetime_as_string(times, timezone="UTC").tolist()
    if is_nat.any():
        return [
            None if is_missing else t
            for t, is_missing in zip(texts, is_nat, strict=True)
        ]
    return texts


def _instant_text(instant: int) -> str:
    """Return one instant as DATETIME."""
    if not _FIRST_INSTANT <= instant <= _LAST_INSTANT:
        raise _beyond(instant, instant)
    moment = EPOCH + int(instant) * MILLISECOND
    return f"{moment.isoformat(timespec='milliseconds')[:-6]}Z"


def _beyond(first: int, last: int) -> StoreError:
    return StoreError(
        "Instants from {first} to {last} ms were found, a GeoPackage takes the years "
        "1 to 9999; correct them.",
        first=first,
        last=last,
    )


def read_times(texts: Sequence[str | None]) -> Times:
    """Return the times of DATETIME, NaT for None; shape (m,), milliseconds.

    Raises
    ------
    StoreError
        If a text is not as `instant_texts` made it.
    """
    try:
        # one look at all of them: one at each takes as long as reading them
        lines = "".join([f"{text}\n" for text in texts if text is not None])
        if not _DATETIMES.fullmatch(lines):
            raise ValueError(sentence("another format"))
        bare = ["NaT" if text is None else text[:-1] for text in texts]
        return np.array(bare, dtype="datetime64[ms]")
    except (ValueError, TypeError) as error:
        raise StoreError(
            "A time is not as it was stored; take the last export."
        ) from error


def read_instants(texts: Sequence[str]) -> list[Instant]:
    """Return the instants of DATETIME.

    Raises
    ------
    StoreError
        If a text is not as `instant_texts` made it.

    Examples
    --------
    >>> read_instants(["1970-01-01T00:00:00.001Z"])
    [1]
    """
    instants: list[Instant] = read_times(texts).astype(np.int64).tolist()
    return instants
