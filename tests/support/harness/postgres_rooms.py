"""A store in a schema of its own, for tests of one room of it."""

from contextlib import closing, contextmanager
from dataclasses import astuple

import psycopg

from layers.stores.postgis import create_postgis
from layers.stores.postgis.connections import Connections, wire_instant
from layers.stores.postgis.tables import LINKS, add_rows


@contextmanager
def open_connection(server):
    """Give a connection to an empty store S in a schema of its own."""
    url = server.fresh_url()
    create_postgis(url, store_id="S")
    connections = Connections(url)
    with closing(connections), connections.take() as connection:
        yield connection


def rows_of(url, statement, *asked):
    with psycopg.connect(url, autocommit=True) as connection:
        return connection.execute(statement, asked).fetchall()


def execute(url, *statements):
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def columns_of(url, table):
    found = rows_of(
        url,
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s "
        "AND table_schema = current_schema() ORDER BY ordinal_position",
        table,
    )
    return [name for (name,) in found]


def add_links(connection, town):
    """Put the links of a town on the log: rows that no link names are not read."""
    rows = [astuple(link) for link, _ in town.log()]
    wired = [(*row[:3], wire_instant(row[3]), *row[4:]) for row in rows]
    add_rows(connection, LINKS, wired)
