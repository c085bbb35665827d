"""A definition is answered whole, and its formula as it is."""

from api.schemas.definitions import DefinitionOut
from layers.figures.definitions import definitions


def test_a_definition_is_answered_in_both_languages():
    for definition in definitions():
        out = DefinitionOut.of(definition)
        assert (out.name, out.name_zh) == (definition.name.en, definition.name.zh)
        assert out.definition.endswith(".")
        assert out.definition_zh.endswith("。")
        assert out.formula == definition.formula
        assert out.unit
        assert out.owner
