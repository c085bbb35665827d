"""What files of layers may have agrees with the schemas and the commands that load."""

import re

import pytest

from api.cli.load import load
from layers.files.layer_columns import FILE_LAYERS
from layers.stores.facts import FACTS


def test_every_layer_that_is_loaded_has_its_columns() -> None:
    assert set(load.commands) == set(FILE_LAYERS) - {"communities"}


@pytest.mark.parametrize("name", FILE_LAYERS)
def test_names_are_each_one_column_in_both_languages(name: str) -> None:
    columns = FILE_LAYERS[name]
    for names in (
        [field.name for field in columns.all_fields],
        [field.zh for field in columns.all_fields],
    ):
        assert len(set(names)) == len(names)
    assert all(re.search("[\u4e00-\u9fff]", field.zh) for field in columns.all_fields)
    assert columns.zh
    assert columns.key in [field.name for field in columns.fields]


@pytest.mark.parametrize("name", sorted(set(FACTS) & set(FILE_LAYERS)))
def test_facts_of_a_file_are_those_of_the_schema(name: str) -> None:
    own = {field.name for field in FACTS[name].schema.fields}
    assert own <= {field.name for field in FILE_LAYERS[name].all_fields}


@pytest.mark.parametrize("name", ["sources", "devices"])
def test_source_that_no_option_gives_must_be_there(name: str) -> None:
    [source] = [f for f in FILE_LAYERS[name].fields if f.name == "source"]
    assert source.required
