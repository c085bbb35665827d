"""Each call has a connection of its own; what the database says is one sentence."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.errors import StoreError, StoreUnavailableError
from layers.stores import open_store
from layers.stores.postgis import create_postgis
from layers.stores.postgis.connections import (
    Connections,
    InstantLoader,
    wire_instant,
)
from support.makers.store_history import Clock, day


@pytest.fixture
def clock():
    return Clock(day(1))


def test_database_that_does_not_answer_is_named_without_the_password(clock):
    url = "postgresql://someone:secret@127.0.0.1:1/town"
    with pytest.raises(
        StoreUnavailableError, match=r"'127.0.0.1:1/town' cannot be reached"
    ) as info:
        open_store(url, now=clock)
    assert "secret" not in str(info.value)
    with pytest.raises(StoreError, match="cannot be read"):
        open_store("postgresql://[", now=clock)


@pytest.fixture(scope="module")
def url(postgis):
    fresh = postgis.fresh_url()
    create_postgis(fresh)
    return fresh


@pytest.fixture
def connections(url):
    with closing(Connections(url)) as opened:
        yield opened


@given(st.integers(-62_135_596_800_000, 253_402_300_799_999))
def test_instants_come_back_from_the_wire(instant):
    loader = InstantLoader(psycopg.adapters.types["timestamptz"].oid)
    assert loader.load(wire_instant(instant).to_bytes(8, "big", signed=True)) == instant


def test_instants_of_the_database_are_milliseconds(connections):
    with connections.take() as connection:
        cursor = connection.execute(
            "SELECT '1970-01-02T08:00+08:00'::timestamptz", binary=True
        )
        assert cursor.fetchone() == (day(1),)


def test_connection_that_came_back_sound_is_lent_again_and_one_in_use_is_not(
    connections,
):
    with connections.take() as first, connections.take() as second:
        assert second is not first
    with connections.take() as again:
        assert again in (first, second)


def test_refusal_is_one_sentence_and_the_next_call_goes_on(connections):
    with (
        pytest.raises(
            StoreError, match=r'refused: .*"odd" does not exist; nothing was'
        ),
        connections.take() as connection,
    ):
        connection.execute("TABLE odd")
    with connections.take() as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_connection_that_broke_off_is_said_and_replaced(connections):
    with (
        pytest.raises(StoreUnavailableError, match=r"broke off: .* whole or not"),
        connections.take() as connection,
    ):
        connection.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    with connections.take() as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_text_that_no_database_keeps_is_refused(connections):
    with (
        pytest.raises(StoreError, match=r"cannot keep what was given: .* correct it"),
        connections.take() as connection,
    ):
        connection.execute("SELECT %s", ["\ud800"])


def test_closed_connections_are_not_lent(connections):
    with connections.take() as connection:
        connections.close()
    assert connection.closed
    with pytest.raises(StoreUnavailableError, match="is closed"), connections.take():
        pass


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("SET statement_timeout = 1; SELECT pg_sleep(9)", StoreUnavailableError),
        ("BEGIN READ ONLY; CREATE TABLE odd ()", StoreUnavailableError),
        ("DO $$BEGIN RAISE disk_full; END$$", StoreUnavailableError),
        ("DO $$BEGIN RAISE too_many_connections; END$$", StoreUnavailableError),
        ("DO $$BEGIN RAISE lock_not_available; END$$", StoreUnavailableError),
        ("DO $$BEGIN RAISE deadlock_detected; END$$", StoreUnavailableError),
        ("DO $$BEGIN RAISE unique_violation; END$$", StoreError),
        ("SELECT 'a'::integer", StoreError),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_only_what_may_pass_by_itself_is_unavailable(connections, statement, kind):
    with pytest.raises(StoreError) as caught, connections.take() as connection:
        connection.execute(statement)
    assert type(caught.value) is kind


def test_a_call_waits_for_a_connection_where_all_are_in_use(url, monkeypatch):
    monkeypatch.setattr("layers.stores.postgis.connections.MOST", 2)
    taken = threading.Event()
    with closing(Connections(url)) as few, ThreadPoolExecutor(1) as pool:

        def ask():
            taken.set()
            with few.take() as connection:
                return connection.execute("SELECT 1").fetchone()

        with few.take(), few.take():
            answer = pool.submit(ask)
            taken.wait(20)
            assert not answer.done()
        assert answer.result(20) == (1,)


def test_a_call_that_waits_in_vain_is_refused_and_the_place_is_not_lost(
    url, monkeypatch
):
    monkeypatch.setattr("layers.stores.postgis.connections.MOST", 2)
    monkeypatch.setattr("layers.stores.postgis.connections.WAIT_S", 0.01)
    with closing(Connections(url)) as few:
        for _ in range(3):
            with (
                few.take(),
                few.take(),
                pytest.raises(
                    StoreUnavailableError,
                    match=r"^All 2 connections .* see there .*\.$",
                ),
                few.take(),
            ):
                raise AssertionError
            with pytest.raises(StoreError, match="refused"), few.take() as connection:
                connection.execute("SELECT 1 / 0")
            with pytest.raises(StoreError), few.take(), few.take() as connection:
                connection.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        with few.take(), few.take() as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)


def test_the_places_of_a_database_that_is_away_are_not_lost(monkeypatch):
    monkeypatch.setattr("layers.stores.postgis.connections.MOST", 1)
    with closing(Connections("postgresql://x@127.0.0.1:1/town")) as away:
        for _ in range(3):
            with pytest.raises(StoreUnavailableError, match="reached"), away.take():
                raise AssertionError
