import re

import pytest

from gis.errors import MapError
from layers.maps import offline
from layers.maps.browser_modules import module_names, one_piece
from layers.maps.five_colour import ENTRY
from layers.maps.offline import BROWSER

MARKUP = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function"
    r"|DOMParser|createContextualFragment|setHTML|srcdoc|javascript:"
    r"""|style=["'{$]|["']style["']\s*,|\bon\w+=["'{$]"""
)
"""Ways by which a text could become markup, code or a style written as text."""


@pytest.fixture
def files(monkeypatch, tmp_path):
    """Write modules of one's own in the place of ours."""
    monkeypatch.setattr(offline, "BROWSER", tmp_path)

    def write(**modules):
        for name, text in modules.items():
            (tmp_path / f"{name}.js").write_text(text, encoding="utf-8")

    return write


def own_modules():
    return [
        path
        for path in sorted(BROWSER.glob("*.js"))
        if not path.name.startswith(("editor", "docs"))
    ]


def test_modules_stand_once_after_those_that_they_import(files):
    files(
        a='import { b } from "./b.js";\nimport {\n  c,\n} from "./c.js";\nb(c);\n',
        b='import { c } from "./c.js";\nexport const b = () => c;\n',
        c="export let c = 1;\nexport async function d() {}\n",
    )
    assert module_names("a") == ["c", "b", "a"]
    assert one_piece("a") == (
        "let c = 1;\nasync function d() {}\nconst b = () => c;\nb(c);\n"
    )


@pytest.mark.parametrize("second", ["export const b", "const b", "function b() {} //"])
def test_name_that_two_modules_have_is_refused(files, second):
    imports = "".join(f'import {{ {x} }} from "./{x}.js";\n' for x in "bc")
    files(
        a=f"{imports}{second} = 1;\n",
        b="export function b() {}\n",
        c="export const c = 1;\n",
    )
    with pytest.raises(MapError, match=r"b\.js and a\.js both have the name 'b'.*\.$"):
        one_piece("a")


def test_name_within_a_function_may_stand_in_two_modules(files):
    files(
        a='import { b } from "./b.js";\nexport function a() {\n  const x = b();\n}\n',
        b="export function b() {\n  const x = 1;\n  return x;\n}\n",
    )
    assert one_piece("a").count("const x") == 2


def test_import_of_what_is_not_exported_is_refused(files):
    files(a='import { b } from "./b.js";\n', b="const b = 1;\n")
    with pytest.raises(MapError, match=r"a\.js imports 'b' from b\.js.*\.$"):
        one_piece("a")


def test_import_of_itself_is_refused_with_its_way(files):
    files(
        a='import { b } from "./b.js";\nexport const a = 1;\n',
        b='import { a } from "./a.js";\nexport const b = 1;\n',
    )
    with pytest.raises(MapError, match=r"\(a -> b -> a\).*\.$"):
        one_piece("a")


def test_module_that_is_not_there_is_named(files):
    files(a='import { b } from "./b.js";\n')
    with pytest.raises(MapError, match=r"'b\.js'.*\.$"):
        one_piece("a")


@pytest.mark.parametrize(
    "line",
    [
        'import b from "./b.js";',
        'import * as b from "./b.js";',
        'import { c as b } from "./b.js";',
        'import { b } from "https://example.org/b.js";',
        "export default 1;",
        "export { b };",
        "  import('./b.js');",
    ],
)
def test_import_or_export_in_other_words_is_refused(files, line):
    files(a=f"{line}\n", b="export const b = 1;\n")
    with pytest.raises(MapError, match=r"a\.js says .(import|export).*write it so\.$"):
        one_piece("a")


def test_our_modules_in_one_piece_have_no_word_of_modules():
    code = one_piece(ENTRY)
    assert not re.search(r"^\s*(import|export)\b", code, re.MULTILINE)
    assert code.count("function drawFiveColourMap(map, model,") == 1
    assert module_names(ENTRY)[-1] == ENTRY


@pytest.mark.parametrize("path", own_modules(), ids=lambda path: path.stem)
def test_no_module_reads_a_text_as_markup(path):
    assert MARKUP.findall(path.read_text("utf-8")) == []


def test_ways_to_markup_are_found():
    ways = [
        "box.innerHTML = x",
        "box.insertAdjacentHTML('beforeend', x)",
        "document.write(x)",
        '`<div style="color:red">`',
        "box.setAttribute('style', x)",
        "eval(x)",
        '`<img onerror="${x}">`',
    ]
    assert [len(MARKUP.findall(way)) for way in ways] == [1] * len(ways)


def test_modules_that_the_map_needs_are_files_of_ours():
    names = {*module_names(ENTRY)}
    assert {"areas", "points", "panel", "dom"} < names
    assert names <= {path.stem for path in own_modules()}
