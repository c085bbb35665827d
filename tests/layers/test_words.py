"""Every reason has words, every word a producer, and every text stands once."""

import ast
import re
from collections import defaultdict
from dataclasses import fields
from itertools import pairwise
from pathlib import Path
from typing import get_args

import pytest

from gis.assignment import FAULTS, NO_VERSION, REASONS
from gis.events import ROUTE_STEPS, STEP_REASONS, SUMMONS_REASONS
from gis.models import RiskLevel, SafetyCode, Status
from gis.risk import MethodCard
from gis.roster import (
    NO_LEADER_ON_DUTY,
    NO_ONE_ON_DUTY,
    NO_TIME,
    TRIAGE,
    VACANT_POST,
)
from layers import words
from layers.figures.counting import COUNT_COLUMNS, SEVERITY_COLUMNS
from layers.figures.report import AREA_COLUMNS
from layers.maps.details import Gap
from layers.rating.facts import LeftOut
from layers.reports.area_table import AREA_COUNTS
from layers.schema.inspections import KINDS
from layers.words import Words, left_out_rows, words_of

ROOT = Path(__file__).parents[2]
CHINESE = re.compile("[一-鿿]")

PRODUCED = {
    "POSITION_REASONS": {*filter(None, REASONS), NO_VERSION},
    "ACCURACY_FAULTS": set(filter(None, FAULTS)),
    "HOLDING_REASONS": {
        VACANT_POST,
        NO_ONE_ON_DUTY,
        NO_LEADER_ON_DUTY,
        NO_TIME,
        TRIAGE,
    },
    "STEP_REASONS": {*STEP_REASONS, *SUMMONS_REASONS},
    "ROUTE_STEPS": set(ROUTE_STEPS),
    "ANSWERS": set(Status),
    "LEFT_OUT": {*get_args(LeftOut), *get_args(Gap)},
    "LEVELS": {None, *RiskLevel},
    "CODES": {None, *SafetyCode},
    "KINDS": set(KINDS),
    "HEADINGS": {"events", "before", *AREA_COUNTS},
}
"""Table of words -> every code that something else makes."""

PRODUCERS = {
    LeftOut: ("layers/rating/facts.py",),
    Gap: ("layers/maps/areas.py", "layers/maps/points.py"),
}
"""Closed list of reasons -> the modules that count under them."""

TWO_SENSES = {("责任岗位", "Accountable post")}
"""One Chinese word that the browser also uses in another sense."""


def tables():
    """Every text of the module by the name of its table or of itself."""
    texts = {}
    for name, value in vars(words).items():
        if isinstance(value, Words):
            texts[name] = [value]
        elif name.isupper() and hasattr(value, "values"):
            texts[name] = list(value.values())
    return texts


def sources(suffix):
    return [
        path
        for floor in ("gis", "layers", "api")
        for path in (ROOT / floor).rglob(f"*{suffix}")
        if not {"dist", "node_modules"} & set(path.parts)
    ]


def strings(node):
    """The constants of a node that are texts."""
    parts = ast.walk(node)
    return [
        part.value
        for part in parts
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
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


@pytest.mark.parametrize("table", PRODUCED)
def test_every_code_that_is_produced_has_words(table):
    assert PRODUCED[table] - set(getattr(words, table)) == set()


@pytest.mark.parametrize("table", PRODUCED)
def test_every_word_has_a_producer(table):
    assert set(getattr(words, table)) - PRODUCED[table] == set()


@pytest.mark.parametrize("reasons", PRODUCERS, ids=["rated day", "map"])
def test_every_reason_of_a_list_is_counted_under_somewhere(reasons):
    used = set()
    for name in PRODUCERS[reasons]:
        tree = ast.parse((ROOT / name).read_text(encoding="utf-8"))
        declared = [n for n in tree.body if isinstance(n, ast.AnnAssign)]
        body = [n for n in tree.body if n not in declared]
        used |= {text for node in body for text in strings(node)}
    assert set(get_args(reasons)) - used == set()


def test_every_count_of_a_report_is_one_of_its_columns():
    assert set(AREA_COUNTS) <= {*COUNT_COLUMNS, *AREA_COLUMNS}
    assert len(words.SEVERITIES) == len(SEVERITY_COLUMNS)


def test_every_caption_of_a_method_card_is_a_field_of_it():
    names = {field.name for field in fields(MethodCard)}
    assert set(words.METHOD_CARD) - names == set()


@pytest.mark.parametrize(("table", "texts"), tables().items(), ids=list(tables()))
def test_every_text_is_in_both_languages(table, texts):
    for text in texts:
        assert CHINESE.search(text.zh), (table, text)
        assert text.en, (table, text)
        assert not CHINESE.search(text.en), (table, text)


def test_every_bilingual_text_stands_once():
    places = defaultdict(list)
    for path in sources(".py"):
        for pair, place in bilingual_pairs(path):
            places[pair].append(place)
    assert len(places) > 100
    assert {pair: p for pair, p in places.items() if len(p) > 1} == {}


def test_browser_says_the_same_in_english_where_it_repeats_a_chinese_text():
    known = defaultdict(set)
    for texts in tables().values():
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


def test_sources_that_disagree_are_left_out_in_words():
    assert left_out_rows({"sources_disagree": 3}) == [
        ("各来源场景不一致的场所", "Places whose sources disagree on the scene", 3)
    ]


def test_unknown_code_stands_for_itself():
    assert words_of("burnt", words.LEFT_OUT) == Words("burnt", "burnt")


def test_what_was_left_out_is_named_in_both_languages_and_zeros_are_not():
    rows = left_out_rows({"no_position": 2, "no_grid": 1, "uncovered": 0})
    names = [words.LEFT_OUT[reason].both for reason in ("no_grid", "no_position")]
    assert rows == [(*names[0], 1), (*names[1], 2)]
    assert left_out_rows({}) == []
    assert left_out_rows({"自己的话": 3}) == [("自己的话", "", 3)]
