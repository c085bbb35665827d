"""Every refusal of an edit has a Chinese sentence, and every sentence a refusal."""

import ast
import re
from pathlib import Path

import pytest

from gis.errors import EditError, InvalidLayerError
from layers.editor.refusal_words import (
    REASONS,
    REMEDIES,
    TERMS,
    has_words,
    refusal_words,
)

ROOT = Path(__file__).parents[3]
SOURCES = ("gis/editing", "layers/editor", "api/service/versions/key_areas.py")
GAP = re.compile(r"\{[^{}]*\}")

# function -> places of reason and remedy among its arguments; None: none such
PLACES = {
    "EditError": (0, None),
    "refusal": (0, 3),
    "refuse": (0, 3),
    "_refuse": (0, 3),
}
# texts that a module puts together before it raises them
ASSEMBLED = {
    "operations.py": (
        "The line cuts the grid {} times",
        "The line runs along the edge of the grid",
        "The line misses the grid",
    ),
    "suggestion.py": ("Grids {} are not in the draft", "There is no grid to look at"),
}


def skeleton(node):
    """The text of a node with {} for its values; None where it is no text."""
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "sentence":
        return skeleton(node.args[0])
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return GAP.sub("{}", node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(
            part.value if isinstance(part, ast.Constant) else "{}"
            for part in node.values
        )
    return None


def calls(names):
    """Every call of some functions in the folders, with the file that it is in."""
    for source in SOURCES:
        place = ROOT / source
        for path in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call):
                    function = node.func
                    name = getattr(function, "id", getattr(function, "attr", ""))
                    if name in names:
                        yield path.name, name, node


def texts_of(place):
    """Every reason (0) or remedy (1) that is raised, and where none could be read."""
    texts, unread = set(), set()
    for file, name, node in calls(PLACES):
        at = PLACES[name][place]
        words = {k.arg: k.value for k in node.keywords}
        value = words.get("remedy") if place else None
        if value is None and at is not None and at < len(node.args):
            value = node.args[at]
        if value is None:
            continue
        text = skeleton(value)
        (unread if text is None else texts).add(text or (file, name))
    return texts, unread


def coverage_texts():
    """What is raised of lines that do not close, up to what is to be done."""
    return {
        (skeleton(node.args[0]) or "").partition(";")[0]
        for file, _, node in calls({"CoverageError"})
        if file == "cycles.py"
    }


def reasons():
    texts, _ = texts_of(0)
    return texts | coverage_texts() | {t for file in ASSEMBLED.values() for t in file}


@pytest.mark.parametrize("text", sorted(reasons()))
def test_every_reason_of_a_refusal_has_chinese_words(text):
    assert has_words(text.replace("{}", "7"), REASONS)


@pytest.mark.parametrize("text", sorted(texts_of(1)[0]))
def test_every_remedy_of_a_refusal_has_chinese_words(text):
    assert has_words(text.replace("{}", "7"), REMEDIES)


def test_texts_that_are_put_together_are_only_those_listed_here():
    # of another error, of the caller, or of a function that passes its argument on
    _, unread = texts_of(0)
    assert unread == {
        ("arc_checks.py", "EditError"),
        ("arrangement.py", "EditError"),
        ("drawn_lines.py", "EditError"),
        ("frozen_borders.py", "_refuse"),
        ("neighbourhood.py", "EditError"),
        ("operations.py", "refusal"),
        ("planar_map.py", "EditError"),
        ("suggestion.py", "EditError"),
        ("validation.py", "EditError"),
    }


@pytest.mark.parametrize(
    ("table", "produced"),
    [(REASONS, reasons()), (REMEDIES, texts_of(1)[0])],
    ids=["reasons", "remedies"],
)
def test_every_text_of_a_table_is_raised_somewhere(table, produced):
    raised = {GAP.sub("{}", text) for text in produced}
    unused = [words.en for words in table if GAP.sub("{}", words.en) not in raised]
    # passed on by a name: the words of a remedy that stands before its `raise`
    assert unused in ([], ["leave each grid its own side of the border"])


def test_values_stand_in_the_chinese_sentence():
    error = EditError(
        "The new border leaves 0.012 m between a corner and a side, less than 0.05 m,",
        grids=["S01-002", "S01-001"],
        place=(120.0612345678, 30.25),
        remedy="draw it through that corner or further away",
    )
    assert refusal_words(error).both == (
        "新边界使界点与边线只相距 0.012 米，小于 0.05 米（网格 S01-001、S01-002；位置 "
        "120.061235，30.250000）；请让线经过那个界点，或离远一些。",
        str(error),
    )


def test_words_in_gaps_are_chinese_too():
    error = EditError(
        "The edit would move the border of a community",
        remedy="keep it as it is, or name 'communities' in `moves`",
    )
    assert refusal_words(error).zh == (
        "此操作会移动社区边界；请保持原样，或勾选允许移动 社区边界。"
    )
    assert all(word.isascii() and not zh.isascii() for word, zh in TERMS.items())


def test_counts_in_gaps_are_chinese_too():
    error = EditError("Nobody knows the residents of 3 grids", remedy="type them first")
    assert refusal_words(error).zh == "residents 未知：3 个；请先填写。"


def test_text_of_another_error_stays_and_is_called_a_refusal():
    error = InvalidLayerError("A block has the load -1.0, expected 0 or more.")
    assert refusal_words(error).zh == f"操作未被接受，草案没有改变：{error}"
    unknown = EditError("Something else")
    assert refusal_words(unknown).both == (
        "操作未被接受，草案没有改变：Something else",
        "Something else",
    )
