"""How levels, codes, scenes and points look; the only place of hex codes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from gis.models import SCENE_NAMES, RiskLevel, SafetyCode, Scene
from layers.words.vocabulary import CODES, EVENTS, LEVELS, POSTS, STATIONS


@dataclass(frozen=True, slots=True)
class LevelStyle:
    """How one level of area risk looks and reads.

    Attributes
    ----------
    level
        None is "no data", apart from the scale and hatched.
    colour
        Fill.
    ink
        Pattern and letter on the fill.
    pattern
        SVG path in a tile of 10 by 10 pixels, repeated over the fill; empty is plain.
    letter
        One Latin letter, so that the level reads without colours.
    zh, en
        The level in words.
    """

    level: RiskLevel | None
    colour: str
    ink: str
    pattern: str
    letter: str
    zh: str
    en: str

    @property
    def sign(self) -> str:
        """One Chinese character, so that the level reads without colours."""
        return self.zh[0]


LEVEL_STYLES = (
    LevelStyle(
        RiskLevel.RED,
        "#c8161d",
        "#ffffff",
        "M-1 1L1-1M0 10L10 0M9 11L11 9",
        "R",
        *LEVELS[RiskLevel.RED].both,
    ),
    LevelStyle(
        RiskLevel.ORANGE,
        "#ee8226",
        "#5c2600",
        "M0 2.5H10M0 7.5H10",
        "O",
        *LEVELS[RiskLevel.ORANGE].both,
    ),
    LevelStyle(
        RiskLevel.YELLOW,
        "#fbe07a",
        "#6b5200",
        "M2.5 2.5h.01M7.5 7.5h.01",
        "Y",
        *LEVELS[RiskLevel.YELLOW].both,
    ),
    LevelStyle(
        RiskLevel.BLUE,
        "#7aacdb",
        "#0f3354",
        "M5 0V10",
        "B",
        *LEVELS[RiskLevel.BLUE].both,
    ),
    LevelStyle(
        RiskLevel.GREEN, "#b2dcb3", "#1d4d27", "", "G", *LEVELS[RiskLevel.GREEN].both
    ),
    LevelStyle(
        None,
        "#f4f3f0",
        "#6f6b63",
        "M-1 9L1 11M0 0L10 10M9-1L11 1M-1 4L6 11M4-1L11 6",
        "N",
        *LEVELS[None].both,
    ),
)
"""The five colours, red first, then "no data"."""


@dataclass(frozen=True, slots=True)
class SymbolStyle:
    """How a point looks and reads; never a plain fill in a colour of the areas.

    Attributes
    ----------
    shape
        circle, square or diamond.
    edge, fill, ink
        Colour of the line, of what it encloses and of the sign inside.
    sign
        One Chinese character, so that the symbol reads by itself; may be empty.
    zh, en
        The kind of point in words.
    radius
        Pixels.
    """

    shape: str
    edge: str
    fill: str
    ink: str
    sign: str
    zh: str
    en: str
    radius: float = 9


CODE_STYLES: dict[SafetyCode | None, SymbolStyle] = {
    None: SymbolStyle(
        "circle",
        "#8b8f94",
        "#ffffff",
        "#50565c",
        "",
        *CODES[None].both,
        radius=7.5,
    ),
    SafetyCode.GREEN: SymbolStyle(
        "circle",
        "#009a62",
        "#ffffff",
        "#22282e",
        "",
        *CODES[SafetyCode.GREEN].both,
        radius=7.5,
    ),
    SafetyCode.YELLOW: SymbolStyle(
        "diamond",
        "#8a5a00",
        "#ffd21f",
        "#22282e",
        "",
        *CODES[SafetyCode.YELLOW].both,
        radius=8.5,
    ),
    SafetyCode.RED: SymbolStyle(
        "square",
        "#4f0722",
        "#8f003c",
        "#ffffff",
        "",
        *CODES[SafetyCode.RED].both,
        radius=10,
    ),
}
"""Safety codes of places, told apart by shape as well; None is a place without one."""


class CardStyle(NamedTuple):
    """Colours of the QR code of a place: its modules on white, the band below."""

    modules: str
    band: str
    ink: str


CODE_CARDS: dict[SafetyCode | None, CardStyle] = {
    None: CardStyle("#50565c", "#e1ddd4", "#22282e"),
    SafetyCode.GREEN: CardStyle("#005c39", "#00754a", "#ffffff"),
    SafetyCode.YELLOW: CardStyle("#6b4700", "#ffd21f", "#22282e"),
    SafetyCode.RED: CardStyle("#8f003c", "#b0004b", "#ffffff"),
}
"""Modules are dark enough for any reader; the band shows the code at a glance."""

_SCENE_SIGNS = dict(zip(Scene, "店治租危劳建众企", strict=True))
SCENE_STYLES = {scene: (_SCENE_SIGNS[scene], *SCENE_NAMES[scene]) for scene in Scene}
"""Sign, Chinese and English name of each of the eight scenes."""

PACK_SIGNS = {
    "badge": "警",
    "bell": "铃",
    "boots": "步",
    "briefcase": "企",
    "building": "楼",
    "calendar": "期",
    "camera": "拍",
    "car": "车",
    "city": "城",
    "clock": "班",
    "crane": "吊",
    "cross": "医",
    "drop": "排",
    "extinguisher": "消",
    "eye": "视",
    "flag": "旗",
    "flame": "火",
    "hands": "解",
    "heart": "护",
    "helmet": "盔",
    "house": "村",
    "key": "租",
    "letter": "信",
    "phone": "话",
    "pickaxe": "采",
    "route": "巡",
    "scales": "秤",
    "shield": "患",
    "shop": "街",
    "speech": "言",
    "stall": "摊",
    "truck": "渣",
    "wave": "河",
    "wrench": "修",
}
"""Sign of an event by the symbol that its scenario names."""


def pack_sign(symbol: str, name_zh: str) -> str:
    """Return the character that stands on the events of a scenario.

    Parameters
    ----------
    symbol
        What the pack names; one without a sign here is taken by its name.
    name_zh
        Of the scenario.

    Examples
    --------
    >>> pack_sign("stall", "出店经营"), pack_sign("kite", "风筝"), pack_sign("", "")
    ('摊', '风', '')
    """
    return PACK_SIGNS.get(symbol, name_zh[:1])


SYMBOLS = {
    "scene": SymbolStyle("circle", "#50565c", "#ffffff", "#22282e", "", "", ""),
    "event": SymbolStyle("diamond", "#ffffff", "#5b3a94", "#ffffff", "", *EVENTS.both),
    "post": SymbolStyle("circle", "#ffffff", "#39434c", "#ffffff", "岗", *POSTS.both),
    "station": SymbolStyle(
        "square", "#ffffff", "#1d3f72", "#ffffff", "站", *STATIONS.both, 10
    ),
    "bubble": SymbolStyle("pill", "#50565c", "#ffffff", "#22282e", "", "", ""),
}
"""Other points; `bubble` stands for places that lie close together."""

RECEIVER_FILLS = (
    "#9fc5e8",
    "#f6c58f",
    "#a8d5a2",
    "#d3b8e6",
    "#f2e394",
    "#f0a8a8",
    "#8fd0cb",
    "#cdbfa6",
)
"""Ground that changes hands, by who receives it; a label says it too."""

HALO = "#ffffff"
"""Around every symbol, so that it stands off the fill of an area."""

PAGE_COLOURS = {
    "paper": "#f7f5f0",
    "card": "#ffffff",
    "ink": "#22282e",
    "quiet": "#67707a",
    "rule": "#e1ddd4",
    "border": "#ffffff",
    "outline": "#2b3640",
    "mark": "#8a1538",
    "bar": "#8d98a3",
    "focus": "#1c5d99",
}
"""Paper, text and lines of a page, by CSS variable."""

DARK_COLOURS = {
    "paper": "#14181d",
    "card": "#1d232a",
    "ink": "#f1efe9",
    "quiet": "#b3bbc4",
    "rule": "#39424c",
    "outline": "#d5dde5",
    "mark": "#f08aa5",
    "bar": "#7c8894",
    "focus": "#8ec3f2",
}
"""The same on dark paper; what is drawn on a map keeps its colours."""

EDITOR_COLOURS = {
    "accent": "#1c5d99",
    "good": "#2f7d4f",
    "refused": "#c8161d",
    "caution": "#b7791f",
    "line": "#b9a98a",
    "halo": HALO,
    "grid-border": "#76818b",
    "load-1": "#f1f2ee",
    "load-2": "#e0e8e8",
    "load-3": "#ccdae0",
    "load-4": "#b9cdd8",
    "load-5": "#9cb9ca",
}
"""What is drawn, tried and refused in the editor, and loads from light to heavy."""


METHOD_COLOURS = {
    "get": "#1c5d99",
    "post": "#20703f",
    "put": "#8f5400",
    "patch": "#0f6b63",
    "delete": "#b01218",
    "note": "#55606b",
    "value": "#ff9d9d",
}
"""Behind the methods, and of what else is read, on the page of the documentation."""


def level_style(level: RiskLevel | None) -> LevelStyle:
    """Return how a level looks and reads; None is "no data".

    Examples
    --------
    >>> level_style(RiskLevel.RED).letter, level_style(None).en
    ('R', 'No data')
    """
    return next(style for style in LEVEL_STYLES if style.level == level)


def fill_id(style: LevelStyle) -> str:
    """Return the element id of a level's pattern on a page."""
    return f"pagoda-fill-{style.letter}"


SHEET_COLOURS = {"head": "#E8EEF4", "required": "#FCE4D6", "example": "#7F7F7F"}
"""Heads, heads of columns that a row needs, and examples of workbooks."""
BLACK = "#000"
"""What is printed to be scanned."""
_DUE_CODES = {
    "late": SafetyCode.RED,
    "soon": SafetyCode.YELLOW,
    "calm": SafetyCode.GREEN,
    "over": None,
}
"""How near a time is, in the colours of the code that is like it."""


def css_variables(
    selector: str = ":root", colours: Mapping[str, str] = PAGE_COLOURS
) -> str:
    """Return the CSS rule that names every colour of a page, or of a part of it.

    Examples
    --------
    >>> css_variables().startswith(":root { --paper: #")
    True
    """
    lines = "; ".join(f"--{name}: {code}" for name, code in colours.items())
    return f"{selector} {{ {lines}; }}"


def house_variables() -> str:
    """Return the CSS rules of all pages: paper, text, levels, how near a time is.

    Examples
    --------
    >>> "--risk-5: #" in house_variables() and "--late: #" in house_variables()
    True
    """
    due: dict[str, str] = {}
    for name, code in _DUE_CODES.items():
        due |= {name: CODE_CARDS[code].band, f"{name}-ink": CODE_CARDS[code].ink}
    levels = {
        "no-data" if style.level is None else f"risk-{style.level:d}": style.colour
        for style in LEVEL_STYLES
    }
    dark = css_variables('html[data-paper="dark"]', DARK_COLOURS)
    return "\n".join([css_variables(), css_variables(colours=due | levels), dark, ""])
