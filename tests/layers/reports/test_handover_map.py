"""The map of a change: dashed before, thick after, ground in its receiver's colour."""

import re

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gis.editing.moved_ground import MovedGround
from gis.geodesy import GeodesicRuler
from layers.reports.handover_map import (
    HEIGHT,
    WIDTH,
    Frame,
    handover_map,
    receiver_fills,
)
from layers.styles import RECEIVER_FILLS
from support.makers.reviews import AFTER, BEFORE, caseload_of, frame_of, review_of

REVIEW = review_of(caseload_of(()))


def drawn(review=REVIEW, changed=("A", "B")):
    return handover_map(review.grids_before, review.grids_after, changed, review.ground)


def lines_of(svg, style):
    """End points of the lines of a path."""
    [path] = re.findall(rf'<path d="([^"]*)"[^>]*class="{style}"', svg)
    steps = re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", path)
    return [(float(x), float(y)) for x, y in steps]


def test_old_border_is_dashed_and_new_one_solid():
    svg = drawn()
    frame = Frame.around(shapely.total_bounds([*BEFORE.values()]).tolist())
    for style, lon in (("before", 120.02), ("after", 120.01)):
        expected = frame.place(np.array([[lon, 30.0], [lon, 30.01]]))
        points = np.array(sorted(lines_of(svg, style)))
        assert np.abs(points - expected[np.lexsort(expected.T[::-1])]).max() < 1.0
    assert 'stroke-dasharray="9 6"/>' in svg
    assert svg.count("stroke-dasharray") == 1


def test_ground_has_the_colour_of_its_receiver_and_says_from_whom():
    svg = drawn()
    [fill] = re.findall(r'class="ground" fill="(#\w+)"', svg)
    assert fill == receiver_fills(REVIEW.ground)["B"] == RECEIVER_FILLS[0]
    texts = re.findall(r"<tspan[^>]*>([^<]*)</tspan>", svg)
    assert texts == ["A", "B", "B", "← A"]


def test_many_receivers_have_colours_in_turn():
    piece = REVIEW.ground[0]
    ground = [piece._replace(to_id=f"{n:02d}") for n in range(len(RECEIVER_FILLS) + 1)]
    fills = receiver_fills(ground)
    assert len(set(fills.values())) == len(RECEIVER_FILLS)
    assert fills["00"] == fills[f"{len(RECEIVER_FILLS):02d}"]


@given(
    st.floats(-170, 170),
    st.floats(-80, 80),
    st.floats(1e-4, 0.5),
    st.floats(1e-4, 0.5),
)
def test_frame_shows_all_and_a_metre_is_as_long_either_way(lon, lat, wide, high):
    bounds = (lon, lat, lon + wide, lat + high)
    frame = Frame.around(bounds)
    (left, bottom), (right, top) = frame.place(np.array([bounds[:2], bounds[2:]]))
    assert 0 < left < right < WIDTH
    assert 0 < top < bottom < HEIGHT
    middle = np.array([[lon + wide / 2, lat + high / 2]])
    step = 1e-4
    for shift in ((step, 0.0), (0.0, step)):
        length = np.hypot(*(frame.place(middle + shift) - frame.place(middle))[0])
        metres = GeodesicRuler().lengths_m(middle, middle + shift)[0]
        assert length * frame.metres == pytest.approx(metres, rel=1e-3)


def test_scale_bar_is_as_long_as_it_says():
    svg = drawn()
    frame = Frame.around(shapely.total_bounds([*BEFORE.values()]).tolist())
    [(left, right)] = re.findall(r'class="scale">.*?M(\d+) .*?H([\d.]+)V', svg)
    [metres] = re.findall(r">(\d+) m<", svg)
    assert (float(right) - float(left)) * frame.metres == pytest.approx(
        float(metres), abs=frame.metres
    )


def test_node_that_moves_a_border_by_less_than_a_dot_draws_no_border():
    bent = {
        "A": shapely.Polygon(
            [
                (120, 30),
                (120.02, 30),
                (120.02 + 1e-9, 30.005),
                (120.02, 30.01),
                (120, 30.01),
            ]
        ),
        "B": BEFORE["B"],
    }
    svg = handover_map(frame_of(BEFORE), frame_of(bent), ["A", "B"], ())
    assert 'class="before"' not in svg
    assert 'class="after"' not in svg


def test_ids_are_inert():
    hostile = "<script>x</script>\u202e"
    review = review_of(caseload_of(()), ids={"A": hostile, "B": "B"})
    svg = drawn(review, (hostile, "B"))
    assert "<script" not in svg
    assert "\u202e" not in svg


def test_enclave_and_pieces_are_drawn_whole():
    hole = shapely.box(120.005, 30.004, 120.006, 30.006)
    after = {"A": AFTER["A"].difference(hole), "B": shapely.union(AFTER["B"], hole)}
    ground = [MovedGround("A", "B", shapely.MultiPolygon([hole]), 1.0, 0.1)]
    svg = handover_map(frame_of(AFTER), frame_of(after), ["A", "B"], ground)
    assert len(lines_of(svg, "after")) >= 5
    assert svg.count("evenodd") == svg.count("<path d=") - 2
