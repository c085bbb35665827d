"""Every level and code has words, and every text of the three floors stands once."""

import ast
import re
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

import pytest

from gis.models import RiskLevel, SafetyCode
from layers.words import answers, code_lists, events, rating, vocabulary
from layers.words.vocabulary import CODES, LEVELS
from support.harness.word_tables import CHINESE, one_sided, word_tables

ROOT = Path(__file__).parents[3]
MODULES = (vocabulary, answers, code_lists, events, rating)
TABLES = word_tables(vocabulary)

TWO_SENSES = {("责任岗位", "Accountable post")}
"""One Chinese word that the browser also uses in another sense."""


def sources(suffix):
    return [
        path
        for floor in ("gis", "layers", "api")
        for path in (ROOT / floor).rglob(f"*{suffix}")
        if not {"dist", "node_modules"} & set(path.parts)
    ]


def bilingual_pairs(path):
    """Chinese and English texts that stand side by side in a tuple or a call."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        items = getattr(node, "elts", None) or getattr(node, "args", None)
        items = items if isinstance(items, list) else []
        texts = [i.value if isinstance(i, ast.Constant) else None for i in items]
        for zh, en in pairwise(texts):
            if not (isinstance(zh, str) and isinstance(en, str)):
                continue
            if CHINESE.search(zh) and not CHINESE.search(en):
                yield (zh, en), f"{path.relative_to(ROOT)}:{node.lineno}"


@pytest.mark.parametrize("table", TABLES)
def test_every_text_is_in_both_languages(table):
    assert one_sided(TABLES[table]) == []


def test_every_level_and_code_and_no_data_has_words():
    assert set(LEVELS) == {None, *RiskLevel}
    assert set(CODES) == {None, *SafetyCode}


def test_every_bilingual_text_stands_once():
    places = defaultdict(list)
    for path in sources(".py"):
        for pair, place in bilingual_pairs(path):
            places[pair].append(place)
    assert len(places) > 100
    assert {pair: p for pair, p in places.items() if len(p) > 1} == {}


def test_browser_says_the_same_in_english_where_it_repeats_a_chinese_text():
    known = defaultdict(set)
    for module in MODULES:
        for texts in word_tables(module).values():
            for text in texts:
                known[text.zh].add(text.en)
    call = re.compile(r'\w\("([^"]*)", ["`]([^"`<]+?)["`<]')
    said = [
        pair
        for path in sources(".js")
        for zh, en in call.findall(path.read_text(encoding="utf-8"))
        if CHINESE.search(zh) and (pair := (zh, en.strip())) not in TWO_SENSES
    ]
    assert len(said) > 30
    repeated = [(zh, en) for zh, en in said if zh in known]
    assert len(repeated) >= 4
    assert [(zh, en) for zh, en in repeated if en not in known[zh]] == []
