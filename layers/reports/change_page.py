"""What a second person reads before a change of grid boundaries is approved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import geopandas as gpd
import numpy as np
import shapely

from gis.roster import PostsPlan
from gis.versions import Lineage
from layers.reports.blocks import (
    Block,
    Chip,
    Column,
    Content,
    Heading,
    Panel,
    Paragraph,
    Picture,
    Table,
)
from layers.reports.plots import draw_change
from layers.styles import PAGE_COLOURS, RECEIVER_COLOURS
from layers.words import Words

Pairs: TypeAlias = Mapping[tuple[str | None, str | None], int]

KINDS: Final = {
    "created": Words("新设", "created"),
    "changed": Words("变更", "changed"),
    "retired": Words("取消", "retired"),
}
FROM_TO: Final = (
    Column(Words("原网格", "from"), 90),
    Column(Words("新网格", "to"), 90),
)
NOT_LOADED: Final = Words("未载入", "not loaded")
_NOBODY: Final = "无 nobody"


@dataclass(frozen=True, slots=True, eq=False)
class ChangeReport:
    """A change of grid boundaries, as a page shows it.

    Attributes
    ----------
    facts
        Captions and texts: versions, persons, digests.
    changes
        Grids with the columns ``change`` and ``grid_id``; as they are then, those that
        are gone as they were, in degrees.
    before, after
        All grids of both, in degrees.
    lineage
        Where the ground goes.
    handovers
        What changes hands by class; None where that layer is not loaded.
    plan
        What becomes of posts.
    open_ends
        What is left open about them.
    certificate
        What the examination of the coverage says.
    is_synthetic
        Whether the data are made up.
    """

    facts: tuple[tuple[Words, str], ...]
    changes: gpd.GeoDataFrame
    before: Mapping[str, shapely.Geometry]
    after: Mapping[str, shapely.Geometry]
    lineage: Sequence[Lineage]
    handovers: tuple[tuple[Words, Pairs | None], ...]
    plan: PostsPlan
    open_ends: Sequence[str]
    certificate: str
    is_synthetic: bool


def change_content(report: ChangeReport) -> Content:
    """Return the page of a change: the map first, then what it does, then to sign."""
    blocks: list[Block] = [_map_panel(report), *_ground(report), *_handovers(report)]
    blocks += [*_posts(report), *_signature(report)]
    title = Words("网格边界变更审核", "Change of grid boundaries, for review")
    return Content(title, report.facts, report.is_synthetic, tuple(blocks))


def receivers(lineage: Sequence[Lineage]) -> dict[str, str]:
    """Return the colour of each grid that gets ground, in order of the grids.

    Examples
    --------
    >>> [*receivers([Lineage("A", "C", 1.0), Lineage("A", "B", 0.5)])]
    ['B', 'C']
    """
    grids = sorted({row.to_id for row in lineage})
    return {
        grid: RECEIVER_COLOURS[n % len(RECEIVER_COLOURS)]
        for n, grid in enumerate(grids)
    }


def _moved_ground(report: ChangeReport) -> list[tuple[Lineage, shapely.Geometry]]:
    """Return the ground of each row of lineage."""
    rows = [
        row
        for row in report.lineage
        if row.from_id in report.before and row.to_id in report.after
    ]
    common = shapely.intersection(
        [report.before[row.from_id] for row in rows],
        [report.after[row.to_id] for row in rows],
    )
    areas = [shapely.MultiPolygon(_polygons(area)) for area in np.atleast_1d(common)]
    return list(zip(rows, areas, strict=True))


def _moved_frame(report: ChangeReport, colours: Mapping[str, str]) -> gpd.GeoDataFrame:
    """Return the ground that changes hands in its receiver's colour."""
    parts = _moved_ground(report)
    shapes = [area for _, area in parts] or report.changes.geometry.tolist()
    fills = [colours[row.to_id] for row, _ in parts] or ["none"] * len(shapes)
    return gpd.GeoDataFrame({"colour": fills}, geometry=shapes)


def _polygons(area: shapely.Geometry) -> list[shapely.Polygon]:
    parts = shapely.get_parts(area)
    return [part for part in parts if part.geom_type == "Polygon"]


def _map_panel(report: ChangeReport) -> Panel:
    """Return the map with the grids that change beside it."""
    colours = receivers(report.lineage)
    lines = []
    for kind, grid in zip(
        report.changes["change"], report.changes["grid_id"], strict=True
    ):
        fill = colours.get(grid, PAGE_COLOURS["card"])
        chip = Chip(KINDS[kind].zh, fill, PAGE_COLOURS["ink"], PAGE_COLOURS["outline"])
        lines.append((chip, Words(str(grid), KINDS[kind].en)))
    words = Words(
        "前（虚线）与后（实线），着色为易手地域",
        "before dashed, after solid; moved ground in its receiver's colour",
    )
    draw = draw_change(
        [*report.before.values()],
        [*report.after.values()],
        _moved_frame(report, colours),
        [
            (g[-6:], report.after[g])
            for g in report.changes["grid_id"]
            if g in report.after
        ],
    )
    picture = Picture(draw, 178.0, 118.0, words)
    return Panel(words, None, tuple(lines), picture)


def _ground(report: ChangeReport) -> list[Block]:
    """Return whose ground goes where."""
    share = Column(Words("占原网格", "share of its ground"), 50, is_number=True)
    rows = tuple((r.from_id, r.to_id, f"{r.share:.1%}") for r in report.lineage)
    heading = Heading(Words("地域去向", "Whose ground goes where"))
    return [heading, Table((*FROM_TO, share), rows) if rows else _none()]


def _handovers(report: ChangeReport) -> list[Block]:
    """Return what changes hands, class by class."""
    blocks: list[Block] = [
        Heading(Words("谁的变成谁的", "What changes hands, and from whom to whom"))
    ]
    count_column = Column(Words("数量", "count"), 50, is_number=True)
    for words, pairs in report.handovers:
        blocks.append(Paragraph(words))
        if pairs is None:
            blocks.append(Paragraph(NOT_LOADED))
            continue
        rows = tuple(
            (old or _NOBODY, new or _NOBODY, f"{count:,}")
            for (old, new), count in pairs.items()
        )
        table = Table((*FROM_TO, count_column), rows)
        blocks.append(table if rows else _none())
    return blocks


def _posts(report: ChangeReport) -> list[Block]:
    """Return what becomes of posts, and what is open."""
    plan = report.plan
    rows = (
        *((post, "终止 ends", "") for post in sorted(plan.ended)),
        *((post, "转移 moves", area) for post, area in sorted(plan.moved.items())),
        *((post.post_id, "新设 new", post.area_id) for post in plan.created),
        *(("", "空缺 vacant on purpose", area) for area in sorted(plan.vacant)),
    )
    columns = (
        Column(Words("岗位", "post"), 90),
        Column(Words("去向", "what becomes of it"), 70),
        Column(Words("网格或圈", "grid or circle"), 90),
    )
    blocks: list[Block] = [Heading(Words("岗位", "Posts"))]
    blocks.append(Table(columns, rows) if rows else _none())
    if report.open_ends:
        blocks.append(
            Paragraph(
                Words("尚未安排，未安排前不能批准：", "Open; not to be approved so:")
            )
        )
    blocks += [Paragraph(Words("", text)) for text in report.open_ends]
    return blocks


def _signature(report: ChangeReport) -> list[Block]:
    """Return what the examination says, and where to sign."""
    line = "＿" * 14
    return [
        Heading(Words("网格检查", "Examination of the coverage")),
        Paragraph(Words("", report.certificate)),
        Heading(Words("签字", "To sign")),
        Paragraph(Words(f"审核人：{line}　日期：{line}", "reviewer, date")),
    ]


def _none() -> Paragraph:
    return Paragraph(Words("无", "none"))
