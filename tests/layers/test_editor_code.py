"""The browser code of the editor is one module, and asks for nothing outside."""

import re

from layers.editor_code import SOURCES, editor_module, editor_styles
from layers.maps.offline import BROWSER
from layers.styles import EDITOR_COLOURS, PAGE_COLOURS

OUTSIDE = re.compile(r"https?:|url\((?!data:|#)|@import|\bimport\b|\beval\b|innerHTML")


def test_the_module_has_one_export_and_no_import():
    module = editor_module()
    assert re.findall(r"^export .*", module, re.MULTILINE) == [
        "export function mount(root, { send, onReceive, L, words, lang }) {"
    ]
    assert OUTSIDE.findall(module) == []


def test_the_styles_ask_for_nothing():
    assert OUTSIDE.findall(editor_styles()) == []


def test_every_file_of_the_editor_is_in_the_module():
    files = {path.stem for path in BROWSER.glob("editor*.js")}
    assert files == set(SOURCES)


def test_every_colour_that_the_styles_ask_for_is_named():
    styles = editor_styles()
    names = set(re.findall(r"var\(--([\w-]+)\)", styles))
    own = set(re.findall(r"--([\w-]+):", styles))
    assert len(names) > 5
    assert names - own == {"receiver"}  # of a chosen grid, set where it is written
    assert {*PAGE_COLOURS, *EDITOR_COLOURS} <= own
