"""Destinations are told every phase, in order, at least once under one id."""

import time
from contextlib import contextmanager, nullcontext

import pytest

from api.service.events.deliveries import retry_delivery
from api.service.events.hosts import AllowedHosts
from api.service.events.outbox import DELAYS_S, Sender
from api.service.events.webhooks import Webhooks
from conftest import PATIENCE_S
from layers.registry import Registries
from layers.stores import open_store
from support.harness.receiver import SECRET, answer, receiving
from support.makers.outbox_towns import advance, record_destination, report

SECRETS = {f"PAGODA_SECRET_{name}": SECRET for name in ("DESK", "OTHER", "THIRD")}
SHORT = (0.01,) * 4


@contextmanager
def sending(store, *, hosts="127.0.0.1", lead=lambda: nullcontext(True), **options):
    """Send what waits in a store until the context ends."""
    webhooks = Webhooks(
        AllowedHosts.of(hosts), SECRETS, timeout_s=options.pop("timeout_s", 5.0)
    )
    delays_s = options.pop("delays_s", SHORT)
    sender = Sender(store, Registries(store), webhooks, lead, delays_s=delays_s)
    with sender:
        yield sender


def wait_for(store, state, count):
    """Wait until so many deliveries are in a state."""
    end = time.monotonic() + PATIENCE_S
    while store.count_deliveries(state) < count:
        assert time.monotonic() < end, store.deliveries(None)
        time.sleep(0.01)
    return store.deliveries(state)


def wait_for_try(receiver):
    """Wait until something has come, which may have had no answer."""
    end = time.monotonic() + PATIENCE_S
    while not receiver.tries:
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.fixture
def receiver():
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def store(receiver):
    """A store with a destination that is there."""
    store = open_store("memory:")
    record_destination(store, "desk", receiver.url)
    return store


def test_source_hears_every_phase_in_order(store, receiver):
    event_id = report(store, "H-1", "desk")
    steps = [("handled", "handled"), ("closed", "closed"), ("assigned", "assigned")]
    with sending(store):
        receiver.wait(1)
        for state, phase in steps:
            advance(store, event_id, state, phase, "desk")
        receiver.wait(4)
        wait_for(store, "delivered", 4)
    phases = [body["phase"] for body in receiver.bodies()]
    assert phases == ["assigned", "handled", "closed", "assigned"]


@pytest.mark.parametrize(
    "bad",
    [
        answer(500),
        answer(301, "Location: https://elsewhere.example/"),
        answer(400),
        b"",
        b"HTTP/1.1 50",
    ],
    ids=["500", "301", "400", "hangs up", "breaks off"],
)
def test_what_fails_is_sent_again_under_its_id_and_holds_back_what_follows(
    store, receiver, bad
):
    receiver.answers = iter([bad, bad, bad])
    event_id = report(store, "H-1", "desk")
    advance(store, event_id, "handled", "handled", "desk")
    with sending(store):
        receiver.wait(2)
        first, second = wait_for(store, "delivered", 2)
    assert [body["phase"] for body in receiver.bodies()] == ["assigned", "handled"]
    assert receiver.tries == {f"{store.store_id}-1": 4, f"{store.store_id}-2": 1}
    assert (first.attempts, first.status, first.error) == (4, 204, "")
    assert second.attempts == 1


def test_delivery_that_fails_too_often_is_dead_and_the_next_phase_goes_on(
    store, receiver
):
    receiver.answers = iter([answer(503)] * 5)
    event_id = report(store, "H-1", "desk")
    advance(store, event_id, "handled", "handled", "desk")
    with sending(store):
        receiver.wait(1)
        [dead] = wait_for(store, "dead", 1)
    assert (dead.outbox_row, dead.attempts, dead.status) == (1, 5, 503)
    assert (dead.error, dead.next_at) == ("refused", None)
    assert receiver.bodies()[0]["phase"] == "handled"


def test_schedule_is_that_of_standard_webhooks():
    minutes = [seconds / 60 for seconds in DELAYS_S]
    assert minutes == [1 / 12, 5, 30, 120, 300, 600, 840, 1200, 1440]


def test_next_try_is_as_scheduled_and_not_before_the_receiver_wants(store, receiver):
    receiver.answers = iter([answer(429, "Retry-After: 3600")])
    before = store.now()
    report(store, "H-1", "desk")
    with sending(store, delays_s=DELAYS_S):
        while not receiver.tries or not store.delivery(1).attempts:
            time.sleep(0.01)
        # others of it wait as well
        report(store, "H-2", "desk")
        time.sleep(0.6)
    assert store.delivery(1).next_at - before >= 3_600_000
    assert store.delivery(2).attempts == 0
    assert sum(receiver.tries.values()) == 1


def test_receiver_cannot_put_itself_off_for_ever(store, receiver):
    receiver.answers = iter([answer(503, "Retry-After: 999999999")])
    report(store, "H-1", "desk")
    with sending(store):
        while not store.delivery(1).attempts:
            time.sleep(0.01)
    assert store.delivery(1).next_at - store.now() <= 86_400_000


def test_destination_that_is_gone_is_asked_no_more_until_somebody_wants_it(
    store, receiver
):
    receiver.answers = iter([answer(410)])
    first = report(store, "H-1", "desk")
    advance(store, first, "handled", "handled", "desk")
    with sending(store):
        dead = wait_for(store, "dead", 2)
        report(store, "H-2", "desk")
        wait_for(store, "dead", 3)
        assert sum(receiver.tries.values()) == 1
        assert {d.error for d in dead} == {"gone"}
        retry_delivery(store, 3)
        receiver.wait(1)
        # it is there again
        report(store, "H-3", "desk")
        receiver.wait(2)


def test_destination_that_hangs_delays_no_other(store, receiver):
    receiver.is_hanging.set()
    for number in range(50):
        report(store, f"H-{number}", "desk")
    with receiving() as other:
        record_destination(store, "other", other.url)
        for number in range(20):
            report(store, f"O-{number}", "other")
        with sending(store, timeout_s=20.0):
            other.wait(20)
            wait_for_try(receiver)
        assert len(receiver.tries) <= 4


def test_what_is_cut_by_the_end_counts_as_no_try(store, receiver):
    receiver.is_hanging.set()
    report(store, "H-1", "desk")
    with sending(store, timeout_s=30.0):
        wait_for_try(receiver)
    delivery = store.delivery(1)
    assert (delivery.state, delivery.attempts) == ("waiting", 0)


def test_nothing_is_lost_when_the_sender_ends_and_another_goes_on(store, receiver):
    flaky = [answer(500), b"", answer(429, "Retry-After: 0")]
    receiver.answers = iter(flaky * 20)
    for number in range(40):
        report(store, f"H-{number}", "desk")
    for _ in range(4):
        with sending(store, delays_s=(0.01,) * 100):
            time.sleep(0.2)
    with sending(store, delays_s=(0.01,) * 100):
        wait_for(store, "delivered", 40)
    ids = {f"{store.store_id}-{row}" for row in range(1, 41)}
    assert set(receiver.ids()) == ids
    assert set(receiver.tries) == ids


def test_who_has_not_the_lead_sends_nothing(store, receiver):
    report(store, "H-1", "desk")
    with sending(store, lead=lambda: nullcontext(False)):
        time.sleep(0.4)
    assert not receiver.tries


def test_without_hosts_nothing_is_sent_and_that_is_said_once(store, receiver, caplog):
    report(store, "H-1", "desk")
    with caplog.at_level("INFO"), sending(store, hosts=""):
        time.sleep(0.4)
    assert not receiver.tries
    assert caplog.text.count("PAGODA_WEBHOOK_HOSTS") == 1
    assert store.delivery(1).state == "waiting"


def test_destination_in_whose_way_something_is_waits_and_is_said_once(
    store, receiver, caplog
):
    record_destination(store, "fourth", receiver.url)
    report(store, "T-1", "fourth")
    report(store, "H-1", "desk")
    with sending(store):
        receiver.wait(1)
        time.sleep(0.4)
    assert store.delivery(1).state == "waiting"
    assert caplog.text.count("no secret of this destination") == 1


@pytest.mark.parametrize(
    ("name", "reason"), [("third", "disabled"), ("nobody", "unknown_destination")]
)
def test_what_cannot_be_sent_to_anybody_is_dead(store, receiver, name, reason):
    record_destination(store, "third", receiver.url, is_disabled=True)
    report(store, "T-1", name)
    with sending(store):
        [dead] = wait_for(store, "dead", 1)
    assert (dead.error, dead.attempts) == (reason, 0)
    assert not receiver.tries
