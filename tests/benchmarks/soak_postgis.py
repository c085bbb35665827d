"""PostGIS under immediate stops: `stops_under_writers()` is for `make soak`."""

import json
import sys
import threading
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import psycopg

sys.path.insert(0, str(Path(__file__).parents[1]))

from gis.errors import StoreError
from gis.models import Instant
from layers.stores.log import verify
from layers.stores.postgis import PostgisStore, create_postgis
from support.harness import postgres
from support.makers.store_history import new_event

STOPS = 20
WRITERS = 4


def now():
    return Instant(time.time_ns() // 1_000_000)


class Writer(threading.Thread):
    """Appends small batches, each again until it is acknowledged."""

    def __init__(self, store, name):
        super().__init__(name=name, daemon=True)  # ends with a run that breaks off
        self.store = store
        self.is_over = threading.Event()
        self.acknowledged = []
        self.refusals = []

    def run(self):
        number = 0
        while not self.is_over.is_set():
            batch = [
                replace(new_event(f"{self.name}-{number}-{n}"), destinations=("a", "b"))
                for n in range(1 + number % 4)
            ]
            number += 1
            self.acknowledged.append(self.append(batch))

    def append(self, batch):
        while True:
            try:
                return self.store.append_events(batch)
            except StoreError as error:
                self.refusals.append(str(error))
                time.sleep(0.02)


def stops_under_writers(stops=STOPS, pause_s=0.5):
    """Return what became of the events of writers while the server was stopped."""
    with closing(postgres.new_server()) as server:
        create_postgis(server.url)
        services = [
            PostgisStore(server.url, now=now, is_service=is_service)
            for is_service in (True, False)
        ]
        writers = [Writer(services[n % 2], f"w{n}") for n in range(WRITERS)]
        for writer in writers:
            writer.start()
        chance = np.random.default_rng(5)
        for wait_s in pause_s * chance.uniform(0.5, 1.5, stops):
            time.sleep(wait_s)
            server.stop_at_once()
            server.start()
        time.sleep(pause_s)
        for writer in writers:
            writer.is_over.set()
        for writer in writers:
            writer.join()
        found = _found(server, services[1], writers)
        for service in services:
            service.close()
    return {"stops": stops} | found


def _found(server, store, writers):
    """Compare what was acknowledged with what is there."""
    there = {row.event_id: (row.row, row.batch) for row in store.events().itertuples()}
    calls = [receipts for writer in writers for receipts in writer.acknowledged]
    receipts = [receipt for call in calls for receipt in call]
    with psycopg.connect(server.url, autocommit=True) as connection:
        [counts] = connection.execute(
            "SELECT (SELECT count(*) FROM events), (SELECT count(*) FROM event_keys), "
            "(SELECT count(*) / 2 FROM outbox), (SELECT sum(rows) FROM links)"
        )
    refusals = [text for writer in writers for text in writer.refusals]
    return {
        "acknowledged": len(receipts),
        "lost": sum(there.get(r.event_id) != (r.row, r.batch) for r in receipts),
        "half": (len(set(counts)) > 1)
        + sum(len({receipt.batch for receipt in call}) > 1 for call in calls),
        "faults": len(list(verify(store.log(), store.store_id))),
        "refusals": len(refusals),
        "odd_sentences": sum(
            "\n" in text or not text.endswith(".") for text in refusals
        ),
    }


if __name__ == "__main__":
    print(json.dumps(stops_under_writers()))
