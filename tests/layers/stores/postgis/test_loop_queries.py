"""What no index of lists covers is asked row by row."""

from contextlib import closing

import pytest
from psycopg import sql

from gis.access import EVERYTHING, NOWHERE, Scope
from gis.events import Box
from layers.stores.loop_conditions import cells_of
from layers.stores.loops import LoopQuery, NearQuery
from layers.stores.postgis import events, loop
from layers.stores.postgis.loop import read_each, read_rows
from layers.stores.postgis.loop_queries import seen_condition
from support.harness.plans import EXPLAIN, rows_of
from support.makers.loop_entries import AT, intake_of


def test_what_the_lists_do_not_cover_is_listed_newest_first(postgis):
    with closing(postgis.make_store(lambda: AT)) as store:
        tasks = ({"department_id": "police"},)
        entries = [intake_of(str(n), tasks=tasks * (n % 2)) for n in range(6)]
        store.append(entries).result()
        query = LoopQuery(sources=("hotline",), limit=2)
        police = Scope(departments=("police",))
        assert [loop.row for loop in store.loops(query, police)] == [6, 4]
        assert store.count_loops(query, police) == 3


@pytest.fixture(scope="module")
def fresh(postgis):
    """A store with 300 events in as many links and cells, without figures of them."""
    with closing(postgis.make_store(lambda: AT)) as store:
        for n in range(300):
            lon = 120 + n * 0.002
            store.append([intake_of(str(n), loop={"lon": lon, "lat": 30.0})]).result()
        yield store


def test_near_events_are_met_cell_by_cell_without_figures_of_the_table(
    fresh, monkeypatch
):
    plans = []

    def explained(connection, questions):
        [[question, values]] = questions
        [[plan]] = read_rows(connection, EXPLAIN + question, values)
        plans.append(plan[0]["Plan"])
        return read_each(connection, questions)

    monkeypatch.setattr(loop, "read_each", explained)
    box = Box(120.0199, 29.9999, 120.0201, 30.0001)
    query = NearQuery("noise", box, AT, AT + 1, 50)
    [[spot]] = fresh.near([query], EVERYTHING)
    assert spot.lon == 120.02
    [plan] = plans
    assert max(rows_of(plan)) <= len(cells_of(box))


@pytest.mark.parametrize("last", [loop.last_action_row, events.last_row])
def test_the_last_row_is_met_first_without_figures_of_the_table(fresh, last):
    with fresh._connections.take() as connection:
        asked = Asked(connection)
        assert last(asked) == 300
        [[plan]] = connection.execute(asked.question(connection)).fetchall()
    assert max(rows_of(plan[0]["Plan"])) <= 1


class Asked:
    """A connection that remembers its last question."""

    def __init__(self, connection):
        self._connection = connection

    def execute(self, question, *values, **options):
        self._question = question
        return self._connection.execute(question, *values, **options)

    def question(self, connection):
        """Return what explains the last question."""
        text = self._question
        if isinstance(text, sql.Composable):
            text = text.as_bytes(connection)
        return EXPLAIN.encode() + text


def test_scope_that_sees_nothing_has_a_condition_that_never_holds():
    assert seen_condition(NOWHERE).sql == "false"
