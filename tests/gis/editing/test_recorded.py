import inspect
import json

import pytest
import shapely

from gis.editing import Edit, Operation
from gis.editing.recorded import FIELDS, PLANNERS
from gis.errors import EditError


def test_every_operation_has_a_planner_and_a_method_of_an_edit():
    assert PLANNERS.keys() == FIELDS.keys()
    for name in FIELDS:
        assert inspect.isfunction(getattr(Edit, name))


def test_an_operation_comes_back_from_json():
    line = shapely.LineString([(120.0, 30.0), (120.1, 30.1234567891)])
    operation = Operation.of(
        "redraw_border", a="A", b="B", line=line, moves=["communities"]
    )
    text = json.dumps(operation.to_dict())
    assert Operation.from_dict(json.loads(text)) == operation
    assert operation.values["line"] == [[120.0, 30.0], [120.1, 30.123456789]]
    assert operation.moves == ("communities",)
    ring = Operation.of("carve", grid="A", line=shapely.box(0, 0, 1, 1), new_id="B")
    assert (len(ring.values["line"]), ring.created) == (5, {"B": "A"})


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({"do": "explode"}, "'explode' is unknown"),
        ({}, "'None' is unknown"),
        ({"do": "merge", "grids": []}, r"has the values \['grids'\]"),
        ({"do": "merge", "grids": [], "keep": "A", "why": 1}, "has the values"),
        ({"do": "insert_vertex", "at": "here"}, "lon and lat as numbers"),
        ({"do": "insert_vertex", "at": [[1.0, 2.0]]}, r"the shape \(1, 2\)"),
        ({"do": "split", "grid": "A", "line": [1, 2], "new_id": "B"}, "the shape"),
        (
            {"do": "split", "grid": 1, "line": [[1, 2], [3, 4]], "new_id": "B"},
            "has 1 as 'grid'",
        ),
        ({"do": "merge", "grids": [1, 2], "keep": "1"}, r"has \[1, 2\] as 'grids'"),
        (
            {"do": "straighten", "a": "A", "b": "B", "tolerance_m": "1"},
            "has '1' as 'tolerance_m'",
        ),
        ({"do": "set_figures", "grid": "A", "figures": 3}, "has 3 as 'figures'"),
    ],
)
def test_values_of_no_operation_are_refused(values, text):
    with pytest.raises(EditError, match=text):
        Operation.from_dict(values)
