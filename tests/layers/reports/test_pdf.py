"""Reports as PDF: every text on A4 pages, nothing cut, no date of making."""

import io
import re
from dataclasses import replace

import pypdf
import pytest

from layers.reports import document, outline
from layers.reports.blocks import (
    Column,
    Content,
    Heading,
    Paragraph,
    Table,
    Tile,
    Tiles,
)
from layers.words import Words
from support.makers.report_days import daily_report, make_hamlet_day

pytestmark = pytest.mark.usefixtures("installed_font")


def test_a_document_has_every_text_of_the_report(hamlet: Content) -> None:
    pages = [
        p.extract_text() for p in pypdf.PdfReader(io.BytesIO(document(hamlet))).pages
    ]
    flat = re.sub(r"\s", "", "".join(pages))
    cells = [
        cell if isinstance(cell, str) else cell.text
        for block in hamlet.blocks
        if isinstance(block, Table)
        for row in block.rows
        for cell in row
    ]
    assert len(cells) > 100
    for cell in cells:
        assert re.sub(r"\s", "", cell) in flat
    assert all("模拟数据" in text for text in pages)


def test_a_document_carries_no_date_of_making(hamlet: Content) -> None:
    told = pypdf.PdfReader(io.BytesIO(document(hamlet))).metadata
    assert told is not None
    assert told.creation_date is None
    assert told.title == hamlet.title.zh


def test_a_glyph_that_the_font_lacks_is_shown_by_its_number() -> None:
    day = make_hamlet_day()
    named = replace(day, circles=day.circles.assign(name="圈\U0001f600\u200b\n丁"))
    pages = pypdf.PdfReader(io.BytesIO(document(outline(daily_report(named))))).pages
    text = re.sub(r"\s", "", "".join(page.extract_text() for page in pages))
    assert "圈[U+1F600][U+200B][U+000A]丁" in text


def pages_of(*blocks: object, is_synthetic: bool = False) -> list[str]:
    """The texts of the pages of a report of some blocks, without blanks."""
    content = Content(Words("村报", "Report"), (), is_synthetic, blocks)
    reader = pypdf.PdfReader(io.BytesIO(document(content)))
    return [re.sub(r"\s", "", page.extract_text()) for page in reader.pages]


def long_table(rows: int) -> Table:
    """A table of rows of one text and one number."""
    columns = (
        Column(Words("场所", "Place"), 200),
        Column(Words("数"), 73, "events"),
    )
    return Table(columns, tuple((f"place-{n:03d}", str(n)) for n in range(rows)))


def test_table_runs_on_under_its_headings_and_loses_no_row() -> None:
    pages = pages_of(long_table(120))
    assert len(pages) > 1
    for number, text in enumerate(pages, start=1):
        assert "场所" in text
        assert f"{number}/{len(pages)}" in text
    whole = "".join(pages)
    assert [whole.count(f"place-{n:03d}") for n in range(120)] == [1] * 120


def test_heading_is_not_left_alone_at_the_foot_of_a_page() -> None:
    for rows in range(24, 36):
        pages = pages_of(long_table(rows), Heading(Words("下节")), long_table(1))
        [page] = [text for text in pages if "下节" in text]
        assert page.index("下节") < page.rindex("place-000")


def test_made_up_data_are_marked_on_every_page_and_others_on_none() -> None:
    for is_synthetic, marks in ((True, 1), (False, 0)):
        pages = pages_of(long_table(80), is_synthetic=is_synthetic)
        assert {text.count("模拟数据") for text in pages} == {marks}


def test_tiles_and_paragraphs_are_written_in_both_languages() -> None:
    tile = Tile("1,234", Words("事件", "Events"), Words("上期 9"), "events")
    [text] = pages_of(Tiles((tile,)), Paragraph(Words("无。", "None.")))
    for words in ("1,234", "事件", "Events", "上期9", "无。", "None."):
        assert words in text
