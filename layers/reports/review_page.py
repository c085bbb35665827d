"""The page that the second person reads and signs before a change is approved."""

from collections.abc import Iterator, Mapping
from typing import Final

from gis.coverage.certificate import TITLE
from gis.roster.posts import ROLES
from layers.figures.review import RECORD_KINDS, RecordKind, Review
from layers.languages import in_both_languages
from layers.reports.blocks import (
    Block,
    Column,
    Content,
    Drawing,
    Heading,
    Paragraph,
    Signatures,
    Table,
    Tile,
    Tiles,
)
from layers.reports.figure_notes import with_figure_notes
from layers.reports.handover_map import handover_map
from layers.reports.review_figures import NOT_LOADED, figure_sections, warning_texts
from layers.reports.web_page import page
from layers.words import Words, in_front, words_of
from layers.words.code_lists import OWNERS
from layers.words.vocabulary import CAPTIONS, NOTEBOOK, OPEN_EVENTS

NONE: Final = "—"
NOBODY: Final = "无人 nobody"
CHANGES: Final[Mapping[str, Words]] = {
    "created": Words("新设", "created"),
    "changed": Words("调整", "changed"),
    "retired": Words("撤销", "retired"),
}
KINDS: Final[Mapping[RecordKind, Words]] = {
    "place": CAPTIONS["places"],
    "event": OPEN_EVENTS,
    "check": Words("到期检查", "Due checks"),
}
UNITS: Final[Mapping[RecordKind, str]] = {"place": "处", "event": "起", "check": "次"}
"""What a number of records counts, in Chinese."""
DUTIES: Final = Words("值班", "Duties")
ATTRIBUTES: Final[Mapping[str, str]] = {
    "parent_id": "指挥圈 circle",
    "community_id": "社区 community",
    "name": "名称 name",
    "residents": "常住人口 residents",
    "registered": "户籍人口 registered",
    "households": "户数 households",
}
SIGNED_BY: Final = (
    Words("绘制人签字", "Drawn by"),
    Words("审核人签字（不得为绘制人）", "Reviewed by, no author of it"),
    CAPTIONS["date"],
)


def review_page(review: Review) -> str:
    """Return what a change comes to as one HTML page: same review, same bytes.

    Parameters
    ----------
    review
        What is shown; every text of it is escaped.
    """
    return page(review_content(review))


def review_content(review: Review) -> Content:
    """Return the whole page as blocks.

    Parameters
    ----------
    review
        What it says.
    """
    return Content(
        title=in_front(
            review.town,
            Words("网格边界调整审核表", "Review of a change of grid boundaries"),
        ),
        facts=tuple(_facts(review)),
        is_synthetic=review.is_synthetic,
        blocks=with_figure_notes(_blocks(review)),
        paper="A3",
    )


def _facts(review: Review) -> Iterator[tuple[Words, str]]:
    """Yield what it is about."""
    version = review.version
    yield Words("生效", "Valid from"), review.since
    yield Words("依据版本", "Base"), f"{version.version} · {version.system}"
    yield Words("绘制人", "Authors"), ", ".join(review.authors) or NONE
    yield (
        Words("尺度规则", "Sizing rule"),
        f"{review.rule.version} · {words_of(review.rule.owner, OWNERS).line}",
    )


def _blocks(review: Review) -> Iterator[Block]:
    """Yield the sections."""
    yield _tiles(review)
    if review.changes.empty:
        yield Paragraph(Words("与依据版本没有差别。", "Nothing differs from the base."))
    else:
        yield from _map_section(review)
        yield from _change_section(review)
        yield from figure_sections(review)
        yield from _caseload_section(review)
    yield from _post_section(review)
    yield from _warning_section(review)
    yield from _certificate_section(review)
    yield from _edit_section(review)
    yield from _signature_section(review)


def _tiles(review: Review) -> Tiles:
    """Return the numbers that are read first."""
    counts = review.changes["change"].value_counts()
    nodes_only = len(review.nodes_only)
    beside = {"changed": f"其中仅节点 {nodes_only:,}" if nodes_only else ""}
    kinds = (
        Tile(
            f"{int(counts.get(kind, 0)):,}",
            Words(f"{words.zh}网格", f"Grids {words.en}"),
            Words(beside.get(kind, "")),
            "grids_changed",
            "个",
        )
        for kind, words in CHANGES.items()
    )
    records = (
        Tile(
            _number(review.caseload.records[kind], review.caseload.lack(kind)),
            Words(f"易手{KINDS[kind].zh}", f"{KINDS[kind].en} that change hands"),
            Words(""),
            "handed_over",
            "" if review.caseload.records[kind] is None else UNITS[kind],
        )
        for kind in RECORD_KINDS
    )
    duties = Tile(
        _number(review.caseload.duties, NOT_LOADED),
        Words(f"易手{DUTIES.zh}", f"{DUTIES.en} that change hands"),
        Words(""),
        "duties_moved",
        "" if review.caseload.duties is None else "班",
    )
    return Tiles((*kinds, *records, duties))


def _number(records: tuple[object, ...] | None, lack: Words) -> str:
    return lack.zh if records is None else f"{len(records):,}"


def _map_section(review: Review) -> Iterator[Block]:
    """Yield the map and how it is read."""
    yield Heading(Words("调整前后", "Before and after"))
    yield Paragraph(
        Words(
            "虚线为调整前的边界，粗实线为调整后的边界；易手地域以接收网格的颜色填充，"
            "箭头后为原网格。上北下南。",
            "Dashed: borders before. Thick: borders after. Ground that changes hands "
            "has the colour of its receiver; the arrow names where it comes from. "
            "North is up.",
        )
    )
    svg = handover_map(
        review.grids_before,
        review.grids_after,
        sorted(review.moving) or review.changes["grid_id"].astype(str).tolist(),
        review.ground,
    )
    yield Drawing(svg, Words("调整前后的网格边界", "Grid boundaries before and after"))


def _change_section(review: Review) -> Iterator[Block]:
    """Yield what differs, and what ground goes where."""
    yield Heading(Words("网格变化", "Grids that differ"))
    moving, nodes_only = review.moving, review.nodes_only
    rows = []
    for kind, grid in zip(
        review.changes["change"], review.changes["grid_id"].astype(str), strict=True
    ):
        differs = ["边界 border"] if grid in moving else []
        if grid in nodes_only:
            differs = ["仅边界节点，地域不变 nodes of the border only, same ground"]
        differs += [
            ATTRIBUTES.get(name, name) for name in review.attributes.get(grid, ())
        ]
        rows.append((CHANGES[kind].line, grid, "、".join(differs) or NONE))
    yield Table(
        (
            Column(Words("变化", "Change"), 40),
            Column(CAPTIONS["grid"], 80),
            Column(Words("内容", "What"), 153),
        ),
        tuple(rows),
    )
    yield Heading(Words("地域去向", "Ground that changes hands"))
    if not review.ground:
        yield Paragraph(CAPTIONS["none"])
        return
    yield Table(
        (
            Column(Words("原网格", "From"), 80),
            Column(Words("接收网格", "To"), 80),
            Column(Words("面积（平方米）", "Area, m2"), 50, "ground_moved"),
            Column(Words("占原网格", "Share of it"), 40, "ground_share"),
        ),
        tuple(
            (m.from_id, m.to_id, f"{m.area_m2:,.0f}", f"{m.share:.1%}")
            for m in review.ground
        ),
    )


def _caseload_section(review: Review) -> Iterator[Block]:
    """Yield what changes hands by class, from whom to whom."""
    case = review.caseload
    for kind in RECORD_KINDS:
        words = KINDS[kind]
        yield Heading(Words(f"易手{words.zh}", f"{words.en} that change hands"))
        if kind == "event":
            yield Paragraph(
                Words(
                    "不含涉敏感类别的事件：其数量每月仅按社区公布一次。",
                    "Without events of sensitive kinds: counts of them are given once "
                    "a month, by community.",
                )
            )
        if case.records[kind] is None:
            yield Paragraph(case.lack(kind))
        elif not case.records[kind]:
            yield Paragraph(CAPTIONS["none"])
        else:
            yield _caseload_table(review, kind)


def _caseload_table(review: Review, kind: RecordKind) -> Table:
    case = review.caseload
    rows = [
        (
            row.what.line.strip() or KINDS[kind].line,
            row.before or NOBODY,
            case.leaders_before.get(row.before or "", NONE),
            row.after or NOBODY,
            case.leaders_after.get(row.after or "", NONE),
            f"{row.number:,}",
        )
        for row in case.counts(kind)
    ]
    total = f"{sum(row.number for row in case.counts(kind)):,}"
    rows.append(("合计 Total", "", "", "", "", total))
    return Table(
        (
            Column(Words("类别", "Class"), 83),
            Column(Words("原网格", "From grid"), 45),
            Column(Words("原责任岗位", "From post"), 45),
            Column(Words("新网格", "To grid"), 45),
            Column(Words("新责任岗位", "To post"), 45),
            Column(CAPTIONS["number"], 20, "handed_over"),
        ),
        tuple(rows),
    )


def _post_section(review: Review) -> Iterator[Block]:
    """Yield what becomes of posts and duties, and what is left open."""
    yield Heading(NOTEBOOK["posts"])
    if review.posts is None:
        yield Paragraph(NOT_LOADED)
        return
    rows = [*_post_rows(review)]
    if rows:
        yield Table(
            (
                Column(Words("处理", "What"), 50),
                Column(CAPTIONS["post"], 70),
                Column(Words("职责", "Role"), 60),
                Column(CAPTIONS["from_area"], 45),
                Column(CAPTIONS["to_area"], 45),
            ),
            tuple(rows),
        )
    else:
        yield Paragraph(Words("没有岗位变化。", "No post changes."))
    yield from _open_ends(review)
    yield Heading(Words(f"易手{DUTIES.zh}", f"{DUTIES.en} that change hands"))
    yield from _duty_blocks(review)


def _post_rows(review: Review) -> Iterator[tuple[str, ...]]:
    plan = review.plan
    posts = sorted(review.posts or (), key=lambda post: post.post_id)
    for post in posts:
        role = _role(post.role)
        if post.post_id in plan.ended:
            yield "终止 ends", post.post_id, role, post.area_id, NONE
        elif post.post_id in plan.moved:
            area = plan.moved[post.post_id]
            yield "调整 moves", post.post_id, role, post.area_id, area
    for post in plan.created:
        yield "新设 is new", post.post_id, _role(post.role), NONE, post.area_id
    for grid in sorted(plan.vacant):
        yield "空缺 vacant on purpose", NONE, _role("grid_leader"), NONE, grid


def _role(role: str) -> str:
    zh = ROLES[role].name_zh if role in ROLES else ""
    return f"{zh} {role}".strip()


def _open_ends(review: Review) -> Iterator[Block]:
    """Yield the posts and grids of which nobody has said what becomes of them."""
    silent, leaderless = review.succession.silent, review.succession.leaderless
    if silent:
        names = ", ".join(f"{post.post_id} ({post.area_id})" for post in silent)
        yield Paragraph(
            Words(
                f"⚠ 所属网格已撤销而未作安排的岗位：{names}。批准前须终止或调整。",
                "Posts of retired grids of which nothing is said; end or move them.",
            )
        )
    if leaderless:
        yield Paragraph(
            Words(
                f"⚠ 没有网格长岗位的网格：{'、'.join(leaderless)}。批准前须设岗，"
                "或注明有意空缺。",
                "Grids without a leader post; give each one, or name it as vacant.",
            )
        )


def _duty_blocks(review: Review) -> Iterator[Block]:
    duties = review.caseload.duties
    if duties is None:
        yield Paragraph(NOT_LOADED)
        return
    if not duties:
        yield Paragraph(CAPTIONS["none"])
        return
    counts: dict[tuple[str, str, str], int] = {}
    for duty, before, after in duties:
        key = (str(duty.post_id), before, after or "岗位终止 post ends")
        counts[key] = counts.get(key, 0) + 1
    yield Table(
        (
            Column(CAPTIONS["post"], 80),
            Column(CAPTIONS["from_area"], 60),
            Column(CAPTIONS["to_area"], 60),
            Column(Words("值班数", "Duties"), 30, "duties_moved"),
        ),
        tuple((*key, f"{count:,}") for key, count in sorted(counts.items())),
    )


def _warning_section(review: Review) -> Iterator[Block]:
    yield Heading(Words("提示", "Warnings"))
    texts = [*review.warnings, *warning_texts(review)]
    if not texts:
        yield Paragraph(CAPTIONS["none"])
    yield from (Paragraph(Words(f"⚠ {text.zh}", text.en)) for text in texts)


def _certificate_section(review: Review) -> Iterator[Block]:
    """Yield the certificate of the draft."""
    certificate = review.certificate
    yield Heading(in_both_languages(TITLE))
    verdict = in_both_languages(certificate.verdict)
    if not certificate.is_clean:
        verdict = Words(
            f"{verdict.zh}；发布将被拒绝", f"{verdict.en}; it will not be published"
        )
    yield Paragraph(verdict)
    area_km2 = certificate.area_m2 / 1e6
    size = f"{certificate.grid_count:,} 个网格，{area_km2:,.3f} 平方千米"
    english = f"{certificate.grid_count:,} grids, {area_km2:,.3f} km2"
    yield Paragraph(Words(size, english))
    for fault in certificate.faults:
        text = in_both_languages(fault.to_text())
        yield Paragraph(Words(f"✗ {text.zh}", text.en))
    for note in certificate.notes:
        text = in_both_languages(note.to_text())
        yield Paragraph(Words(f"注：{text.zh}", text.en))


def _edit_section(review: Review) -> Iterator[Block]:
    """Yield the edits in order."""
    yield Heading(Words("修改记录", "Edits in order"))
    yield Table(
        (
            Column(Words("序号", "No."), 14),
            Column(Words("绘制人", "Author"), 50),
            Column(Words("说明", "What for"), 129),
            Column(Words("操作", "Operations"), 80),
        ),
        tuple(
            (str(number), edit.author, edit.note, ", ".join(edit.operations))
            for number, edit in enumerate(review.edits, start=1)
        ),
    )


def _signature_section(review: Review) -> Iterator[Block]:
    """Yield what is signed, in full."""
    digests = review.digests
    yield Heading(Words("摘要与签字", "Digests and signatures"))
    yield Table(
        (
            Column(Words("对象", "What"), 70),
            Column(Words("SHA-256"), 203),
        ),
        (
            ("修改文件 change file", digests.change),
            ("草稿 draft", digests.draft),
            ("依据版本 base version", digests.base),
        ),
    )
    yield Signatures(SIGNED_BY)
