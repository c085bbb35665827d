"""Everything odd about an event has words in both languages that say what to do."""

import re
from pathlib import Path

import pytest

from layers import event_words
from layers.event_words import DELIVERY_REASONS, EVENT_FLAGS, EVENT_TAKEN

ROOT = Path(__file__).resolve().parents[2]
SOURCES = "".join(
    path.read_text(encoding="utf-8")
    for path in sorted((ROOT / "api/service/events").glob("*.py"))
)
VOCABULARIES = {
    name: value
    for name, value in vars(event_words).items()
    if name.isupper() and hasattr(value, "items")
}


@pytest.mark.parametrize("name", VOCABULARIES)
def test_every_word_is_said_in_both_languages(name):
    for code, words in VOCABULARIES[name].items():
        assert re.search("[\u4e00-\u9fff]", words.zh), code
        assert words.zh.rstrip().endswith("。"), code
        assert words.en.rstrip().endswith("."), code


@pytest.mark.parametrize("code", [*EVENT_FLAGS, *DELIVERY_REASONS])
def test_every_code_is_produced_somewhere(code):
    assert f'"{code}"' in SOURCES


def test_what_happens_next_names_post_body_and_time():
    for words in EVENT_TAKEN.values():
        said = words.en.format(post="P", body="B", by="T")
        assert "P" in said
        assert "T" in said
