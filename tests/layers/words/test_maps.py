"""Captions of a map that is drawn without a store: both languages, the same gaps."""

import re

import pytest

from gis.risk.breaks import ClassScheme
from layers.words import Words, maps
from layers.words.maps import BY_AREA, CLASSES_BY, column_words, filled_with, joined

TEXTS = {name: text for name, text in vars(maps).items() if name.isupper()}
SINGLE = {name: text for name, text in TEXTS.items() if isinstance(text, Words)}


@pytest.mark.parametrize("name", SINGLE)
def test_both_languages_have_the_same_gaps(name):
    gaps = [sorted(re.findall(r"\{(\w+)\}", text)) for text in SINGLE[name].both]
    assert gaps[0] == gaps[1]
    assert re.search("[一-鿿]", SINGLE[name].zh)


def test_every_way_to_find_limits_has_words():
    assert set(CLASSES_BY) == {*ClassScheme.__args__, "given"}
    for words in CLASSES_BY.values():
        assert words.zh.endswith("。")
        assert words.en.endswith(".")


def test_column_that_a_schema_has_is_named_in_chinese():
    assert column_words("households").both == ("户数", "households")
    assert column_words("{x}").both == ("{x}", "{x}")


def test_what_stands_in_a_gap_is_no_gap_itself():
    words = filled_with(BY_AREA, count=column_words("{count}"))
    assert words.both == ("各区域的{count}", "{count} by area")


def test_sentences_are_joined_as_each_language_does():
    assert joined(Words("甲。", "A."), Words("乙。", "B.")).both == (
        "甲。乙。",
        "A. B.",
    )
