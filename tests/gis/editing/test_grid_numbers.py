import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.editing.grid_numbers import next_grid_id
from gis.errors import EditError

COMMUNITY = "330199101001"


@pytest.mark.parametrize(
    ("grid", "community", "used", "wanted"),
    [
        (f"{COMMUNITY}002", COMMUNITY, [], f"{COMMUNITY}003"),
        (f"{COMMUNITY}002", COMMUNITY, [f"{COMMUNITY}040"], f"{COMMUNITY}041"),
        (f"{COMMUNITY}002", COMMUNITY, ["330199101002900"], f"{COMMUNITY}003"),
        (f"021207{COMMUNITY}09", COMMUNITY, [], f"021207{COMMUNITY}10"),
        ("3100", "", ["2599"], "3101"),
        ("G-9", "", ["G-12", "H-99"], "G-13"),
        ("G-9", "Riverside", ["G-12"], "G-13"),
        ("market", "", ["market-4", "market-x"], "market-5"),
    ],
)
def test_the_next_number_is_above_every_one_of_the_community(
    grid, community, used, wanted
):
    assert next_grid_id(grid, community, used) == wanted


def test_a_code_past_999_is_refused():
    with pytest.raises(EditError, match="past 999"):
        next_grid_id(f"{COMMUNITY}002", COMMUNITY, [f"{COMMUNITY}999"])


@given(st.sets(st.integers(1, 998), min_size=1))
def test_no_id_comes_twice(numbers):
    used = {f"{COMMUNITY}{number:03d}" for number in numbers}
    fresh = next_grid_id(min(used), COMMUNITY, used)
    assert fresh not in used
    assert fresh > max(used)
