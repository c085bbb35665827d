"""Every reason of a photo has a sentence in both languages that says what to do."""

import ast
import re
from pathlib import Path

import pytest

from layers.photos.words import PHOTO, PHOTO_REASONS, photo_error

CHINESE = re.compile("[一-鿿]")
ROOT = Path(__file__).parents[3]


def named_reasons():
    """Every reason that the code raises."""
    for floor in ("layers", "api"):
        for path in (ROOT / floor).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                name = getattr(getattr(node, "func", None), "id", "")
                if name in {"photo_error", "PictureError"}:
                    yield from (
                        a.value for a in node.args if isinstance(a, ast.Constant)
                    )


def test_every_reason_is_raised_and_has_its_sentence():
    indirect = {"in_memory", "no_folder"}
    assert {*named_reasons()} | indirect == {*PHOTO_REASONS}


@pytest.mark.parametrize("reason", PHOTO_REASONS)
def test_a_sentence_says_what_to_do_in_both_languages(reason):
    words = PHOTO_REASONS[reason]
    assert CHINESE.search(words.zh)
    assert "请" in words.zh
    assert words.zh.endswith("。")
    assert not CHINESE.search(words.en)
    assert re.search("[;,] ", words.en)
    assert words.en.endswith(".")
    if reason != "lost":
        assert "没有任何改动" in words.zh
        assert "nothing was changed" in words.en


def test_captions_are_in_both_languages():
    for words in PHOTO.values():
        assert CHINESE.search(words.zh)
        assert not CHINESE.search(words.en)


def test_an_error_has_its_reason_and_sentence():
    error = photo_error("damaged")
    assert error.reason == "damaged"
    assert str(error) == PHOTO_REASONS["damaged"].en
