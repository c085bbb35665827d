"""The tree of errors is the one that the docstring of the module draws."""

import inspect
import re

import pytest

from gis import errors
from gis.errors import EditError, GovernanceError, InvalidLayerError, RowFault

BRANCH = re.compile(r"^( *)[*+-] (\w+)(?: \((\w+)\))?", re.MULTILINE)


def drawn_tree():
    """Return (name, parent, builtin) of each line of the drawn tree."""
    open_branches, rows = [], []
    for indent, name, builtin in BRANCH.findall(errors.__doc__):
        depth = len(indent) // 2
        open_branches[depth:] = [name]
        rows.append((name, open_branches[depth - 1] if depth else None, builtin))
    return rows


TREE = drawn_tree()


def test_every_error_of_the_module_is_drawn():
    classes = [
        name
        for name, value in vars(errors).items()
        if inspect.isclass(value) and issubclass(value, Exception)
    ]
    assert sorted(name for name, _, _ in TREE) == sorted(classes)


@pytest.mark.parametrize(("name", "parent", "builtin"), TREE[1:], ids=lambda v: v)
def test_error_has_the_parents_that_are_drawn(name, parent, builtin):
    bases = [base.__name__ for base in getattr(errors, name).__bases__]
    assert bases == ([parent, builtin] if builtin else [parent])


@pytest.mark.parametrize("name", [name for name, _, _ in TREE])
def test_error_is_caught_as_governance_error_with_its_sentence(name):
    with pytest.raises(GovernanceError, match=r"^It is wrong\.$"):
        raise getattr(errors, name)("It is wrong.")


def test_faulty_rows_are_kept_in_order_whatever_gave_them():
    faults = [RowFault(2, "id", "twice"), RowFault(1, "geometry", "empty")]
    assert InvalidLayerError("Two rows.", iter(faults)).faults == tuple(faults)
    assert InvalidLayerError("No row.").faults == ()


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("geometry", "row 3, geometry: is empty"),
        ("grid_id", "row 3, field 'grid_id': is empty"),
    ],
)
def test_fault_of_a_row_reads_as_row_field_and_rule(field, text):
    assert str(RowFault(3, field, "is empty")) == text


def test_refusal_of_an_edit_says_each_part_by_itself():
    corners = [(120.0, 30.0), (120.1, 30.0)]
    error = EditError(
        "The line crosses a border",
        grids=["B", "A"],
        place=corners[0],
        stretch=corners,
        remedy="keep it within",
    )
    assert (error.reason, error.remedy) == (
        "The line crosses a border",
        "keep it within",
    )
    assert (error.grids, error.place) == (("A", "B"), (120.0, 30.0))
    assert error.stretch == tuple(corners)
    assert str(error) == (
        "The line crosses a border at (120.000000000, 30.000000000) "
        "(grids 'A', 'B'); keep it within."
    )
