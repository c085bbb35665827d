"""The font of reports: found among those of the system; what it lacks is named."""

import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final, Literal

from matplotlib.font_manager import FontPath, FontProperties, findSystemFonts, get_font

from gis.errors import MissingFontError

Weight = Literal["regular", "bold"]

FAMILY: Final = "Noto Sans CJK SC"
PACKAGE: Final = "fonts-noto-cjk"
FILES: Final[dict[Weight, tuple[str, ...]]] = {
    "regular": ("NotoSansCJK-Regular.ttc", "NotoSansCJKsc-Regular.otf"),
    "bold": ("NotoSansCJK-Bold.ttc", "NotoSansCJKsc-Bold.otf"),
}
"""Names under which systems carry the font, with all languages or Chinese alone."""

EM, DPI = 100.0, 72.0
"""A size at which a point is a pixel, to measure characters."""

_UNSEEN: Final = frozenset({"Cc", "Cf", "Zl", "Zp", "Cs"})


def font(weight: Weight, size: float) -> FontProperties:
    """Return the font in a weight and a size in points.

    Raises
    ------
    MissingFontError
        If it is not installed.
    """
    return FontProperties(
        family=FAMILY,
        weight=weight,
        size=size,
        fname=_face(weight),
    )


def printable(text: str, weight: Weight) -> str:
    """Return a text as it is drawn: what cannot be seen or drawn is named.

    Control and direction marks, and characters that the font lacks, become visible, as
    in ``[U+1F525]``.

    Raises
    ------
    MissingFontError
        If the font is not installed.
    """
    return "".join(_drawn(sign, weight) for sign in text)


def width_of(text: str, weight: Weight) -> float:
    """Return the width of a line of text as it is drawn, in sizes of its font.

    Raises
    ------
    MissingFontError
        If the font is not installed.
    """
    return sum(_advance(sign, weight) for sign in text)


@cache
def _drawn(sign: str, weight: Weight) -> str:
    """Return a character as it is drawn, or its number."""
    is_drawn = ord(sign) in _glyphs(weight)
    if is_drawn and unicodedata.category(sign) not in _UNSEEN:
        return sign
    return f"[U+{ord(sign):04X}]"


@cache
def _advance(sign: str, weight: Weight) -> float:
    """Return the width of a character as it is drawn, in sizes of its font."""
    face = get_font(_face(weight))
    face.set_size(EM, DPI)
    glyphs = [face.load_char(ord(part)) for part in _drawn(sign, weight)]
    return float(sum(glyph.linearHoriAdvance for glyph in glyphs) / 65536 / EM)


@cache
def _glyphs(weight: Weight) -> frozenset[int]:
    """Return the code points that the font can draw."""
    return frozenset(get_font(_face(weight)).get_charmap())


@cache
def _face(weight: Weight) -> FontPath:
    """Return the file of the font, and which of its faces is the Chinese one."""
    installed = {Path(path).name: path for path in sorted(findSystemFonts())}
    for name in FILES[weight]:
        if name in installed:
            return _chinese_face(installed[name])
    raise MissingFontError(
        "The font {family!r} was not found among those of the system, expected one of "
        "{files!r}; install the package {package!r}.",
        family=FAMILY,
        files=list(FILES[weight]),
        package=PACKAGE,
    )


def _chinese_face(path: str) -> FontPath:
    """Return the face of simplified Chinese of a font file."""
    return next(face for face in _faces(path) if get_font(face).family_name == FAMILY)


def _faces(path: str) -> Iterator[FontPath]:
    """Yield the faces of a font file."""
    for face in range(get_font(path).num_faces):
        yield FontPath(path, face)
