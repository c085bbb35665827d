"""Listed events have no column that is closed."""

from api.service.events.read import EventQuery, list_events
from layers.schema.events import EVENTS
from layers.stores.memory import MemoryStore
from support.makers.store_history import new_event


def test_listed_events_show_nothing_closed() -> None:
    store = MemoryStore()
    store.append_events([new_event("1"), new_event("2")])
    events, has_more = list_events(store, EventQuery(limit=1), "Asia/Shanghai")
    closed = {field.name for field in EVENTS.fields if field.sharing == "closed"}
    assert {"x", "y", "details"} <= closed
    assert closed & set(events.columns) == set()
    assert (len(events), has_more) == (1, True)
