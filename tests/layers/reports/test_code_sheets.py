"""Sheets of QR codes: each is drawn as it is made, with its name and id."""

import io
import re

import numpy as np
import pypdf
import pytest
import segno

from layers.reports import code_sheets
from layers.reports.code_sheets import (
    COLUMNS,
    QUIET,
    ROWS,
    SIDE,
    CodeLabel,
    draw_code,
)

pytestmark = pytest.mark.usefixtures("installed_font")

ADDRESS = "https://town.example/pagoda/enterprises/E00001"


def labels(count: int, name: str = "好味面馆") -> list[CodeLabel]:
    """So many labels of one name."""
    return [CodeLabel(f"{ADDRESS}/{n}", f"E{n:05}", name) for n in range(count)]


def pages(document: bytes) -> list[str]:
    """The text of every page."""
    reader = pypdf.PdfReader(io.BytesIO(document))
    return [page.extract_text() for page in reader.pages]


@pytest.mark.parametrize("address", [ADDRESS, "http://127.0.0.1:8000/e/1", "甲" * 90])
def test_modules_on_the_paper_are_those_of_the_code(address: str) -> None:
    symbol = segno.make(address, error="m", micro=False)
    modules = np.array([[m & 1 for m in row] for row in symbol.matrix])
    plot = draw_code(address)
    [scale] = re.findall(r"scale\(([\d.]+)\)", plot.body)
    side = len(modules) + 2 * QUIET
    assert float(scale) * side == pytest.approx(SIDE, abs=0.001)
    dark = np.zeros((side, side), dtype=int)
    runs = re.findall(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z", plot.body)
    for x, y, there, back in np.array(runs, dtype=int):
        assert there == back
        dark[y, x : x + there] += 1
    assert (dark == np.pad(modules, QUIET)).all()
    assert plot.body.count("M") == len(runs)


def test_every_label_is_printed_once_in_order_on_as_few_pages_as_it_takes() -> None:
    count = COLUMNS * ROWS + 1
    texts = pages(code_sheets.code_sheets(labels(count), "S镇", is_synthetic=False))
    assert len(texts) == 2
    ids = [word for text in texts for word in text.split() if word.startswith("E0")]
    assert ids == [f"E{n:05}" for n in range(count)]
    assert "".join(texts).count("好味面馆") == count
    assert all("S镇" in text.replace(" ", "") for text in texts)
    assert not any("模拟数据" in text for text in texts)
    assert "2 / 2" in texts[1]


def test_synthetic_towns_are_marked_on_every_page() -> None:
    texts = pages(code_sheets.code_sheets(labels(20), "", is_synthetic=True))
    assert all("模拟数据" in text for text in texts)


def test_long_name_is_cut_with_a_mark_and_no_name_leaves_the_id() -> None:
    [text] = pages(
        code_sheets.code_sheets(labels(1, "长" * 99), "", is_synthetic=False)
    )
    assert "…" in text
    assert 20 < text.count("长") < 60
    [text] = pages(code_sheets.code_sheets(labels(1, ""), "", is_synthetic=False))
    assert "E00000" in text


def test_same_labels_are_the_same_bytes() -> None:
    one, other = (
        code_sheets.code_sheets(labels(3), "S镇", is_synthetic=True) for _ in range(2)
    )
    assert one == other


def test_a_phone_reads_a_code_of_a_long_address() -> None:
    address = (
        "https://a-long-name-of-a-town.example/governance/pagoda/enterprises/E00001"
    )
    modules = segno.make(address, error="m").symbol_size(border=QUIET)[0]
    assert SIDE / modules >= 0.8  # millimetres
