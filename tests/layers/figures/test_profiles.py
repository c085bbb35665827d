"""What is said of a field is said of each profile."""

from gis.events import Loop, Task
from layers.figures.profiles import ProfileTable, profile_of


def test_a_profile_says_who_handles_first_and_who_owes_anything():
    tasks = [
        Task("E/2", "E", "whistle", department_id="fire", given_at=1),
        Task("E/3", "E", department_id="police", given_at=2),
        Task("E/4", "E", department_id="office", given_at=3),
    ]
    loop = Loop("E", status="snapped", phase="closed")
    profile = profile_of(loop, tasks, is_late=True)
    assert profile.department == "police"
    assert profile.departments == {"fire", "police", "office"}
    assert (profile.placing, profile.is_closed, profile.is_late) == (
        "outside",
        True,
        True,
    )


def test_profiles_are_numbered_once_and_marked_by_their_fields():
    table = ProfileTable()
    kinds = ["noise", "theft", "noise", "fire"]
    numbers = [table.number(profile_of(Loop("E", kind=k), (), False)) for k in kinds]
    assert numbers == [0, 1, 0, 2]
    assert table.mark("kind", len, 3).tolist() == [5, 5, 4]
    assert table.mark("kind", len, 2).tolist() == [5, 5]
    assert ProfileTable().mark("kind", len, 0).tolist() == []
