"""Whatever the program says it says in Chinese, with the same values, to the end."""

import io
import re
import string
import subprocess
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from gis.counts import count_text
from gis.crs import parse_datum
from gis.errors import CrsError, SettingError
from gis.sentences import sentence, spoken
from layers.languages import (
    in_both_languages,
    in_language,
    language_of,
    page_language,
    translated,
    user_language,
)
from layers.words import Words
from support.harness.catalogue import LANGUAGE, click_texts, po_file, texts

ROOT = Path(__file__).parents[2]
CATALOGUE = read_po(io.BytesIO(po_file(LANGUAGE).read_bytes()), locale=LANGUAGE)
# English verbs between a count and the rest, which Chinese does not need
LEFT_OUT = {"verb", "was", "were", "has", "have", "is", "are", "lies", "them", "falls"}
HAN = re.compile(r"[\u4e00-\u9fff]")


def values_of(template: str) -> set[tuple[str, str | None, str | None]]:
    parts = string.Formatter().parse(template)
    return {(n, spec, how) for _, n, spec, how in parts if n and n not in LEFT_OUT}


def chinese(text: str | tuple[str, ...]) -> str:
    message = CATALOGUE.get(text)
    assert message is not None, text
    written = message.string
    return written if isinstance(written, str) else written[0]


def test_the_catalogue_has_what_the_program_says_and_nothing_else() -> None:
    here = {message.id for message in CATALOGUE if message.id}
    assert here == texts() | click_texts(), "run `make catalogue` and translate"


def faults_of(text: str) -> Iterator[str]:
    """What is wrong with the Chinese of a text."""
    said = chinese(text)
    if not said:
        yield f"no Chinese: {text!r}"
    if "{" in text and values_of(said) != values_of(text):
        yield f"other values: {said!r} for {text!r}"
    words = re.sub(r"\{[^}]*\}|`[^`]*`|make serve", "", text)
    if re.search(r"[a-z]{3,} [a-z]{2,}", words) and not HAN.search(said):
        yield f"still English: {said!r}"
    if text.endswith(".") and not said.rstrip().endswith(("。", ".", "……", "…")):
        yield f"no end: {said!r}"


def test_each_text_is_in_chinese_with_the_same_values_to_its_end() -> None:
    assert [fault for text in sorted(texts()) for fault in faults_of(text)] == []


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ("", "no Chinese"),
        ("网格 {grid} 重复；请更正。", "other values"),
        ("网格 {grid!r} 重复；请更正", "no end"),
        ("Grid {grid!r} is there twice; correct it.", "still English"),
    ],
)
def test_a_wrong_translation_is_a_fault(
    monkeypatch: pytest.MonkeyPatch, said: str, fault: str
) -> None:
    text = "Grid {grid!r} is there twice; correct it."
    catalogue = Catalog()
    catalogue.add(text, said)
    monkeypatch.setattr(sys.modules[__name__], "CATALOGUE", catalogue)
    assert any(fault in line for line in faults_of(text))


def test_what_is_built_is_what_translators_wrote() -> None:
    # `make setup` builds it
    for message in CATALOGUE:
        if isinstance(message.id, str) and message.id:
            assert translated(message.id, LANGUAGE) == message.string


def test_what_reports_print_is_in_both_languages() -> None:
    assert in_both_languages(count_text(1, "fault")) == Words("1 处错误", "1 fault")
    assert in_both_languages("G1") == Words("G1", "G1")


def test_a_sentence_without_translation_stays_english() -> None:
    assert in_language(sentence("Nobody wrote {this!r}.", this=1), LANGUAGE) == (
        "Nobody wrote 1."
    )
    assert in_language("plain", LANGUAGE) == "plain"


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "de_DE.UTF-8", "LC_ALL": "zh_CN.GB18030"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "PAGODA_LANG": "en"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        ({"PAGODA_LANG": "zh-CN"}, "zh"),
        ({"PAGODA_LANG": "zh_CN.UTF-8", "LANG": "C"}, "zh"),
        ({"PAGODA_LANG": "en_US", "LANG": "zh_CN.UTF-8"}, "en"),
    ],
)
def test_language_is_that_of_the_setting_else_of_the_locale(
    environment: dict[str, str], language: str
) -> None:
    assert language_of(environment) == language


def test_a_language_that_is_none_is_refused_where_it_is_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(SettingError, match="'de', expected en or zh"):
        language_of({"PAGODA_LANG": "de", "LANG": "zh_CN.UTF-8"})
    # an object that shows itself cannot refuse
    monkeypatch.setenv("PAGODA_LANG", "de")
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert (user_language(), page_language()) == ("zh", "zh-CN")


def test_the_language_of_the_user_may_change_while_the_process_lives(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    grids = count_text(3, "grid")
    monkeypatch.setenv("PAGODA_LANG", "zh")
    assert (spoken(grids), page_language()) == ("3 个网格", "zh-CN")
    monkeypatch.setenv("PAGODA_LANG", "en")
    assert (spoken(grids), page_language()) == ("3 grids", "en")


def test_who_imports_any_of_layers_is_spoken_to_in_their_language() -> None:
    code = (
        "from gis.counts import count_text; from gis.sentences import spoken; "
        "print(ascii(spoken(count_text(3, 'grid')))); import layers; "
        "print(ascii(spoken(count_text(3, 'grid'))))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(ROOT), "PAGODA_LANG": "zh"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.split("\n")[:2] == ["'3 grids'", ascii("3 个网格")]


def test_a_traceback_says_an_error_in_the_language_of_the_user_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for language, lines in (("zh", 1), ("en", 0)):
        monkeypatch.setenv("PAGODA_LANG", language)
        with pytest.raises(CrsError) as caught:
            parse_datum("mars")
        shown = [*map(str.rstrip, traceback.format_exception_only(caught.value))]
        assert shown[0] == f"gis.errors.CrsError: {caught.value}"
        assert shown[0].startswith("gis.errors.CrsError: Datum 'mars' is unknown; give")
        assert len(shown[1:]) == lines
        assert all(line.startswith("坐标基准 'mars' 未知；") for line in shown[1:])


def test_a_sentence_in_a_plain_text_fails_the_test_that_meets_it() -> None:
    code = compile('f"{text}, again"', str(ROOT / "gis" / "any.py"), "eval")
    with pytest.raises(AssertionError, match=r"any\.py:1 writes the sentence"):
        eval(code, {"text": sentence("no geometry")})  # noqa: S307  our own text
    with pytest.raises(AssertionError, match="plain text 'bays not looked for'"):
        sentence("clean: {bays}", bays="bays not looked for")
    assert sentence("{count} of {name!r}", count=1, name="no geometry") == (
        "1 of 'no geometry'"
    )
