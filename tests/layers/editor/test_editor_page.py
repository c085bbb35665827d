"""The page asks for nothing outside, and its scripts cannot be left by a text."""

import re

import pytest

from layers.editor.editor_page import POLICY, editor_page, script_json
from layers.maps.offline import _ADDRESS

LOST = {"zh": "程序已结束", "en": "</script><script>alert(1)</script>"}


def test_the_page_names_no_address_outside():
    page = editor_page("abc", "S town", LOST)
    assert _ADDRESS.findall(page) == []
    assert "import " not in page.partition('type="module"')[2].partition("mount")[0]
    assert "'nonce-{nonce}'" in POLICY


def test_texts_do_not_leave_their_script():
    page = editor_page("abc", "<b>&", LOST)
    assert len(re.findall("</script>", page)) == 2
    assert "<title>&lt;b>&amp;</title>" in page
    assert script_json(["</script>"]) == '["\\u003c/script>"]'


@pytest.mark.parametrize(("language", "lang"), [("en", "en"), ("zh", "zh-CN")])
def test_the_page_speaks_the_language_of_its_user_first(monkeypatch, language, lang):
    monkeypatch.setenv("PAGODA_LANG", language)
    page = editor_page("abc", "S town", LOST)
    assert f'<html lang="{lang}">' in page
    assert f'lang = "{language}";' in page
