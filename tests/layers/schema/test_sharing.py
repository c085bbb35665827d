"""Which fields somebody sees, as schemas say and as a steward set them."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.errors import InvalidLayerError
from layers.schema.areas import RATED_AREAS, RATED_CIRCLES, RATED_GRIDS
from layers.schema.enterprises import ENTERPRISES, REGISTERED
from layers.schema.grids import GRIDS
from layers.schema.layer import LayerSchema
from layers.schema.places import PLACES
from layers.schema.sharing import (
    GEOMETRY,
    LOOPBACK,
    OPEN,
    SETTABLE,
    SHARINGS,
    WHOLE,
    read_class,
    settings_of,
    sharing_of,
)
from layers.schema.stations import STATIONS

SCHEMAS = {schema.name: schema for schema in (GRIDS, ENTERPRISES, STATIONS)}
SCHEMAS["risk"] = RATED_AREAS
FIELDS = [(layer, name) for layer, names in SETTABLE.items() for name in sorted(names)]
SETTINGS = st.dictionaries(st.sampled_from(FIELDS), st.sampled_from(SHARINGS)).map(
    lambda levels: frozenset((*field, level) for field, level in levels.items())
)


def names_of(schema: LayerSchema) -> list[str]:
    """The fields of a layer, and its geometry where there is one."""
    return [f.name for f in schema.fields] + [GEOMETRY] * (schema.geometry is not None)


@pytest.mark.parametrize(("layer", "name"), FIELDS)
def test_a_class_can_be_set_of_fields_that_are_there_and_not_closed(
    layer: str, name: str
) -> None:
    schema = SCHEMAS[layer]
    assert name != schema.key
    assert sharing_of(schema, name) in ("open", "conditional")


@given(settings=SETTINGS, schema=st.sampled_from([*SCHEMAS.values()]))
def test_a_field_has_the_class_that_is_set_else_that_of_its_schema(
    settings, schema
) -> None:
    levels = {(layer, name): level for layer, name, level in settings}
    for name in names_of(schema):
        own = sharing_of(schema, name, settings)
        assert own == levels.get((schema.name, name), sharing_of(schema, name))
        for classes in (OPEN, LOOPBACK, WHOLE):
            seen = classes.under(settings).has(schema, name)
            assert seen == (own in classes.names)
    assert WHOLE.under(settings).fields_of(schema) == {f.name for f in schema.fields}


@pytest.mark.parametrize(
    ("schema", "origin"),
    [(RATED_GRIDS, GRIDS), (REGISTERED, ENTERPRISES), (PLACES, ENTERPRISES)],
)
def test_a_field_that_is_repeated_has_one_class(schema, origin) -> None:
    for name in SETTABLE[origin.name] & {*names_of(schema)}:
        for level in SHARINGS:
            settings = frozenset({(origin.name, name, level)})
            assert sharing_of(schema, name, settings) == level


def test_the_strictest_counts_where_several_are_set() -> None:
    settings = frozenset({("grids", "x", "closed"), ("risk", "x", "open")})
    assert sharing_of(RATED_GRIDS, "x", settings) == "closed"
    assert sharing_of(RATED_CIRCLES, "x", settings) == "open"


def test_of_several_rules_of_a_field_the_last_counts() -> None:
    rules = [
        {"rule_id": "class/grids.residents", "body": f'{{"sharing": "{level}"}}'}
        for level in ("open", "closed")
    ]
    other = {"rule_id": "holidays", "body": '{"days": []}'}
    assert settings_of(pd.DataFrame([*rules, other])) == {
        ("grids", "residents", "closed")
    }
    assert settings_of(pd.DataFrame(columns=["rule_id", "body"])) == frozenset()


@pytest.mark.parametrize(
    ("rule_id", "body"),
    [
        ("class/grids.grid_id", {"sharing": "closed"}),
        ("class/grids.attributes", {"sharing": "open"}),
        ("class/grids", {"sharing": "open"}),
        ("class/", {"sharing": "open"}),
        ("class/none.residents", {"sharing": "open"}),
        ("class/grids.residents", {}),
        ("class/grids.residents", {"sharing": "public"}),
        ("class/grids.residents", {"sharing": "open", "why": "x"}),
        ("class/grids.residents", {"sharing": ["open"]}),
    ],
)
def test_a_rule_that_sets_no_class_is_refused(rule_id: str, body: dict) -> None:
    with pytest.raises(InvalidLayerError, match="class"):
        read_class(rule_id, body)
