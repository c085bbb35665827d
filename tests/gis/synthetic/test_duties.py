"""The duties of S town are made of a seed and of numbers, never of names."""

import re

import numpy as np
import pytest

from gis.synthetic.duties import make_duties


@pytest.fixture(scope="module")
def posts(s_town):
    return s_town.posts


def month_of_duties(posts, seed):
    return make_duties(posts, "2026-09-01", 30, np.random.default_rng(seed))


def test_same_seed_gives_the_same_duties(posts):
    one, other = month_of_duties(posts, 5), month_of_duties(posts, 5)
    assert one.duties.equals(other.duties)
    assert one.rotations.equals(other.rotations)
    assert not month_of_duties(posts, 6).duties.equals(one.duties)


def test_holders_are_numbers_never_names(posts):
    month = month_of_duties(posts, 5)
    members = month.rotations["members"].str.split(";").explode()
    for holder in (*month.duties["holder_id"], *members):
        assert re.fullmatch(r"[LD]\d+", holder)


def test_records_supersede_and_cancel(posts):
    duties = month_of_duties(posts, 5).duties
    assert duties["duty_id"].duplicated().sum() == 2
    assert duties["cancelled"].sum() == 1
