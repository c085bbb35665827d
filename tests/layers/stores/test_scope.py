"""What SQL sees of a scope is what the floor of values says."""

# ruff: noqa: S608  the conditions are what is tested

from hypothesis import given
from hypothesis import strategies as st

from gis.access import Scope, is_visible
from layers.stores.scope import scope_condition
from support.makers.loop_rows import LOOPS, PATHS, WORDS, table_of

NAMES = st.lists(WORDS, max_size=2).map(tuple)
SCOPES = st.builds(
    Scope,
    st.lists(PATHS, max_size=2).map(tuple),
    NAMES,
    NAMES,
    NAMES,
    st.sampled_from([False, False, False, True]),
)


@given(st.lists(st.tuples(LOOPS, NAMES), max_size=6), SCOPES)
def test_rows_of_a_scope_are_those_that_are_visible(pairs, scope):
    loops, connection = table_of([loop for loop, _ in pairs])
    departments = {
        loop.event_id: names for loop, (_, names) in zip(loops, pairs, strict=True)
    }
    connection.executemany(
        "INSERT INTO loop_departments VALUES (?, ?)",
        [(loop.row, name) for loop in loops for name in departments[loop.event_id]],
    )
    condition = scope_condition(scope)
    rows = connection.execute(
        f"SELECT event_row FROM loops WHERE {condition.sql}", condition.values
    )
    wanted = {
        loop.row
        for loop in loops
        if is_visible(loop, departments[loop.event_id], scope)
    }
    assert {row for (row,) in rows} == wanted
