"""The schema of grids asks for an id and takes a tree where there is one."""

import pandas as pd

from layers.schema.grids import GRIDS
from layers.schema.layer import check


def test_grids_need_an_id_only() -> None:
    assert check(pd.DataFrame({"grid_id": [7]}), GRIDS)["grid_id"].tolist() == ["7"]


def test_parents_compare_as_the_ids_of_circles_do() -> None:
    frame = pd.DataFrame({"grid_id": ["a", "b"], "parent_id": [12.0, None]})
    parents = check(frame, GRIDS)["parent_id"]
    assert parents.iloc[0] == "12"
    assert pd.isna(parents.iloc[1])
