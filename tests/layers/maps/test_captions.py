"""A card and the gaps of a map are printed in two languages, nothing is left out."""

from dataclasses import fields, replace

import pytest

from gis.risk import MethodCard
from layers.maps.captions import ELSEWHERE, card_rows
from layers.maps.offline import page
from layers.words.code_lists import METHOD_CARD
from support.makers.drawn_maps import CARD, drawn, model_of


def test_every_field_of_the_card_is_printed_chinese_first():
    words = {
        name: f"{name} said"
        for name, kind in MethodCard.__annotations__.items()
        if kind is str
    }
    lists = {"constants": ("k = 1", "r0 = 2"), "constants_zh": ("k 为 1",)}
    card = MethodCard(breaks=(1.0, 2.0, 3.0, 4.0), **lists, **words)
    text = page(drawn(method=card))
    for said in words.values():
        assert said in text
    rows = model_of(text)["card"]
    assert ["常数", "Constants", "k 为 1", "k = 1; r0 = 2"] in rows
    assert ["分级 含上限", "Breaks, upper limits included", "", "1 / 2 / 3 / 4"] in rows


def test_every_field_of_a_card_has_a_caption_or_stands_elsewhere():
    names = {f.name for f in fields(MethodCard) if not f.name.endswith("_zh")}
    assert names == set(METHOD_CARD) | ELSEWHERE
    assert not set(METHOD_CARD) & ELSEWHERE


def test_fields_of_a_card_are_printed_in_order_and_empty_ones_not():
    card = replace(CARD, note="", note_zh="", source_zh="依据")
    captions = [row[1] for row in card_rows(card)]
    order = [words.en for words in METHOD_CARD.values()]
    assert captions == [caption for caption in order if caption in captions]
    assert "Note" not in captions
    [row] = [row for row in card_rows(card) if row[1] == "Source"]
    assert row == ("依据", "Source", "依据", card.source)


@pytest.mark.parametrize(
    ("value", "text"),
    [((1.0, 2.5, 1000.0, 4.0), "1 / 2.5 / 1,000 / 4"), (("a = 1", "b"), "a = 1; b")],
)
def test_lists_of_a_card_are_one_line(value, text):
    card = replace(CARD, breaks=value)
    [row] = [row for row in card_rows(card) if row[1].startswith("Breaks")]
    assert row[3] == text
