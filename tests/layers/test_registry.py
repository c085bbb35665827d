"""What is registered follows the store, and is read whole."""

import pandas as pd
import pytest

from gis.models import Instant
from layers.registry import PAGODA, Registries, read_registry
from layers.stores.facts import timestamp
from layers.stores.memory import MemoryStore

DAY_MS = 86_400_000


def source(name, **values):
    row = {
        "source": name,
        "name_zh": name,
        "sort": "hotline",
        "owner": "grid_office",
        "valid_from": timestamp(Instant(DAY_MS)),
    }
    return pd.DataFrame([row | values])


@pytest.fixture
def clock():
    return [Instant(2 * DAY_MS)]


@pytest.fixture
def store(clock):
    store = MemoryStore(now=lambda: clock[0])
    store.record("sources", source("hotline", datum="gcj02"))
    return store


def test_a_registry_has_what_is_in_force(store):
    assert set(read_registry(store, Instant(2 * DAY_MS)).sources) == {
        "hotline",
        "pagoda",
    }
    assert set(read_registry(store, Instant(0)).sources) == {"pagoda"}
    assert read_registry(store, store.now()).sources["hotline"].datum == "gcj02"


def test_a_new_fact_is_there_after_a_refresh(store):
    registries = Registries(store)
    assert not registries.refresh()
    store.record("sources", source("camera"))
    assert registries.refresh()
    assert set(registries.current.sources) == {"hotline", "camera", "pagoda"}


def test_facts_of_other_layers_move_the_revision_alone(store):
    registries = Registries(store)
    sources = registries.current.sources
    post = {"post_id": "P", "area_id": "A", "role": "grid_leader"}
    post["valid_from"] = timestamp(Instant(0))
    store.record("posts", pd.DataFrame([post]))
    assert not registries.refresh()
    assert registries.current.sources is sources
    assert registries.current.revision == store.revision()


def test_a_fact_that_ends_by_itself_is_gone_a_minute_later(store, clock):
    ends_at = timestamp(Instant(clock[0] + 1000))
    store.record("sources", source("fair", valid_to=ends_at))
    registries = Registries(store)
    assert "fair" in registries.current.sources
    clock[0] = Instant(clock[0] + 60_000)
    assert registries.refresh()
    assert "fair" not in registries.current.sources


def test_this_service_is_a_source_unless_a_town_says_more_of_it() -> None:
    store = MemoryStore(now=lambda: Instant(2 * DAY_MS))
    assert read_registry(store, store.now()).sources["pagoda"] == PAGODA
    store.record("sources", source("pagoda", sort="pagoda"))
    assert read_registry(store, store.now()).sources["pagoda"] != PAGODA
