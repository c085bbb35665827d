import re
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pytest

from gis.models import RiskLevel, SafetyCode, Scene
from layers.packs.scenario_files import shipped_scenarios
from layers.styles import (
    CODE_STYLES,
    LEVEL_STYLES,
    PACK_SIGNS,
    PAGE_COLOURS,
    SCENE_STYLES,
    SYMBOLS,
    level_style,
)

ROOT = Path(__file__).parents[2]
FILLS = {style.letter: style.colour for style in LEVEL_STYLES}

# Machado, Oliveira, Fernandes (2009), severity 1.0, on linear RGB
SIGHTS = {
    "full": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)


def linear(code):
    values = np.array([int(code[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(
        values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4
    )


def lab(code, sight="full"):
    """CIE L*a*b* (D65) as an eye of that sight sees the colour."""
    seen = np.clip(np.asarray(SIGHTS[sight]) @ linear(code), 0, 1)
    xyz = TO_XYZ @ seen / [0.95047, 1.0, 1.08883]
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def contrast(code, other):
    """Contrast of WCAG 2."""
    dark, light = sorted(TO_XYZ[1] @ linear(c) for c in (code, other))
    return (light + 0.05) / (dark + 0.05)


def test_every_level_and_no_data_have_one_style():
    levels = [style.level for style in LEVEL_STYLES]
    assert levels == [*sorted(RiskLevel, reverse=True), None]


@pytest.mark.parametrize("field", ["colour", "pattern", "letter", "zh", "en"])
def test_levels_differ_in_each_sign(field):
    values = [getattr(style, field) for style in LEVEL_STYLES]
    assert len(set(values)) == len(values)


@pytest.mark.parametrize("sight", SIGHTS)
def test_neighbouring_levels_are_far_apart_for_every_sight(sight):
    for one, other in pairwise("ROYBG"):
        distance = np.linalg.norm(lab(FILLS[one], sight) - lab(FILLS[other], sight))
        assert distance > 20, (one, other)  # 2.3 is just noticeable


@pytest.mark.parametrize("sight", SIGHTS)
def test_any_two_levels_can_be_told_apart_for_every_sight(sight):
    for one, other in combinations(FILLS, 2):
        distance = np.linalg.norm(lab(FILLS[one], sight) - lab(FILLS[other], sight))
        assert distance > 15, (one, other)


def test_red_is_seen_first():
    away = {
        letter: np.linalg.norm(lab(code) - lab(PAGE_COLOURS["paper"]))
        for letter, code in FILLS.items()
    }
    assert max(away, key=away.get) == "R"
    assert min(FILLS, key=lambda letter: lab(FILLS[letter])[0]) == "R"


@pytest.mark.parametrize("style", LEVEL_STYLES, ids=lambda style: style.letter)
def test_letters_read_on_their_fill(style):
    assert contrast(style.ink, style.colour) >= 4.5


def test_no_data_is_hatched_and_outside_the_scale():
    assert level_style(None).pattern
    assert np.hypot(*lab(level_style(None).colour)[1:]) < 5  # next to no hue


def paint(style):
    """What is most of a symbol: its fill, or its edge where the fill is white."""
    return style.edge if style.fill == "#ffffff" else style.fill


def test_every_code_and_scene_has_one_style():
    assert list(CODE_STYLES) == [None, *SafetyCode]
    assert list(SCENE_STYLES) == list(Scene)


def test_codes_differ_in_shape_and_scenes_in_sign():
    assert len({CODE_STYLES[code].shape for code in SafetyCode}) == 3
    assert len({style[0] for style in SCENE_STYLES.values()}) == 8


@pytest.mark.parametrize("sight", SIGHTS)
def test_codes_can_be_told_apart_for_every_sight(sight):
    for one, other in combinations(SafetyCode, 2):
        colours = [paint(CODE_STYLES[code]) for code in (one, other)]
        distance = np.linalg.norm(np.subtract(*(lab(c, sight) for c in colours)))
        assert distance > 20, (one, other)


@pytest.mark.parametrize("sight", SIGHTS)
def test_symbols_stand_off_their_halo_and_signs_off_their_fill(sight):
    for style in [*CODE_STYLES.values(), SYMBOLS["post"], SYMBOLS["station"]]:
        assert (
            contrast(paint(style), "#ffffff") >= 3
            or contrast(style.edge, "#ffffff") >= 3
        )
        assert contrast(style.ink, style.fill) >= 4.5


def test_codes_are_no_colour_of_an_area():
    for code in SafetyCode:
        style = CODE_STYLES[code]
        for area in FILLS.values():
            assert np.linalg.norm(lab(style.edge) - lab(area)) > 15
            assert area not in {style.edge, style.fill}


def test_bubble_of_places_has_no_hue():
    bubble = SYMBOLS["bubble"]
    for colour in (bubble.edge, bubble.fill, bubble.ink):
        assert np.hypot(*lab(colour)[1:]) < 8


def test_hex_codes_stand_in_styles_only():
    sources = [
        path
        for floor in ("gis", "layers", "api")
        for path in (ROOT / floor).rglob("*")
        if path.suffix in {".py", ".js", ".css"} and "dist" not in path.parts
    ]
    named = {
        path.name
        for path in sources
        if re.search(
            r"(?<!&)#(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{3})\b", path.read_text("utf-8")
        )
    }
    assert named == {"styles.py"}


def test_each_symbol_of_a_shipped_pack_has_one_sign_of_its_own():
    assert {pack.symbol for pack in shipped_scenarios().packs} == set(PACK_SIGNS)
    assert {len(sign) for sign in PACK_SIGNS.values()} == {1}
    assert len(set(PACK_SIGNS.values())) == len(PACK_SIGNS)
