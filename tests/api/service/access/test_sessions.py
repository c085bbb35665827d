"""A session and its forms end with the key, with time, and with a changed letter."""

import pytest

from api.service.access.keyring import KeyRing, digest_of
from api.service.access.keys import revoke_key
from api.service.access.sessions import Sessions
from gis.access import KEYLESS, Caller
from layers.stores.memory import MemoryStore
from support.makers.contract_rows import keys
from support.makers.key_towns import key_town, new_key

KEY = "k" * 32


@pytest.fixture
def store() -> MemoryStore:
    return key_town()


def signed_in(store: MemoryStore, role: str = "leader") -> tuple[KeyRing, Caller]:
    """A ring with a key, and who has it."""
    secret = new_key(store, role).secret
    ring = KeyRing(store)
    caller = ring.caller(secret)
    assert caller is not None
    return ring, caller


def test_a_cookie_says_who_signed_in_without_the_key(store: MemoryStore) -> None:
    ring, caller = signed_in(store)
    sessions = Sessions(ring, KEY)
    cookie = sessions.cookie_of(caller)
    assert sessions.caller_of(cookie) == caller
    [digest] = store.facts("keys")["sha256"]
    assert digest not in cookie


def test_a_revoked_key_ends_its_sessions(store: MemoryStore) -> None:
    ring, caller = signed_in(store)
    sessions = Sessions(ring, KEY)
    cookie = sessions.cookie_of(caller)
    revoke_key(store, caller.key_id)
    ring.refresh()
    assert sessions.caller_of(cookie) is None


def test_a_key_that_takes_an_id_over_takes_no_session_over(store: MemoryStore) -> None:
    store.record("keys", keys(("K1", "auditor")).assign(sha256=digest_of("one")))
    ring = KeyRing(store)
    sessions, caller = Sessions(ring, KEY), ring.caller("one")
    assert caller is not None
    cookie, form = sessions.cookie_of(caller), sessions.form_token(caller)
    store.record("keys", keys(("K1", "steward")).assign(sha256=digest_of("two")))
    ring.refresh()
    assert sessions.caller_of(cookie) is None
    assert not sessions.is_own_form(caller, form)


def test_sessions_and_forms_grow_old(store: MemoryStore) -> None:
    ring, caller = signed_in(store)
    sessions = Sessions(ring, KEY, age_s=-1)
    assert sessions.caller_of(sessions.cookie_of(caller)) is None
    assert not sessions.is_own_form(caller, sessions.form_token(caller))


def test_a_form_is_that_of_its_caller(store: MemoryStore) -> None:
    ring, caller = signed_in(store)
    sessions = Sessions(ring, KEY)
    other = ring.caller(new_key(store, "auditor").secret) or KEYLESS
    form = sessions.form_token(caller)
    assert sessions.is_own_form(caller, form)
    assert not sessions.is_own_form(other, form)
    assert not sessions.is_own_form(caller, sessions.cookie_of(caller))
    assert sessions.caller_of(form) is None


def test_who_has_no_key_yet_has_forms_of_its_own(store: MemoryStore) -> None:
    sessions = Sessions(KeyRing(store), KEY)
    assert sessions.is_own_form(KEYLESS, sessions.form_token(KEYLESS))
    assert sessions.caller_of(sessions.cookie_of(KEYLESS)) is None


def test_no_letter_of_what_a_cookie_says_may_change(store: MemoryStore) -> None:
    ring, caller = signed_in(store)
    sessions = Sessions(ring, KEY)
    cookie = sessions.cookie_of(caller)
    body = cookie.rpartition(".")[0]
    for place in range(len(body)):
        letter = "A" if body[place] != "A" else "B"
        changed = cookie[:place] + letter + cookie[place + 1 :]
        assert sessions.caller_of(changed) is None
    assert Sessions(ring, "l" * 32).caller_of(cookie) is None
    for text in ("", ".", "..", "\ud800", "é", cookie[:-1] + "é"):
        assert sessions.caller_of(text) is None
