"""Posts of the made-up towns are called by their office, and no number is in use."""

import re

import pytest

from gis.roster import ROLES
from gis.synthetic import Town
from gis.synthetic.contacts import DUTY


def test_every_post_has_a_number_of_its_own_that_no_telephone_has(
    s_town: Town,
) -> None:
    phones = s_town.posts["phone"]
    assert phones.is_unique
    # no number of a Chinese network begins with 0 behind its area code
    assert all(re.fullmatch(r"0571-0000-\d{4}", phone) for phone in phones)


@pytest.mark.parametrize(
    ("post_id", "title"),
    [
        ("C1-01-L", "核心指挥圈1号圈长"),
        ("C2-03-L", "风险防控圈3号圈长"),
        ("C3-01-L", "应急管理圈1号区域长"),
        ("C1-01-police", "公安派出所值班岗"),
        ("F0001", "专职网格员"),
    ],
)
def test_a_title_is_that_of_an_office(s_town: Town, post_id: str, title: str) -> None:
    titles = s_town.posts.set_index("post_id")["title"]
    assert titles[post_id] == title


def test_titles_say_the_role_or_the_body_of_every_post(s_town: Town) -> None:
    grids = {*s_town.grids["grid_id"]}
    bodies = {*s_town.departments["post_id"]}
    for post in s_town.posts.to_dict("records"):
        if post["post_id"] in bodies:
            assert post["title"].endswith(DUTY)
        elif post["area_id"] in grids:
            assert post["title"] == ROLES[post["role"]].name_zh
        else:
            assert post["title"].endswith("长")
