"""What the browser code of the editor asks for is there, in both languages."""

import re

import pytest

from gis.editing.recorded import FIELDS
from layers.editor_code import editor_module
from layers.words.editor import EDITOR, editor_words

CHINESE = re.compile("[一-鿿]")
MODULE = editor_module()
ASKED = set(re.findall(r'\bword\("(\w+)"', MODULE)) | set(
    re.findall(r"words\.(?:zh|en)\.(\w+)", MODULE)
)
BEGINNINGS = [text for text in re.findall(r"[`\[]`?(\w+_)\$\{", MODULE) if text]


def test_every_text_that_is_asked_for_is_there():
    assert len(ASKED) > 30
    assert ASKED - set(EDITOR) == set()


@pytest.mark.parametrize("beginning", sorted(set(BEGINNINGS)))
def test_there_are_texts_for_every_beginning(beginning):
    assert any(key.startswith(beginning) for key in EDITOR)


@pytest.mark.parametrize("key", EDITOR)
def test_every_text_is_in_both_languages_with_the_same_gaps(key):
    words = EDITOR[key]
    assert CHINESE.search(words.zh)
    assert words.en
    assert not CHINESE.search(words.en)
    zh, en = (sorted(set(re.findall(r"\{(\w+)\}", text))) for text in words.both)
    assert zh == en


def test_the_browser_gets_every_text_by_language():
    texts = editor_words()
    assert set(texts) == {"zh", "en"}
    assert {key: words.zh for key, words in EDITOR.items()} == texts["zh"]
    assert {key: words.en for key, words in EDITOR.items()} == texts["en"]


def test_notes_are_of_operations():
    notes = {key.removeprefix("note_") for key in EDITOR if key.startswith("note_")}
    assert notes <= set(FIELDS)
