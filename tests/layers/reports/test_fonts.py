"""The font of reports is found, or all that would do are listed."""

from typing import Any

import pytest

from gis.errors import MissingFontError
from layers.reports import fonts
from layers.reports.fonts import FAMILIES, family, printable

pytestmark = pytest.mark.usefixtures("installed_font")


class Machine:
    """Looks like the fonts of a system that has some families."""

    def __init__(self, *names: str) -> None:
        self._names = names

    def families(self) -> list[str]:
        return [*self._names]


def family_of(monkeypatch: pytest.MonkeyPatch, *names: str) -> Any:
    monkeypatch.setattr(fonts, "system_fonts", lambda: Machine(*names))
    return fonts.family.__wrapped__()


def test_a_machine_without_a_chinese_font_hears_of_all_that_would_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(MissingFontError, match="fonts-noto-cjk") as caught:
        family_of(monkeypatch, "DejaVu Sans")
    assert all(name in str(caught.value) for name in FAMILIES)


@pytest.mark.parametrize(
    ("installed", "best"),
    [
        (("SimSun", "Microsoft YaHei", "Arial"), "Microsoft YaHei"),
        (("PingFang SC", "Helvetica"), "PingFang SC"),
        (("WenQuanYi Zen Hei", "Noto Sans CJK SC"), "Noto Sans CJK SC"),
    ],
    ids=["Windows", "macOS", "Linux"],
)
def test_the_best_of_the_fonts_of_a_machine_is_taken(
    monkeypatch: pytest.MonkeyPatch, installed: tuple[str, ...], best: str
) -> None:
    assert family_of(monkeypatch, *installed) == best


def test_the_font_of_this_machine_is_one_of_the_list() -> None:
    assert family() in FAMILIES
    assert fonts._face().family == family()


def test_control_marks_are_shown() -> None:
    assert printable("网格\u202e1\n") == "网格[U+202E]1[U+000A]"


@pytest.mark.parametrize("text", ["", "网格 high-risk", "éß", "〇"])
def test_plain_text_is_drawn_as_it_is(text: str) -> None:
    assert printable(text) == text


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
    assert printable(text) == drawn
    assert printable(drawn) == drawn
