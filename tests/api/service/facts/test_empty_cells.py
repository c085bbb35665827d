"""Empty cells: where they are, what they take, which option could fill them."""

import pandas as pd
import pytest

from api.service.facts.empty_cells import (
    empty_cells,
    filled,
    has_default,
    with_options,
)
from gis.errors import RowFault
from gis.sentences import sentence
from layers.files.layer_columns import FILE_LAYERS


@pytest.mark.parametrize(
    "column",
    [
        pd.Series(["a", None, "", " "]),
        pd.Series([1.0, None, None, None]),
        pd.Series([True, None, None, None], dtype="boolean"),
        pd.to_datetime(pd.Series(["2026-09-01", None, None, None])),
        pd.Series([pd.Timestamp("2026-09-01", tz="UTC"), pd.NaT, pd.NaT, pd.NaT]),
    ],
)
def test_empty_cells_of_every_type_are_found(column: pd.Series) -> None:
    assert empty_cells(column).tolist() == [False, True, True, True]


def test_a_column_that_is_full_stays_as_it_is() -> None:
    column = pd.Series(["a", "b"], name="source")
    cells, notices = filled(column, empty_cells(column), "c")
    assert cells is column
    assert notices == []


def test_each_empty_cell_takes_its_own_value() -> None:
    column = pd.Series(["a", None, None], name="is_coded")
    cells, _ = filled(column, empty_cells(column), pd.Series(["x", "y", "z"]))
    assert cells.tolist() == ["a", "y", "z"]


@pytest.mark.parametrize("layer", FILE_LAYERS)
def test_ids_and_other_bold_columns_have_no_default(layer: str) -> None:
    for field in FILE_LAYERS[layer].fields:
        assert has_default(layer, field.name) is not field.required


def test_only_what_an_option_fills_is_said_with_it() -> None:
    empty = sentence("is empty, expected {expected}", expected=sentence("text"))
    faults = [
        RowFault(1, "source", empty),
        RowFault(2, "source", sentence("is no text")),
        RowFault(3, "scene", empty),
    ]
    rules = [fault.rule for fault in with_options("enterprises", faults)]
    assert rules == [f"{empty}, or the option --source", "is no text", empty]
    assert with_options("sources", faults[:1]) == faults[:1]
