"""A delivery is tried again by hand, unless it arrived."""

from dataclasses import replace

from api.service.events.deliveries import retry_delivery
from layers.stores import open_store
from support.makers.outbox_towns import report


def dead_one(store):
    report(store, "H-1", "desk")
    [delivery] = store.deliveries(None)
    dead = replace(delivery, state="dead", attempts=10, error="refused", next_at=None)
    store.record_delivery(dead)
    return dead


def test_dead_delivery_waits_again_with_all_of_its_tries():
    store = open_store("memory:")
    dead = dead_one(store)
    again = retry_delivery(store, dead.outbox_row)
    assert (again.state, again.attempts) == ("waiting", 0)
    assert store.waiting(store.now(), 10) == (again,)


def test_delivery_that_arrived_stays_so():
    store = open_store("memory:")
    delivered = replace(dead_one(store), state="delivered", error="")
    store.record_delivery(delivered)
    assert retry_delivery(store, delivered.outbox_row) == delivered
    assert store.waiting(store.now(), 10) == ()


def test_there_may_be_no_such_delivery():
    assert retry_delivery(open_store("memory:"), 7) is None
