"""Codes in Chinese sentences stand behind their words, in every sentence alike."""

import pytest

from api.service.access.audit import CLASS_SET, CLOSED_READ, KEY_MADE, KEY_REVOKED
from gis.access import Role
from gis.crosswalk import Relation
from gis.events import COMMON
from gis.models import Scene, Severity, Status
from gis.roster import ROLES
from gis.safety import MEASURES
from gis.sentences import sentence
from layers.code_words import code_word
from layers.files.layer_columns import FILE_LAYERS
from layers.languages import in_language
from layers.packs.loop_files import templates
from layers.packs.rulebook import HOLIDAYS, IMPRINT, SHIPPED
from layers.packs.scenario_files import shipped_scenarios
from layers.stores.facts import FACTS

LOOPS = templates().values()
CODES = {
    "role": [*map(str, Role), *ROLES],
    "action": [*COMMON, *(t.action for loop in LOOPS for t in loop.transitions)],
    "state": [state.state for loop in LOOPS for state in loop.states],
    "severity": [severity.name.lower() for severity in Severity],
    "scene": [*map(str, Scene)],
    "kind": [*shipped_scenarios().kinds],
    "answer": [*map(str, Status)],
    "measure": [*MEASURES],
    "rule_id": [*SHIPPED, HOLIDAYS, IMPRINT],
    "relation": [str(relation) for relation in Relation if str(relation) != "1:1"],
    "limit": ["holder", "department", "source", "area", "grants"],
    "field_kind": sorted(
        {f.kind for columns in FILE_LAYERS.values() for f in columns.all_fields}
    ),
    "compared": ["at_occurrence", "acting", "route"],
    "entry": [KEY_MADE, KEY_REVOKED, CLOSED_READ, CLASS_SET],
    "geometry": ["polygon", "point"],
    "key_state": ["valid", "coming", "expired", "revoked"],
    "layer": [*FILE_LAYERS, *FACTS],
}


@pytest.mark.parametrize("name", CODES)
def test_every_code_of_a_closed_list_has_a_word(name: str) -> None:
    for code in CODES[name]:
        text = str(code_word(name, code))
        assert text.endswith(f"（{code}）"), code
        assert not text[0].isascii(), code


def test_lists_and_enumerations_are_said_too() -> None:
    says = sentence("{action!r}: {roles!r}", action="close", roles=[*Role][:2])
    assert in_language(says, "zh") == (
        "'结案（close）': ['数据管理员（steward）', '值班员（operator）']"
    )
    assert in_language(says, "en") == says


@pytest.mark.parametrize("value", ["reindeer", "", 3, None, {"open": 1}])
def test_what_is_no_code_stays_as_it_is(value: object) -> None:
    assert code_word("state", value) is value
    assert code_word("name", value) is value


def test_a_column_holds_the_word_alone_as_wide_as_it_looks() -> None:
    word = code_word("scene", Scene.RENTAL_HOUSING)
    assert f"{word:<10}|" == "出租房    |"
    assert f"{word:>10}|" == "    出租房|"
    assert f"{word}|" == "出租房（rental_housing）|"
    assert f"{word:<2}|" == "出租房|"
