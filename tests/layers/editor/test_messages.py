"""Frames come back as they went, cut ones are refused, arrays are what arcs are."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gis.editing import PlanarMap
from gis.errors import InputFileError
from layers.editor.messages import (
    arc_buffers,
    label_buffer,
    line_buffers,
    pack,
    unpack,
)
from support.makers.edited_towns import TOWNS
from support.oracles.plain_browser import arcs_of, plain_state

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=6,
)


@given(st.dictionaries(st.text(), VALUES), st.lists(st.binary(max_size=40)))
def test_frames_come_back_as_they_went(message, buffers):
    assert unpack(pack(message, buffers)) == (message, buffers)


@given(st.binary(max_size=60))
def test_bytes_that_are_no_frame_are_refused(data):
    with pytest.raises(InputFileError):
        unpack(b"\xff" + data)


def test_a_cut_frame_is_refused():
    frame = pack({"type": "open"}, [b"12345678"])
    for end in range(len(frame)):
        with pytest.raises(InputFileError):
            unpack(frame[:end])
    with pytest.raises(InputFileError):
        unpack(frame + b"0")
    assert len(pack({"a": 1})) % 8 == 0


@pytest.mark.parametrize("name", TOWNS)
def test_arcs_come_back_with_their_sides(name):
    planar = PlanarMap.build(TOWNS[name])
    ids = sorted(TOWNS[name])
    buffers = arc_buffers(
        [*planar.arcs.values()], {grid: row for row, grid in enumerate(ids)}
    )
    again = dict(zip(planar.arcs, arcs_of(buffers, ids), strict=True))
    assert plain_state(again) == plain_state(planar.arcs)


@pytest.mark.parametrize("name", TOWNS)
def test_a_label_lies_in_its_grid(name):
    shapes = [*TOWNS[name].values()]
    points = np.frombuffer(label_buffer(shapes), "<f8").reshape(-1, 2)
    assert shapely.contains(shapes, shapely.points(points)).all()
    assert label_buffer([]) == b""


def test_lines_are_arrays_of_their_points():
    lines = np.array([shapely.LineString([(0, 1), (2, 3), (4, 5)])], dtype=object)
    xy, ends = line_buffers(lines)
    assert np.frombuffer(xy).tolist() == [0, 1, 2, 3, 4, 5]
    assert np.frombuffer(ends, "<u4").tolist() == [0, 3]
    assert line_buffers(np.array([], dtype=object)) == (b"", bytes(4))
