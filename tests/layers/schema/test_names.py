"""A column that is there keeps its name, ours takes a free one."""

from layers.schema.names import free_names


def test_names_that_are_free_stay():
    assert free_names(["id"], ["grid_id", "status"]) == {
        "grid_id": "grid_id",
        "status": "status",
    }


def test_name_that_is_taken_is_ours_by_prefix_and_then_by_number():
    own = ["status", "pagoda_status", "reason"]
    assert free_names(own, ["status", "reason"]) == {
        "status": "pagoda_status_2",
        "reason": "pagoda_reason",
    }


def test_two_added_columns_never_share_a_name():
    names = free_names(["a"], ["a", "pagoda_a"])
    assert len(set(names.values())) == 2
