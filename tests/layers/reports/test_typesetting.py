"""Data come into documents as data: no text is markup, equal values are equal bytes."""

import io
import os
import re
import subprocess
import sys

import pypdf
import pytest

from conftest import ROOT
from layers.reports.blocks import Chip, Column, Content, Paragraph, Table
from layers.reports.plots import draw_days
from layers.reports.typesetting import _data, typeset
from layers.words import Words

pytestmark = pytest.mark.usefixtures("installed_font")
MARKUP = (
    "#panic()",
    '#read("/etc/passwd")',
    "*bold* _it_ `raw`",
    "$x^2$",
    "= Heading",
    "@label <label>",
    "https://example.invalid/",
    "\\u{41} \\ ~ --- ...",
    "[#sys.inputs.data]",
    "// a comment",
    "'single' \"double\"",
)


def report(*texts: str) -> Content:
    """A report that says a text in every place that has one."""
    [text] = texts
    chip = Chip(text, "#ffffff", "#000000", "#000000")
    columns = (Column(Words(text, text), 140), Column(Words(text, text), 133))
    return Content(
        title=Words(text, text),
        facts=((Words(text, text), text),),
        is_synthetic=False,
        blocks=(Paragraph(Words(text, text)), Table(columns, ((text, chip),))),
    )


def texts_of(document: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(document)).pages
    return re.sub(r"\s", "", "".join(page.extract_text() for page in pages))


@pytest.mark.parametrize("text", MARKUP)
def test_text_of_data_is_printed_as_it_is_written(text: str) -> None:
    document = typeset("report.typ", content=report(text), paper_width=273)
    flat = re.sub(r"\s", "", text)
    # title, foot, fact, paragraph, cells and heads, most in both languages
    assert texts_of(document).count(flat) >= 11
    assert b"/URI" not in document


def test_equal_values_are_equal_bytes_in_another_process_with_another_clock() -> None:
    code = (
        "import hashlib; from layers.reports.typesetting import typeset\n"
        "from layers.reports.blocks import Content; from layers.words import Words\n"
        "c = Content(Words('村报', 'Report'), (), True, ())\n"
        "pdf = typeset('report.typ', content=c, paper_width=273)\n"
        "print(hashlib.sha256(pdf).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONPATH": str(ROOT), "TZ": zone, **seed},
            capture_output=True,
            check=True,
        ).stdout
        for zone, seed in (
            ("Asia/Shanghai", {"PYTHONHASHSEED": "1"}),
            ("America/Chicago", {"PYTHONHASHSEED": "2"}),
        )
    }
    assert len(digests) == 1


def test_values_become_plain_data_and_plots_stand_alone() -> None:
    plot = draw_days([1], ("a", "b"), 1, (20.0, 10.0))
    data = _data({"plot": plot, "words": (Words("a\u200b"),), "number": 1.5})
    assert isinstance(data, dict)
    assert data["words"] == [{"kind": "Words", "zh": "a[U+200B]", "en": ""}]
    assert data["number"] == 1.5
    assert "<defs>" in data["plot"]["svg"]
    assert (data["plot"]["width"], data["plot"]["height"]) == (20.0, 10.0)
