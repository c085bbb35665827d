"""The picture of a code: closed SVG, in the colour and the words of the code."""

from xml.etree import ElementTree

import pytest

from api.schemas.code_picture import BAND, SIDE, draw_code
from gis.errors import SettingError
from gis.models import SafetyCode
from layers.styles import CODE_CARDS, CODE_STYLES

SVG = "{http://www.w3.org/2000/svg}"


def draw(code: SafetyCode | None, place_id: str = "E1") -> ElementTree.Element:
    """The picture, parsed."""
    picture = draw_code("http://pagoda.test/E1", place_id, code)
    return ElementTree.fromstring(picture)  # noqa: S314  made by us


@pytest.mark.parametrize("code", [None, *SafetyCode])
def test_band_and_words_are_those_of_the_code(code: SafetyCode | None) -> None:
    picture = draw(code)
    words, card = CODE_STYLES[code], CODE_CARDS[code]
    assert picture.get("aria-label") == words.en
    band = picture.findall(f"{SVG}rect")[-1]
    assert band.get("fill") == card.band
    first = picture.find(f"{SVG}g/{SVG}text")
    assert first.text == f"{words.zh} {words.en}"


def test_band_lies_below_the_symbol_and_inside_the_picture() -> None:
    picture = draw(SafetyCode.GREEN)
    band = picture.findall(f"{SVG}rect")[-1]
    assert (band.get("y"), band.get("height")) == (str(SIDE), str(BAND))
    assert picture.get("viewBox") == f"0 0 {SIDE} {SIDE + BAND}"


def test_place_id_with_marks_of_xml_is_text() -> None:
    texts = draw(SafetyCode.RED, "E<1>&2").findall(f".//{SVG}text")
    assert texts[-1].text == "E<1>&2"


@pytest.mark.parametrize("place_id", ["a\x01b", "a\uffffb", "\u202ex", "{{x}}", "🔥"])
def test_place_id_with_any_sign_leaves_a_whole_picture(place_id: str) -> None:
    texts = draw(SafetyCode.RED, place_id).findall(f".//{SVG}text")
    assert texts[-1].text


def test_address_that_no_code_holds_is_refused() -> None:
    with pytest.raises(SettingError, match="give the place a shorter id"):
        draw_code("x" * 3000, "E1", SafetyCode.RED)


def test_other_content_is_another_symbol() -> None:
    one, other = (draw_code(text, "E1", SafetyCode.RED) for text in ("one", "other"))
    assert one != other
