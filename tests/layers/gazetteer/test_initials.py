"""Initials of the characters that a standard puts in order of their pinyin."""

import pytest

from layers.gazetteer.initials import FIRST_CODES, INITIALS, LETTERS, initials_of


def test_every_character_of_the_first_level_has_a_letter() -> None:
    assert len(LETTERS) == 3755
    assert {*LETTERS.values()} == {*INITIALS}
    assert len(INITIALS) == len(FIRST_CODES)


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("安吉", "aj"),
        ("重庆", "zq"),
        ("鄂州", "ez"),
        ("海宁", "hn"),
        ("衢州", "衢z"),
        ("诸暨", "z暨"),
        ("余杭", "yh"),
        ("欧", "o"),
        ("座", "z"),
        ("幼儿园2班", "yey2b"),
    ],
)
def test_initials_are_those_of_the_pinyin(name: str, initials: str) -> None:
    assert initials_of([name]) == [initials]


def test_a_name_without_such_characters_has_none() -> None:
    assert initials_of(["", "abc1", "é"]) == ["", "", ""]
