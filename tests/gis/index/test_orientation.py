from fractions import Fraction

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gis.index.orientation import (
    exact_orientation,
    orientation,
    two_difference,
    two_product,
)

coordinates = st.one_of(
    st.just(0.0),
    st.floats(1e-9, 1e9),
    st.floats(-1e9, -1e-9),
    st.integers(-3, 3).map(float),
    st.floats(120.0, 120.0000001),
)


def fraction_sign(ax, ay, bx, by, cx, cy):
    a, b, c, d, e, f = map(Fraction, (ax, ay, bx, by, cx, cy))
    cross = (a - e) * (d - f) - (b - f) * (c - e)
    return (cross > 0) - (cross < 0)


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.tuples(*[coordinates] * 6))
@example((0.0, 0.0, 1e9, 1e9, 1e-9, 1e-9))
@example((1e9, -1e9, 1e-9, 1e-9, 1.0, 0.0))
def test_sign_is_that_of_fractions(corners):
    assert orientation(*corners) == fraction_sign(*corners)
    assert exact_orientation(*corners) == fraction_sign(*corners)


def test_sign_is_exact_one_ulp_off_a_line():
    random = np.random.default_rng(1)
    for _ in range(300):
        ax, ay, bx, by = random.uniform(119, 121, 4).tolist()
        share = random.random()
        cx, cy = ax + (bx - ax) * share, ay + (by - ay) * share
        for y in (cy, np.nextafter(cy, 0), np.nextafter(cy, 999)):
            corners = (ax, ay, bx, by, cx, float(y))
            assert orientation(*corners) == fraction_sign(*corners)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(coordinates, coordinates)
def test_rounded_value_and_error_make_up_the_exact_result(a, b):
    head, tail = two_difference(a, b)
    assert Fraction(head) + Fraction(tail) == Fraction(a) - Fraction(b)
    head, tail = two_product(a, b)
    assert Fraction(head) + Fraction(tail) == Fraction(a) * Fraction(b)
