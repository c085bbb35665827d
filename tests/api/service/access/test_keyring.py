"""The ring opens for a key that is valid now, and for nothing that looks like one."""

import pytest

from api.service.access.keyring import KeyRing, digest_of
from api.service.access.keys import revoke_key
from gis.access import Caller, Role
from layers.stores.memory import MemoryStore
from support.makers.contract_rows import keys
from support.makers.key_towns import ORDERS, key_town, new_key


@pytest.fixture
def store() -> MemoryStore:
    return key_town()


def test_a_key_says_who_asks(store: MemoryStore) -> None:
    key = new_key(store, "leader", holder_id="L1", area_id="G1", grants="dispute")
    assert KeyRing(store).caller(key.secret) == Caller(
        key.key_id, Role.LEADER, "L1", area_id="G1", grants=("dispute",)
    )


def test_what_is_not_the_key_opens_nothing(store: MemoryStore) -> None:
    key = new_key(store, "steward")
    ring = KeyRing(store)
    wrong = [
        *("", "pagoda_", key.key_id, digest_of(key.secret), key.secret[:-1]),
        *(key.secret + "A", key.secret.upper(), f"{key.secret},{key.secret}"),
        *(
            "é" * 50,
            "\ud800",
            key.secret[:-1] + ("A" if key.secret[-1] != "A" else "B"),
        ),
    ]
    assert [ring.caller(secret) for secret in wrong] == [None] * len(wrong)


def test_a_change_of_keys_is_seen_at_a_refresh_and_others_are_not_read(
    store: MemoryStore,
) -> None:
    ring = KeyRing(store)
    assert not ring.has_keys
    key = new_key(store, "auditor")
    assert not ring.has_keys
    assert ring.refresh()
    assert ring.has_keys
    assert ring.caller(key.secret)
    assert not ring.refresh()
    revoke_key(store, key.key_id)
    assert ring.refresh()
    assert ring.caller(key.secret) is None


def test_a_change_of_other_facts_is_no_change_of_keys(store: MemoryStore) -> None:
    key = new_key(store, "auditor")
    ring = KeyRing(store)
    store.record(
        "sources", store.facts("sources").drop(columns=["recorded_at", "batch"])
    )
    assert not ring.refresh()
    assert ring.caller(key.secret)


def test_a_store_that_had_a_key_is_never_open_again(store: MemoryStore) -> None:
    key = new_key(store, "steward")
    revoke_key(store, key.key_id)
    assert KeyRing(store).has_keys


def test_a_key_begins_and_ends_by_the_clock_of_the_store(store: MemoryStore) -> None:
    rows = keys(("K1", "auditor")).assign(
        sha256=digest_of("pagoda_x"), valid_to="1970-01-01T00:00:10Z"
    )
    rows["valid_from"] = "1970-01-01T00:00:05Z"
    store.record("keys", rows)
    times = iter([4_999, 5_000, 9_999, 10_000])
    ring = KeyRing(store, now=lambda: next(times))
    states = [ring.caller("pagoda_x") is not None for _ in range(4)]
    assert states == [False, True, True, False]


def test_a_mark_is_that_of_one_key_and_not_of_the_next_with_its_id(
    store: MemoryStore,
) -> None:
    store.record("keys", keys(("K1", "auditor")))
    ring = KeyRing(store)
    mark = ring.mark("K1")
    assert ring.caller_marked("K1", mark) == Caller("K1", Role.AUDITOR)
    assert ring.caller_marked("K1", "") is None
    assert ring.caller_marked("K2", mark) is None
    store.record("keys", keys(("K1", "auditor")).assign(sha256=digest_of("other")))
    ring.refresh()
    assert ring.caller_marked("K1", mark) is None
    assert ring.mark("K2") == ""


@pytest.mark.parametrize("role", ORDERS)
def test_every_role_is_read_as_it_was_ordered(store: MemoryStore, role: str) -> None:
    secret = new_key(store, role).secret
    caller = KeyRing(store).caller(secret)
    order = ORDERS[role]
    assert caller is not None
    assert caller.roles == {order.role}
    assert (caller.department_id, caller.source) == (order.department_id, order.source)
