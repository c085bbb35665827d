"""The looks that QGIS gets are those of the pages, and every column has its name."""

import base64
from xml.etree import ElementTree as ET

import pytest

from layers.stores.geopackage.listed import LISTED, RATED, RATED_LAYER
from layers.stores.geopackage.qml import style_of
from layers.styles import LEVEL_STYLES, SYMBOLS
from layers.words.vocabulary import TIER_NAMES

ALL = {**LISTED, RATED: RATED_LAYER}


def parsed(name):
    return ET.fromstring(style_of(name, ALL[name]).partition("\n")[2])  # noqa: S314  ours


def options(layer):
    return {option.get("name"): option.get("value") for option in layer.iter("Option")}


def symbol(root, number):
    [found] = root.findall(f"renderer-v2/symbols/symbol[@name='{number}']")
    return found


def rgba(colour):
    return ",".join(str(part) for part in (*bytes.fromhex(colour[1:]), 255))


@pytest.mark.parametrize("name", ALL)
def test_columns_are_called_by_their_chinese_names(name):
    aliases = {a.get("field"): a.get("name") for a in parsed(name).iter("alias")}
    assert aliases == {field.name: field.zh for field in ALL[name].fields}


@pytest.mark.parametrize("name", ALL)
def test_what_is_drawn_has_a_look_and_a_table_has_none(name):
    root = parsed(name)
    is_drawn = ALL[name].geometry is not None
    assert len(root.findall("renderer-v2")) == is_drawn
    assert ("Symbology" in root.get("styleCategories")) == is_drawn
    kind = "marker" if ALL[name].geometry == "point" else "fill"
    assert {s.get("type") for s in root.findall("renderer-v2/symbols/symbol")} == (
        {kind} if is_drawn else set()
    )


def test_levels_have_their_colours_patterns_and_letters():
    root = parsed(RATED)
    renderer = root.find("renderer-v2")
    assert renderer.get("attr") == "level"
    rows = {c.get("value"): c for c in renderer.iter("category")}
    assert len(rows) == len(LEVEL_STYLES)
    for style in LEVEL_STYLES:
        row = rows["" if style.level is None else str(int(style.level))]
        assert row.get("label") == f"{style.zh} {style.en}"
        fill, *tiles = symbol(root, row.get("symbol")).findall("layer")
        assert options(fill)["color"] == rgba(style.colour)
        assert len(tiles) == bool(style.pattern)
        for tile in tiles:
            image = options(tile)["svgFile"].removeprefix("base64:")
            drawing = ET.fromstring(base64.b64decode(image))  # noqa: S314  ours
            assert drawing[0].get("d") == style.pattern
            assert drawing[0].get("stroke") == style.ink
        if style.level is not None:
            text = root.find("labeling/settings/text-style").get("fieldName")
            assert f"WHEN \"level\" = {int(style.level)} THEN '{style.letter}'" in text


def test_circles_are_outlines_that_grow_with_their_tier():
    root = parsed("circles_now")
    rows = {c.get("value"): c.get("symbol") for c in root.iter("category")}
    looks = [options(symbol(root, rows[str(tier)])) for tier in sorted(TIER_NAMES)]
    widths = [float(look["outline_width"]) for look in looks]
    assert widths == sorted(widths, reverse=True)
    assert len(set(widths)) == len(widths)
    assert {look["style"] for look in looks} == {"no"}


def test_events_look_like_those_of_the_map():
    look = options(symbol(parsed("events_now"), 0))
    event = SYMBOLS["event"]
    assert (look["name"], look["color"]) == (event.shape, rgba(event.fill))
