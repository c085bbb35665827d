"""A store with something in every table, and rows put in past its doors."""

# ruff: noqa: S608  the names of tables are ours

from contextlib import closing

import geopandas as gpd
import pandas as pd
import psycopg
import shapely

from layers.stores.geopackage.connections import connect
from layers.stores.postgis import PostgisStore
from layers.stores.protocol import Draft
from layers.stores.version_digest import draft_digest
from support.makers.contract_rows import GROUND, MIDNIGHT, enterprises, posts
from support.makers.store_history import (
    CRS,
    day,
    layers_of,
    new_event,
    publication,
    publish_grounds,
    split,
)

LAYERS = ("posts", "duties", "enterprises", "inspections", "rules", "stations")
BATCHED = ("versions", "withdrawals", *LAYERS, "events")
KEYS = {
    "versions": {"version": 77},
    "withdrawals": {"version": 1},
    "events": {"event_id": "00000000-0000-7000-8000-000000000077", "source_id": "77"},
}
"""What a row needs besides, to stand beside the one that it is made like."""
OF_VERSION = ("lineage", "grids", "circles", "communities")


def fill(store, clock):
    """Write something of every kind."""
    publish_communities(store)
    after = split(GROUND, "G2", "G4", "G5")
    publish_grounds(store, {day(10): after}, base=1, before=GROUND)
    publish_grounds(store, {day(90): after}, base=2)
    store.withdraw(3, reason="postponed", reviewer="chief")
    store.record("posts", posts(("P1", "G1", "grid_leader", "L1", MIDNIGHT)))
    store.record("enterprises", enterprises(("E1", "tax", "甲"), ("E2", "tax", None)))
    duty = {"duty_id": ["D1"], "post_id": "P1", "holder_id": "L1"}
    visit = {"inspection_id": ["I1"], "place_id": "E1", "kind": "check"}
    rule = {"rule_id": ["R1"], "owner": "bureau", "body": "{}"}
    for layer, row in (("duties", duty), ("inspections", visit), ("rules", rule)):
        store.record(layer, pd.DataFrame(row).assign(valid_from=MIDNIGHT))
    station = {"station_id": ["S1"], "kind": "fire", "valid_from": MIDNIGHT}
    point = [shapely.Point(120.01, 30.001)]
    store.record("stations", gpd.GeoDataFrame(station, geometry=point, crs=CRS))
    clock.now += 5
    store.append_events([new_event("1"), new_event("2")])


def publish_communities(store):
    """Publish the first version, with a community, so that no table is empty."""
    grids, circles = layers_of(GROUND)
    grids = grids.assign(community_id="N1")
    digest = draft_digest(grids, circles)
    store.publish(publication(Draft(day(0), digest, grids, circles), base=None))


def served(store):
    """Everything that a store answers."""
    return [
        store.systems(),
        store.history(),
        *(store.grids(valid_at=day(at)).to_dict("records") for at in (1, 20)),
        *(store.records(layer).to_dict("records") for layer in LAYERS),
        *(store.facts(layer).to_dict("records") for layer in LAYERS),
        store.events().drop(columns="geometry").to_dict("records"),
        store.outbox("police"),
        *(store.event(event_id) for event_id in store.events()["event_id"]),
    ]


def execute(store, *statements):
    """Run statements as another program that may write the store does."""
    if isinstance(store, PostgisStore):
        url = store._connections._url.replace("_service@", "_owner@")
        with psycopg.connect(url, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)
        return
    with closing(connect(store._file.path)) as connection:
        for statement in statements:
            connection.execute(statement)


def insert_like(store, table, **changes):
    """Put in one row like the last one of a table, with some values changed."""
    is_postgis = isinstance(store, PostgisStore)
    if is_postgis and table == "events":
        changes.setdefault("log_row", 77)
    columns = _columns(store, table)
    own = {name: f'"{name}"' for name in columns}
    said = {
        name: str(v) if name == "recorded_at" else repr(v)
        for name, v in changes.items()
    }
    values = [(own | said)[name] for name in columns]
    names = ", ".join(f'"{name}"' for name in columns)
    last = "ctid" if is_postgis else "rowid"
    execute(
        store,
        f"INSERT INTO {table} ({names}) SELECT {', '.join(values)} FROM {table} "
        f"ORDER BY {last} DESC LIMIT 1",
    )


def recorded_at(store, batch):
    """SQL for the time of a link."""
    log = "links" if isinstance(store, PostgisStore) else "log"
    return f"(SELECT recorded_at FROM {log} WHERE sequence = {batch})"


def _columns(store, table):
    """Columns that a plain INSERT gives."""
    if isinstance(store, PostgisStore):
        asked = (
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s "
            "AND table_schema = current_schema() AND is_identity = 'NO'"
        )
        with psycopg.connect(store._connections._url) as connection:
            return [name for (name,) in connection.execute(asked, [table])]
    with closing(connect(store._file.path)) as connection:
        found = connection.execute(f"PRAGMA table_info({table})").fetchall()
    return [row[1] for row in found if row[1] != "fid"]
