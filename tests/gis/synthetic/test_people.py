"""People as whole numbers that sum to the total, spread by weight."""

import numpy as np

from gis.synthetic.people import REGISTERED_SHARE, make_people


def people(seed=3, residents=33_000):
    areas = np.full(60, 3e5)
    age = np.repeat([0.4, 2.0], 30)
    return make_people(areas, age, residents, np.random.default_rng(seed))


def test_residents_sum_and_the_registered_are_some_of_them():
    living, registered = people()
    assert living.sum() == 33_000
    low, high = REGISTERED_SHARE
    assert (registered <= high * living).all()
    assert (registered >= low * living - 1).all()


def test_old_quarters_are_dense():
    living, _ = people()
    assert living[30:].mean() > 3 * living[:30].mean()


def test_same_chance_gives_the_same_people():
    assert people(5)[0].tolist() == people(5)[0].tolist() != people(6)[0].tolist()
