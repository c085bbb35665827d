"""Messages of the editor with their arrays: one frame of bytes, one pair of functions.

A frame is the length of a head in four bytes, the head in JSON with the message and the
lengths of the arrays, and the arrays one after the other; all numbers little endian.
"""

import struct
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, Final, TypeAlias

import numpy as np
import orjson
import shapely
from numpy.typing import NDArray

from gis.editing import Arc
from gis.editing.whole_numbers import to_degrees
from gis.errors import InputFileError

Message: TypeAlias = Mapping[str, Any]
Buffers: TypeAlias = Sequence[bytes]

OUTSIDE_ROW: Final = -1
"""In place of the row of a grid."""
_ALIGNED: Final = 8
"""Arrays of doubles begin at a multiple of so many bytes."""


def pack(message: Message, buffers: Buffers = ()) -> bytes:
    """Return a message and its arrays as one frame.

    Examples
    --------
    >>> unpack(pack({"type": "open", "seq": 1}, [b"ab"]))
    ({'type': 'open', 'seq': 1}, [b'ab'])
    """
    head = orjson.dumps({"message": message, "buffers": [len(b) for b in buffers]})
    head += b" " * (-(4 + len(head)) % _ALIGNED)
    return b"".join([struct.pack("<I", len(head)), head, *buffers])


def unpack(frame: bytes) -> tuple[dict[str, Any], list[bytes]]:
    """Return the message and the arrays of a frame.

    Raises
    ------
    InputFileError
        If it is cut or no frame.
    """
    try:
        [length] = struct.unpack_from("<I", frame)
        head = orjson.loads(frame[4 : 4 + length])
        message, sizes = dict(head["message"]), [int(size) for size in head["buffers"]]
    except (struct.error, orjson.JSONDecodeError, KeyError, TypeError, ValueError) as e:
        raise InputFileError(
            "A message of {frame} bytes cannot be read, expected a head of JSON and "
            "its arrays; open the page again.",
            frame=len(frame),
        ) from e
    if min(sizes, default=0) < 0 or 4 + length + sum(sizes) != len(frame):
        raise InputFileError(
            "A message has {frame} bytes, expected {length}; open the page again.",
            frame=len(frame),
            length=4 + length + sum(sizes),
        )
    ends = np.cumsum([4 + length, *sizes]).tolist()
    return message, [frame[a:b] for a, b in pairwise(ends)]


def arc_buffers(
    arcs: Sequence[Arc], rows: Mapping[str, int]
) -> tuple[bytes, bytes, bytes, bytes]:
    """Return arcs as arrays.

    Parameters
    ----------
    arcs
        Borders in units of 1e-9 degree.
    rows
        Row of each grid that a side may be.

    Returns
    -------
    xy, offsets, left, right
        Lon and lat in turn as doubles; of each arc the first point, and their number at
        the end, as uint32; row of the grid on either side as int32, `OUTSIDE_ROW` for
        none.
    """
    sides = np.array(
        [
            [OUTSIDE_ROW if face is None else rows[face] for face in arc.faces]
            for arc in arcs
        ],
        dtype="<i4",
    ).reshape(-1, 2)
    units = [arc.xy for arc in arcs]
    xy = to_degrees(np.concatenate(units)) if units else np.empty((0, 2))
    return (
        xy.astype("<f8").tobytes(),
        offsets(map(len, units)),
        sides[:, 0].tobytes(),
        sides[:, 1].tobytes(),
    )


def line_buffers(lines: NDArray[np.object_]) -> tuple[bytes, bytes]:
    """Return lines as arrays: lon and lat in turn, and the first point of each."""
    xy = shapely.get_coordinates(lines)
    return xy.astype("<f8").tobytes(), offsets(
        shapely.get_num_coordinates(lines).tolist()
    )


def label_buffer(polygons: Sequence[shapely.Geometry]) -> bytes:
    """Return a point inside each polygon, lon and lat in turn."""
    if not polygons:
        return b""
    shapes = np.array(polygons, dtype=object)
    points = shapely.centroid(shapes)
    shapely.prepare(shapes)
    is_off = ~shapely.contains(shapes, points)
    points[is_off] = shapely.point_on_surface(shapes[is_off])
    return shapely.get_coordinates(points).astype("<f8").tobytes()


def offsets(counts: Any) -> bytes:
    """Return where each of several runs of points begins, and the end of the last."""
    ends = np.cumsum([0, *counts], dtype=np.int64)
    return ends.astype("<u4").tobytes()
