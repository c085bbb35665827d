"""The page of a change: map, tables, posts, digests, and nothing that runs."""

import html

import geopandas as gpd
import pytest
import shapely

from gis.models import Post, PostId
from gis.roster import PostsPlan
from gis.versions import Lineage
from layers.reports.blocks import Heading, Panel, Paragraph, Table
from layers.reports.change_page import (
    NOT_LOADED,
    ChangeReport,
    change_content,
    receivers,
)
from layers.reports.web_page import page
from layers.words import Words

WEST, EAST = shapely.box(120, 30, 120.01, 30.01), shapely.box(120.01, 30, 120.02, 30.01)
HOSTILE = "</style><script>alert(1)</script>${1}"


def report(**values: object) -> ChangeReport:
    """East gives all to west."""
    fields = {
        "facts": ((Words("事由", "what for"), HOSTILE),),
        "changes": gpd.GeoDataFrame(
            {"change": ["retired", "changed"], "grid_id": ["E-1", "W-1"]},
            geometry=[EAST, WEST],
        ),
        "before": {"E-1": EAST, "W-1": WEST},
        "after": {"W-1": shapely.union(EAST, WEST)},
        "lineage": (Lineage("E-1", "W-1", 1.0),),
        "handovers": (
            (Words("场所", "Places"), {("E-1", "W-1"): 1234, ("E-1", None): 1}),
            (Words("事件", "Events"), None),
            (Words("检查", "Checks"), {}),
        ),
        "plan": PostsPlan(
            frozenset({PostId("E-L")}),
            {PostId("E-M"): "W-1"},
            (Post(PostId("N-L"), "W-1", "grid_leader"),),
        ),
        "open_ends": ("1 grid has no leader.",),
        "certificate": "clean",
        "is_synthetic": True,
    }
    return ChangeReport(**(fields | values))


def rows(content) -> list[tuple[object, ...]]:
    """All rows of all tables."""
    tables = (block for block in content.blocks if isinstance(block, Table))
    return [row for table in tables for row in table.rows]


def test_every_part_of_a_change_is_there() -> None:
    content = change_content(report())
    assert rows(content) == [
        ("E-1", "W-1", "100.0%"),
        ("E-1", "W-1", "1,234"),
        ("E-1", "无 nobody", "1"),
        ("E-L", "终止 ends", ""),
        ("E-M", "转移 moves", "W-1"),
        ("N-L", "新设 new", "W-1"),
    ]
    texts = [b.words for b in content.blocks if isinstance(b, (Paragraph, Heading))]
    assert NOT_LOADED in texts
    assert Words("", "1 grid has no leader.") in texts
    panel = content.blocks[0]
    assert isinstance(panel, Panel)
    chips = [(chip.text, words.zh) for chip, words in panel.lines]
    assert chips == [("取消", "E-1"), ("变更", "W-1")]
    assert panel.lines[1][0].fill == receivers(report().lineage)["W-1"]


def test_page_runs_nothing_and_is_the_same_each_time() -> None:
    text = page(change_content(report()))
    assert text == page(change_content(report()))
    assert "<script" not in text
    assert HOSTILE in html.unescape(text)
    assert text.count("stroke-dasharray") > 0


def test_page_of_a_change_that_moves_no_ground_is_drawn() -> None:
    bare = report(lineage=(), handovers=(), plan=PostsPlan(), open_ends=())
    assert rows(change_content(bare)) == []
    assert "<svg" in page(change_content(bare))


def test_many_receivers_share_colours_in_turn() -> None:
    lineage = [Lineage("A", f"G{n:02}", 0.1) for n in range(8)]
    colours = receivers(lineage)
    assert colours["G00"] == colours["G06"] != colours["G01"]


@pytest.mark.parametrize("kind", ["created", "changed", "retired"])
def test_kinds_have_a_word_in_both_languages(kind: str) -> None:
    changes = gpd.GeoDataFrame({"change": [kind], "grid_id": ["W-1"]}, geometry=[WEST])
    panel = change_content(report(changes=changes)).blocks[0]
    [(chip, words)] = panel.lines
    assert (bool(chip.text), words.en) == (True, kind)
