"""The font of reports is found and measured, or the package is named."""

import pytest

from gis.errors import MissingFontError
from layers.reports.fonts import FAMILY, font, printable, width_of

pytestmark = pytest.mark.usefixtures("installed_font")


def test_a_machine_without_the_font_is_told_the_package(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("layers.reports.fonts.FILES", {"regular": ("none.ttc",)})
    from layers.reports import fonts  # noqa: PLC0415  its cache is looked past

    with pytest.raises(MissingFontError, match="fonts-noto-cjk"):
        fonts._face.__wrapped__("regular")


def test_control_marks_are_shown() -> None:
    assert printable("网格\u202e1\n", "regular") == "网格[U+202E]1[U+000A]"


def test_chinese_signs_are_as_wide_as_high_and_latin_ones_narrower() -> None:
    assert width_of("网格", "regular") == pytest.approx(2)
    assert 0 < width_of("il", "regular") < width_of("WM", "regular") < 2
    assert width_of("", "regular") == 0


def test_bold_is_another_face_of_the_same_family() -> None:
    regular, bold = font("regular", 8), font("bold", 8)
    assert regular.get_file() != bold.get_file()
    assert regular.get_family() == bold.get_family() == [FAMILY]
    assert (bold.get_size(), bold.get_weight()) == (8, "bold")


@pytest.mark.parametrize("text", ["", "网格 high-risk", "éß", "〇"])
def test_plain_text_is_drawn_as_it_is(text: str) -> None:
    assert printable(text, "bold") == text


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("店\U0001f525", "店[U+1F525]"),
        ("a\u200bb", "a[U+200B]b"),
        ("a\r\nb", "a[U+000D][U+000A]b"),
        ("\ue000\uffff", "[U+E000][U+FFFF]"),
    ],
)
def test_sign_without_a_glyph_is_drawn_by_its_number(text: str, drawn: str) -> None:
    assert printable(text, "regular") == drawn
    assert printable(drawn, "regular") == drawn
    assert width_of(text, "regular") == pytest.approx(width_of(drawn, "regular"))
