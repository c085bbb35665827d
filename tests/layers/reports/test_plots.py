"""Plots are the same bytes again, and their text stays text."""

import re
from xml.etree import ElementTree

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from layers.reports.plots import PATTERNS, Plot, draw_days, draw_map, draw_modules
from layers.styles import LEVEL_STYLES, fill_id

ROOM = (60.0, 30.0)


def days_plot() -> Plot:
    return draw_days([3, 0, 12], ("09-01", "09-03"), 1, ROOM)


def texts_of(plot: Plot) -> list[str]:
    return re.findall(r"<text[^>]*>([^<]*)</text>", plot.body)


def bars_of(plot: Plot) -> list[dict[str, str]]:
    """The attributes of each rectangle."""
    root = ElementTree.fromstring(plot.svg())  # noqa: S314  our own
    return [e.attrib for e in root.iter() if e.tag.endswith("rect")]


def squares(*levels: int) -> gpd.GeoDataFrame:
    shapes = [shapely.box(120 + n, 30, 121 + n, 31) for n in range(len(levels))]
    return gpd.GeoDataFrame({"level": levels}, geometry=shapes, crs="EPSG:4490")


def test_plot_is_the_same_bytes_again_in_millimetres() -> None:
    picture = days_plot().svg()
    assert picture == days_plot().svg()
    assert 'viewBox="0 0 60 30"' in picture
    assert "<defs>" not in picture
    assert days_plot().svg(PATTERNS).count("<defs>") == 1


def test_days_say_the_first_the_last_and_the_highest() -> None:
    assert sorted(texts_of(days_plot())) == ["09-01", "09-03", "12"]


def test_days_without_events_have_a_plot() -> None:
    assert "0" in texts_of(draw_days([0, 0], ("09-01", "09-02"), 2, ROOM))


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=60), st.integers(1, 60))
def test_bars_are_as_tall_as_their_counts_and_stay_in_the_room(
    counts: list[int], now: int
) -> None:
    bars = bars_of(draw_days(counts, ("a", "b"), min(now, len(counts)), ROOM))
    tall = np.array([float(bar["height"]) for bar in bars])
    full = float(bars[int(np.argmax(counts))]["height"]) if max(counts) else 1.0
    assert np.allclose(tall, np.array(counts) / max(1, *counts) * full, atol=0.02)
    dark = [bar["fill"] for bar in bars]
    assert len({*dark[-min(now, len(counts)) :]}) == 1
    ends = [float(bar["x"]) + float(bar["width"]) for bar in bars]
    assert max(ends) <= ROOM[0]
    assert min(float(bar["y"]) for bar in bars) >= 0


def test_modules_stand_with_names_and_numbers() -> None:
    picture = draw_modules(["治安", "城管"], [7000, 0], ROOM)
    assert sorted(texts_of(picture)) == ["0", "7,000", "城管", "治安"]


def test_grids_carry_the_letter_and_the_colour_of_their_level() -> None:
    picture = draw_map(squares(0, 1, 2, 3, 4, 5), [], ROOM, 5)
    assert texts_of(picture) == ["N", "G", "B", "Y", "O", "R"]
    for style in LEVEL_STYLES:
        assert f'fill="{style.colour}"' in picture.body
        # each pattern that is drawn is one that there is
        has_pattern = f"url(#{fill_id(style)})" in picture.body
        assert has_pattern == (f'id="{fill_id(style)}"' in PATTERNS)
        assert has_pattern == bool(style.pattern)


def test_map_fits_its_room_and_is_no_larger_than_its_ground() -> None:
    for room in ((60.0, 30.0), (20.0, 90.0)):
        plot = draw_map(squares(1, 2), [], room, 5)
        assert plot.width <= room[0] + 1e-9
        assert plot.height <= room[1] + 1e-9
        # two degrees of lon by one of lat, at 30.5 degrees
        assert plot.width / plot.height == pytest.approx(1.7, abs=0.05)
        numbers = re.findall(r'd="M([^"]+)"', plot.body)[0]
        xy = np.array([p.split() for p in numbers.split("L")], dtype=float)
        assert (xy >= 0).all()
        assert (xy <= (plot.width, plot.height)).all()


def test_north_is_up_and_east_is_right() -> None:
    boxes = [shapely.box(120, 30, 121, 31), shapely.box(121, 31, 122, 32)]
    ground = gpd.GeoDataFrame({"level": [5, 1]}, geometry=boxes, crs="EPSG:4490")
    letters = re.findall(
        r'<text x="([\d.]+)" y="([\d.]+)"[^>]*>(\w)<',
        draw_map(ground, [], ROOM, 5).body,
    )
    place = {letter: (float(x), float(y)) for x, y, letter in letters}
    assert place["G"][0] > place["R"][0]
    assert place["G"][1] < place["R"][1]


def test_letters_are_smaller_where_grids_are_small() -> None:
    def size(count: int) -> float:
        body = draw_map(squares(*[1] * count), [], ROOM, 5).body
        return float(re.findall(r'font-size="([\d.]+)"', body)[0])

    assert size(2) == pytest.approx(5 * 0.3528, abs=0.01)
    assert size(40) < size(2) / 2


def test_outlines_are_drawn_over_the_grids_and_holes_stay_open() -> None:
    ground = squares(1, 1)
    outlined = draw_map(ground, [ground.union_all()], ROOM, 5).body
    plain = draw_map(ground, [], ROOM, 5).body
    assert outlined.count("<path") == plain.count("<path") + 1
    ring = shapely.box(120, 30, 121, 31).difference(
        shapely.box(120.4, 30.4, 120.6, 30.6)
    )
    holed = gpd.GeoDataFrame({"level": [1]}, geometry=[ring], crs="EPSG:4490")
    body = draw_map(holed, [], ROOM, 5).body
    assert re.findall(r'<path d="([^"]+)"', body)[0].count("M") == 2
    assert 'fill-rule="evenodd"' in body


@pytest.mark.parametrize("text", ["$x$", "<b>", "a&b", "\x07", "\u202e"])
def test_texts_of_data_stay_texts(text: str) -> None:
    svg = draw_modules([text], [1], ROOM).svg()
    root = ElementTree.fromstring(svg)  # noqa: S314  our own
    shown = [e.text for e in root.iter() if e.tag.endswith("text")]
    assert shown[0] == (text if text.isprintable() else f"[U+{ord(text):04X}]")
