"""Whatever the program says it says in Chinese, with the same values, to the end."""

import io
import re
import string
import sys
from collections.abc import Iterator

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from api.errors import without_addresses
from api.languages import in_language, translated
from gis.sentences import sentence
from support.harness.catalogue import LANGUAGE, click_texts, po_file, texts

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


def test_a_sentence_without_translation_stays_english() -> None:
    assert in_language(sentence("Nobody wrote {this!r}.", this=1), LANGUAGE) == (
        "Nobody wrote 1."
    )
    assert in_language("plain", LANGUAGE) == "plain"


def test_addresses_are_left_out_in_chinese_too() -> None:
    said = sentence(
        "File {path!r} has no header, expected column names in its first "
        "line; add them.",
        path="/srv/town/x.csv",
    )
    text = in_language(said, LANGUAGE)
    assert "/srv/town/x.csv" in text
    assert "/srv" not in without_addresses(text)
