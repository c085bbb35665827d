"""Callers that write at once share a transaction, and are refused each for itself."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress

import psycopg
import pytest

from gis.access import EVERYTHING
from gis.errors import SequenceError, StoreError
from layers.stores.loops import Entry, LoopQuery, TaskQuery
from layers.stores.postgis import PostgisStore, create_postgis
from support.harness.postgres_rooms import execute, rows_of
from support.makers.contract_rows import faults_of
from support.makers.loop_entries import action_of, intake_of
from support.makers.store_history import Clock, day, new_event


@pytest.fixture
def url(postgis):
    url = postgis.fresh_url()
    create_postgis(url)
    return url


@pytest.fixture
def services(url):
    """Two services on one database."""
    with (
        closing(PostgisStore(url, now=Clock(day(1)), is_service=True)) as first,
        closing(PostgisStore(url, now=Clock(day(1)), is_service=True)) as second,
    ):
        yield first, second


def step(event_id, expected_seq=None, **values):
    return Entry(None, (action_of(event_id, **values),), expected_seq)


def test_refusal_is_only_that_of_its_caller(services):
    store, _ = services
    event_id = store.append([intake_of("0")]).result()[0].event.event_id
    with store._write_lock:  # so that the callers come together
        first = store.append([intake_of("1")])
        while not first.running():
            pass
        calls = [
            [intake_of("2")],
            [intake_of("3"), step(event_id, 9)],
            [step("none")],
            [step(event_id, 1)],
        ]
        futures = [store.append(call) for call in calls]
    assert first.result()
    errors = [type(future.exception()) for future in futures]
    assert errors == [type(None), SequenceError, StoreError, type(None)]
    assert store.events()["source_id"].tolist() == ["0", "1", "2"]
    # the four that waited had one transaction
    assert [link.layer for link, _ in store.log()] == ["events", "actions"] * 3
    assert faults_of(store) == []


def test_services_on_one_database_number_the_actions_of_an_event(services):
    event_id = services[0].append([intake_of("1")]).result()[0].event.event_id

    def act(number):
        store = services[number % 2]
        with suppress(SequenceError):
            store.append([step(event_id, store.loop(event_id).seq)]).result()
        request = {"key_id": "K", "request_key": str(number // 4)}
        return store.append([step(event_id, **request)]).result()

    with ThreadPoolExecutor(8) as pool:
        receipts = list(pool.map(act, range(32)))
    assert sum(receipt.is_new for [receipt] in receipts) == 8
    seqs = [entry.seq for entry in services[1].actions(event_id)]
    assert seqs == list(range(1, len(seqs) + 1))
    assert faults_of(services[0]) == []


def test_of_several_that_ask_for_the_lead_one_has_it_until_it_ends(services):
    first, second = services
    with first.lead("clock") as leads, second.lead("clock") as follows:
        assert (leads, follows) == (True, False)
        with second.lead("outbox") as leads_other:
            assert leads_other
    with second.lead("clock") as leads:
        assert leads
    with pytest.raises(ValueError, match="odd"), first.lead("clock"):
        raise ValueError("odd")
    with second.lead("clock") as leads:
        assert leads


def test_lead_ends_with_its_connection(services, postgis):
    first, second = services
    with first.lead("clock"):
        postgis.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
        )
        leads = False
        while not leads:  # the server takes a moment to end a connection
            with second.lead("clock") as leads:
                pass


def test_damage_of_what_is_derived_is_mended_and_counted(services, url):
    store, _ = services
    tasks = ({"due_at": 5, "post_id": "P1"},)
    store.append([intake_of(str(n), tasks=tasks) for n in range(4)]).result()
    before = store.loops(LoopQuery(), EVERYTHING)
    tasks_before = store.tasks(TaskQuery(), EVERYTHING)
    execute(
        url,
        "UPDATE loops SET state = 'closed' WHERE event_row = 1",
        "DELETE FROM loops WHERE event_row = 2",
        "UPDATE loops SET event_id = 'E' WHERE event_row = 3",
        "DELETE FROM tasks WHERE event_row = 1",
        "UPDATE tasks SET task_id = 'E/1' WHERE event_row = 2",
        "UPDATE tasks SET event_id = 'E', task_id = 'E/2' WHERE event_row = 3",
    )
    assert store.rebuild_loops() == 4 + 5
    assert store.loops(LoopQuery(), EVERYTHING) == before
    assert store.tasks(TaskQuery(), EVERYTHING) == tasks_before
    assert store.rebuild_loops() == 0


def test_other_roles_see_no_loop(services, url):
    services[0].append([intake_of("1", destinations=("police",))]).result()
    [(schema,)] = rows_of(url, "SELECT current_schema()")
    role = f"reader_{schema}"
    execute(
        url,
        f"CREATE ROLE {role}",
        f"GRANT USAGE ON SCHEMA {schema} TO {role}",
        f"GRANT ALL ON ALL TABLES IN SCHEMA {schema} TO {role}",
    )
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"SET ROLE {role}")
        for table in ("actions", "action_outbox", "loops", "tasks", "deliveries"):
            assert connection.execute(f"TABLE {table}").fetchall() == []


def test_notice_of_actions_is_one_of_its_own(services, url):
    with psycopg.connect(url, autocommit=True) as listener:
        listener.execute("LISTEN pagoda")
        listener.execute("LISTEN pagoda_actions")
        services[0].append_events([new_event("1")])
        services[0].append([intake_of("2"), intake_of("3")]).result()
        [notice] = listener.notifies(timeout=20, stop_after=1)
    assert notice.channel == "pagoda_actions"
    assert notice.payload == f"{services[0].store_id} 2"
