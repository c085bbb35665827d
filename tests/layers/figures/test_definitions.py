"""What is shown is defined, and what is defined is shown."""

from collections import Counter
from fnmatch import fnmatchcase

from api.schemas.figures import (
    FigureRowOut,
    FiguresOut,
    MediansOut,
    PlacesOut,
    PostsOut,
    RatingOut,
    SummonsOut,
    WhistlesOut,
)
from layers.figures.definitions import definitions, undefined
from layers.figures.report import AREA_COLUMNS, KEYS
from layers.files.layer_columns import FILE_LAYERS
from layers.packs.rulebook import shipped_rules
from layers.words.code_lists import OWNERS, UNITS

FORMS = (
    *(FigureRowOut, MediansOut, PlacesOut, RatingOut, PostsOut, WhistlesOut),
    SummonsOut,
)
SHOWN = {"in_no_area"} | {name for form in FORMS for name in form.model_fields}
WORDS = {
    *("keys", "medians", "day", "safety_rule", "risk_method", "department_id"),
}
"""What stands beside figures."""
REPORTED = [name for name in AREA_COLUMNS if name not in KEYS]


def test_each_figure_of_an_area_is_defined_and_each_of_these_is_answered():
    answered = {d.figure_id for d in definitions() if d.is_answered}
    assert answered == SHOWN - WORDS
    assert "in_no_area" in FiguresOut.model_fields


def test_each_column_of_a_report_is_defined_and_each_pattern_has_one():
    assert undefined(REPORTED) == []
    assert undefined(["kites"]) == ["kites"]
    for pattern in [pattern for d in definitions() for pattern in d.report]:
        assert any(fnmatchcase(column, pattern) for column in REPORTED), pattern


def test_every_definition_is_whole_and_stands_once():
    ids = Counter(d.figure_id for d in definitions())
    assert set(ids.values()) == {1}
    for d in definitions():
        assert all([d.name.zh, d.name.en, d.unit, d.owner, d.formula])


def test_units_and_owners_have_chinese_words() -> None:
    owners = {definition.owner for definition in definitions()}
    owners |= {*shipped_rules()["owner"]}
    units = {definition.unit for definition in definitions()}
    units |= {f.unit for columns in FILE_LAYERS.values() for f in columns.all_fields}
    assert units - {""} == {*UNITS}
    assert owners <= {*OWNERS}
