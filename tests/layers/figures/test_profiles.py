"""What is said of a field is said of each profile."""

from layers.figures.event_state import EventState
from layers.figures.profiles import ProfileTable


def test_profiles_are_numbered_once_and_marked_by_their_fields():
    table = ProfileTable()
    plain = EventState().profile()
    kinds = ["noise", "theft", "noise", "fire"]
    numbers = [table.number(plain._replace(kind=kind)) for kind in kinds]
    assert numbers == [0, 1, 0, 2]
    assert table.mark("kind", len, 3).tolist() == [5, 5, 4]
    assert table.mark("kind", len, 2).tolist() == [5, 5]
    assert ProfileTable().mark("kind", len, 0).tolist() == []
