"""Only what stands on the log is delivered."""

from contextlib import closing

import pytest

from gis.errors import StoreError
from layers.stores.outbox import Delivery
from layers.stores.postgis import PostgisStore, create_postgis
from support.harness.postgres_rooms import execute
from support.makers.loop_entries import intake_of
from support.makers.store_history import Clock, day


@pytest.fixture
def url(postgis):
    url = postgis.fresh_url()
    create_postgis(url)
    return url


@pytest.fixture
def store(url):
    with closing(PostgisStore(url, now=Clock(day(1)))) as opened:
        opened.append([intake_of("1", destinations=("police",))]).result()
        yield opened


def test_delivery_that_no_outbox_has_is_not_served(store, url):
    execute(url, "INSERT INTO deliveries VALUES (2, 'waiting', 0, NULL, NULL, '', 0)")
    assert [d.outbox_row for d in store.waiting(day(1), 9)] == [1]
    assert store.delivery(2) is None


def test_delivery_that_is_not_there_is_not_recorded(store):
    with pytest.raises(StoreError, match="There is no delivery 7"):
        store.record_delivery(Delivery(7, "police", "E", 1))
