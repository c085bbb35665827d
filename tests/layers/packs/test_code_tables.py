"""Every code has two names and stands once; a code without stands for itself."""

from pathlib import Path

import pytest

import layers.packs
from gis.events import CORE_PLATFORMS, LINES, MODULES
from layers.packs.code_tables import (
    TABLES,
    Table,
    codes_of,
    names_of,
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
    assert names_of("lines", "") == ("", "")


def test_tables_have_the_codes_that_packs_are_checked_against() -> None:
    assert tuple(codes_of("modules")) == MODULES
    assert tuple(codes_of("lines")) == LINES
    assert tuple(codes_of("platforms"))[:4] == CORE_PLATFORMS
