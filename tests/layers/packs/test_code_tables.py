"""Every code has two names and stands once; a code without stands for itself."""

from pathlib import Path

import pytest

import layers.packs
from layers.packs.code_tables import (
    TABLES,
    Table,
    codes_of,
    hazard_kinds,
    names_of,
    sensitive_kinds,
)


@pytest.mark.parametrize("table", TABLES)
def test_every_code_has_a_chinese_and_an_english_name(table: Table) -> None:
    for code, (zh, en) in codes_of(table).items():
        assert code == code.strip() != ""
        assert not zh.isascii()
        assert en.isascii()
        assert names_of(table, code) == (zh, en)


@pytest.mark.parametrize("table", TABLES)
def test_no_code_and_no_name_stands_twice(table: Table) -> None:
    path = Path(layers.packs.__path__[0], "codes", f"{table}.csv")
    lines = path.read_text("utf8").splitlines()[1:]
    names = codes_of(table)
    assert len(lines) == len(names)
    for column in zip(*names.values(), strict=True):
        assert len(set(column)) == len(names)


def test_code_that_is_in_no_table_is_its_own_name() -> None:
    assert names_of("modules", "kite") == ("kite", "kite")
    assert names_of("categories", "") == ("", "")


def test_sensitive_categories_are_categories() -> None:
    assert set(sensitive_kinds()) <= set(codes_of("categories"))


def test_hazards_are_categories_and_nothing_that_people_ask_for_or_quarrel_about() -> (
    None
):
    assert set(hazard_kinds()) < set(codes_of("categories"))
    people = {
        "elder_care",
        "volunteer_request",
        "community_service",
        *sensitive_kinds(),
    }
    assert not people & set(hazard_kinds())


def test_every_category_says_whether_it_is_a_hazard_and_whether_sensitive() -> None:
    path = Path(layers.packs.__path__[0], "codes", "categories.csv")
    marks = [tuple(line.split(",")[3:]) for line in path.read_text("utf8").splitlines()]
    assert marks[0] == ("is_hazard", "is_sensitive")
    assert set(marks[1:]) == {("yes", "no"), ("no", "no"), ("no", "yes")}
