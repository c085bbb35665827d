import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.errors import LoopError
from gis.events import Changes, Loop, fold, fold_all

FIELDS = st.dictionaries(
    st.sampled_from(["state", "kind", "post_id"]), st.text(max_size=3)
)
TASKS = st.builds(
    lambda number, due_at, state: {
        "task_id": f"E/{number}",
        "due_at": due_at,
        "state": state,
    },
    st.integers(1, 4),
    st.integers(0, 9),
    st.sampled_from(["open", "done", "ended"]),
)
CHANGES = st.builds(Changes, FIELDS, st.lists(TASKS, max_size=3).map(tuple))


@given(st.lists(CHANGES, max_size=8))
def test_each_action_counts_one_and_the_last_value_stands(actions):
    loop, tasks = fold_all(Loop("E", 7), actions)
    assert (loop.event_id, loop.row, loop.seq) == ("E", 7, len(actions))
    for name in ("state", "kind", "post_id"):
        values = [a.loop[name] for a in actions if name in a.loop]
        assert getattr(loop, name) == (values[-1] if values else "")
    dues = [t.due_at for t in tasks.values() if t.state == "open"]
    assert loop.due_at == (min(dues) if dues else None)


@given(st.lists(CHANGES, min_size=1, max_size=8))
def test_a_fold_goes_on_where_another_ended(actions):
    loop, tasks = fold_all(Loop("E"), actions[:-1])
    before = dict(tasks)
    assert fold(loop, tasks, actions[-1]) == fold_all(Loop("E"), actions)
    assert tasks == before


@pytest.mark.parametrize(
    "changes",
    [
        Changes({"seq": 9}),
        Changes({"colour": "red"}),
        Changes({}, ({"task_id": "E/1", "event_id": "F"},)),
    ],
    ids=["counted", "unknown", "of_another_event"],
)
def test_a_field_that_no_action_sets_is_refused(changes):
    with pytest.raises(LoopError, match="expected some of"):
        fold(Loop("E"), {}, changes)
