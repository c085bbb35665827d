"""Which version says whose an open event is, and the rule that decides it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.errors import InvalidLayerError
from gis.events import (
    Action,
    Changes,
    OpenEvents,
    StoredAction,
    deciding_version,
    is_put_by_hand,
    placing_step,
    read_open_events,
)
from gis.models import Instant
from gis.versions import Version


def version(number: int, valid_from: int, recorded_at: int = 0) -> Version:
    """A version of the main grids."""
    times = Instant(valid_from), Instant(recorded_at)
    return Version("main", number, *times, "planner", "chief", "", "", None)


VERSIONS = [version(1, 0), version(2, 50), version(3, 90)]


@pytest.mark.parametrize(
    ("keeping", "received_at", "number"),
    [
        ((), 10, 3),
        ((90,), 10, 2),
        ((50,), 10, 3),
        ((50, 90), 10, 1),
        ((50, 90), 50, 2),
        ((50, 90), 89, 2),
        ((50, 90), 90, 3),
        ((0, 50, 90), 10, 1),
        ((70,), 10, 3),
    ],
)
def test_versions_that_keep_are_passed_over(
    keeping: tuple[int, ...], received_at: int, number: int
) -> None:
    instants = [Instant(at) for at in keeping]
    result = deciding_version(VERSIONS, instants, Instant(received_at))
    assert result.version == number


@pytest.mark.parametrize(("received_at", "number"), [(60, 1), (69, 1), (70, 2)])
def test_version_recorded_late_comes_into_force_then(
    received_at: int, number: int
) -> None:
    versions = [version(1, 0), version(2, 50, recorded_at=70)]
    result = deciding_version(versions, {Instant(50)}, Instant(received_at))
    assert result.version == number


@given(
    st.lists(st.integers(0, 99), min_size=1, max_size=8, unique=True),
    st.sets(st.integers(0, 99)),
    st.integers(0, 120),
)
def test_an_event_is_whose_the_last_moving_version_says(
    starts: list[int], keeping: set[int], received_at: int
) -> None:
    versions = [version(n, at) for n, at in enumerate(sorted(starts))]
    # an event is told each version in turn, from the first on
    expected = versions[0]
    for later in versions[1:]:
        is_open = received_at < later.valid_from
        if not (is_open and later.valid_from in keeping):
            expected = later
    instants = {Instant(at) for at in keeping}
    assert deciding_version(versions, instants, Instant(received_at)) == expected


@pytest.mark.parametrize("word", ["keep", "move"])
def test_rule_is_one_word(word: str) -> None:
    mode = read_open_events("handover/main", {"open_events": word})
    assert mode == OpenEvents(word)


@pytest.mark.parametrize(
    ("rule_id", "body", "text"),
    [
        ("handover/", {"open_events": "keep"}, "names no grid system"),
        ("handover/main", {"open_events": "stay"}, r"one of \['move', 'keep'\]"),
        ("handover/main", {"open_events": ["keep"]}, "one of"),
        ("handover/main", {}, "'open_events' alone"),
        ("handover/main", {"open_events": "keep", "until": 1}, "'open_events' alone"),
    ],
    ids=["no system", "other word", "no word", "empty", "more"],
)
def test_other_rules_are_refused(
    rule_id: str, body: dict[str, object], text: str
) -> None:
    with pytest.raises(InvalidLayerError, match=text):
        read_open_events(rule_id, body)


KIND, GRID = {"kind": "noise"}, {"grid_id": "G2"}


@pytest.mark.parametrize(
    ("steps", "step", "is_put"),
    [
        ([], "", False),
        ([("report", GRID)], "report", False),
        ([("report", GRID), ("override", GRID)], "override", True),
        ([("report", GRID), ("transfer", GRID), ("override", KIND)], "transfer", True),
        ([("report", GRID), ("transfer", GRID), ("correct", KIND)], "transfer", True),
        ([("report", GRID), ("transfer", GRID), ("correct", GRID)], "correct", False),
        ([("report", GRID), ("transfer", GRID), ("relocate", GRID)], "relocate", False),
        ([("report", GRID), ("override", GRID), ("reassign", GRID)], "override", True),
        ([("report", GRID), ("correct", KIND)], "report", False),
    ],
)
def test_last_step_that_names_a_grid_says_whose_an_event_is(steps, step, is_put):
    at = Instant(0)
    actions = [
        StoredAction(
            Action(str(row), "E", name, at, changes=Changes(loop)), row, row, row, at
        )
        for row, (name, loop) in enumerate(steps)
    ]
    assert (placing_step(actions), is_put_by_hand(actions)) == (step, is_put)
