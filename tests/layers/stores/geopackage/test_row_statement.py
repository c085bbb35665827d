"""Rows are written in their order, many in one step."""

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.stores.geopackage.row_statement import MOST_AT_ONCE, RowStatement

ADD = RowStatement("INSERT INTO t", 2)
PUT = RowStatement("INSERT INTO t", 2, "ON CONFLICT (a) DO UPDATE SET b = excluded.b")


@pytest.fixture
def connection():
    with sqlite3.connect(":memory:", isolation_level=None) as connection:
        connection.execute("CREATE TABLE t (a INTEGER PRIMARY KEY, b)")
        yield connection
    connection.close()


def stored(connection):
    return connection.execute("SELECT a, b FROM t ORDER BY a").fetchall()


@given(st.lists(st.tuples(st.integers(0, 50), st.binary()), max_size=80))
def test_of_two_rows_of_one_key_the_later_stays(rows):
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE t (a INTEGER PRIMARY KEY, b)")
    PUT.write(connection, rows)
    assert stored(connection) == sorted(dict(rows).items())
    connection.close()


@pytest.mark.parametrize("count", [0, 1, 31, 32, 33, 77])
def test_a_step_takes_many_rows_and_none_is_left_out(connection, count):
    steps = []
    connection.set_trace_callback(steps.append)
    ADD.write(connection, ((number, str(number)) for number in range(count)))
    connection.set_trace_callback(None)
    assert stored(connection) == [(n, str(n)) for n in range(count)]
    assert len(steps) <= count // MOST_AT_ONCE + 5


def test_a_row_that_is_there_is_refused_with_those_of_its_step(connection):
    with pytest.raises(sqlite3.IntegrityError):
        ADD.write(connection, [(1, "a"), (1, "b")])
    assert stored(connection) == []
