"""What no index of lists covers is asked row by row."""

from contextlib import closing

from gis.access import NOWHERE, Scope
from layers.stores.loops import LoopQuery
from layers.stores.postgis.loop_queries import seen_condition
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


def test_scope_that_sees_nothing_has_a_condition_that_never_holds():
    assert seen_condition(NOWHERE).sql == "false"
