"""The font of reports: found among those of the system; what it lacks is named."""

import unicodedata
from functools import cache
from typing import Final

from fontTools.ttLib import TTFont
from typst import FontInfo, Fonts

from gis.errors import MissingFontError

FAMILIES: Final = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "PingFang SC",
    "Hiragino Sans GB",
    "Microsoft YaHei",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "SimHei",
    "Droid Sans Fallback",
    "SimSun",
)
"""Chinese fonts of Linux, macOS and Windows, the best first."""
PACKAGE: Final = "fonts-noto-cjk"
REGULAR: Final = 400
"""Weight of plain text."""

_UNSEEN: Final = frozenset({"Cc", "Cf", "Zl", "Zp", "Cs"})


@cache
def system_fonts() -> Fonts:
    """Return the fonts of the system, looked for once."""
    return Fonts(include_system_fonts=True, include_embedded_fonts=False)


@cache
def family() -> str:
    """Return the first of `FAMILIES` that the system has.

    Raises
    ------
    MissingFontError
        If it has none of them.
    """
    installed = {*system_fonts().families()}
    for name in FAMILIES:
        if name in installed:
            return name
    raise MissingFontError(
        "No Chinese font was found among those of the system, expected one of "
        "{families!r}; install the package {package!r}, or one of them.",
        families=list(FAMILIES),
        package=PACKAGE,
    )


def printable(text: str) -> str:
    """Return a text as it is drawn: what cannot be seen or drawn is named.

    Control and direction marks, and characters that the font lacks, become visible, as
    in ``[U+1F525]``.

    Raises
    ------
    MissingFontError
        If no font is installed.
    """
    return "".join(map(_drawn, text))


@cache
def _drawn(sign: str) -> str:
    """Return a character as it is drawn, or its number."""
    is_drawn = ord(sign) in _signs()
    if is_drawn and unicodedata.category(sign) not in _UNSEEN:
        return sign
    return f"[U+{ord(sign):04X}]"


@cache
def _signs() -> frozenset[int]:
    """Return the code points that the font can draw."""
    face = _face()
    with TTFont(face.path, fontNumber=face.index, lazy=True) as font:
        return frozenset(font.getBestCmap() or ())


def _face() -> FontInfo:
    """Return the plainest face of the font."""
    faces = [face for face in system_fonts().fonts() if face.family == family()]
    return min(faces, key=lambda face: (abs(face.weight - REGULAR), face.style))
