"""Stores with destinations and events whose phases they are to be told."""

import pandas as pd

from gis.events import Changes
from layers.stores.loops import Entry
from support.makers.loop_entries import action_of, intake_of


def record_destination(store, name, url, **values):
    """Register a destination."""
    row = {"destination_id": name, "url": url, "secret_id": name.upper()} | values
    frame = pd.DataFrame([row | {"valid_from": "2026-01-01T00:00:00+08:00"}])
    store.record("destinations", frame)


def record_source(store, name, destination):
    """Register a source and who hears of its events."""
    row = {"source": name, "name_zh": name, "sort": "hotline", "owner": "grid_office"}
    row |= {"destination_id": destination, "valid_from": "2026-01-01T00:00:00+08:00"}
    store.record("sources", pd.DataFrame([row]))


def report(store, source_id, *destinations, **values):
    """Take an event in of which destinations are told; return its id."""
    fields = {"path": ("collected", "accepted", "assigned")} | values
    loop = {"state": "assigned", "phase": "assigned"} | dict(fields.pop("loop", ()))
    entry = intake_of(source_id, loop=loop, destinations=destinations, **fields)
    [receipt] = store.append([entry]).result()
    return receipt.actions[0].action.event_id


def advance(store, event_id, state, phase, *destinations):
    """Let an event go on to a state."""
    loop = store.loop(event_id)
    action = action_of(
        event_id,
        "step",
        request={"to": state},
        path=(loop.state, state),
        destinations=destinations,
        changes=Changes({"state": state, "phase": phase}),
        reason="SECRET",
    )
    store.append([Entry(None, (action,))]).result()
