"""The schema of grids asks for an id and takes a tree where there is one."""

import pandas as pd
import pytest

from gis.errors import InvalidLayerError
from layers.schema.grids import GRIDS
from layers.schema.layer import check


def test_grids_need_an_id_only() -> None:
    assert check(pd.DataFrame({"grid_id": [7]}), GRIDS)["grid_id"].tolist() == ["7"]


def test_parents_compare_as_the_ids_of_circles_do() -> None:
    frame = pd.DataFrame({"grid_id": ["a", "b"], "parent_id": [12.0, None]})
    parents = check(frame, GRIDS)["parent_id"]
    assert parents.iloc[0] == "12"
    assert pd.isna(parents.iloc[1])


def test_ids_of_grids_are_no_paths_and_communities_may_be() -> None:
    frame = pd.DataFrame({"grid_id": ["a", "C1/a"], "community_id": ["K/1", "K/2"]})
    with pytest.raises(InvalidLayerError, match="'C1/a' has '/'") as caught:
        check(frame, GRIDS)
    assert [(f.row, f.field) for f in caught.value.faults] == [(2, "grid_id")]
    check(frame.drop(index=1), GRIDS)
