"""The keys of a store as one object: who asks is found by what was sent."""

import hashlib
import hmac
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import pandas as pd

from gis.access import Caller, caller_with
from gis.models import Instant, Key
from layers.schema.keys import keys_of
from layers.stores import Store
from layers.stores.facts import instant_of

LAYER: Final = "keys"
PREFIX: Final = "pagoda_"
"""Begins every key, so that one that lies about is recognised."""
MARK_LENGTH: Final = 32
"""So much of a digest binds a session to its key."""


@dataclass(frozen=True, slots=True)
class KeyTerm:
    """A key and when it is valid: from `starts_at`, before `ends_at`."""

    key: Key
    starts_at: Instant
    ends_at: Instant | None

    def is_valid(self, at: Instant) -> bool:
        """Say whether the key is valid at an instant."""
        return self.starts_at <= at and (self.ends_at is None or at < self.ends_at)


@dataclass(frozen=True, slots=True)
class _Ring:
    """The keys as of a revision."""

    revision: int
    has_keys: bool
    by_id: Mapping[str, KeyTerm] = field(default_factory=dict)
    by_digest: Mapping[str, KeyTerm] = field(default_factory=dict)


def digest_of(secret: str) -> str:
    """Return what is stored of a key.

    Examples
    --------
    >>> digest_of("pagoda_x")[:8]
    'f79b36fa'
    """
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


class KeyRing:
    """Holds the keys of a store; readers never wait for a change.

    Parameters
    ----------
    store
        Where the keys are registered.
    now
        The clock that keys begin and end by; that of the store without one.

    Examples
    --------
    >>> from layers.stores import open_store
    >>> ring = KeyRing(open_store("memory:"))
    >>> ring.has_keys, ring.caller("pagoda_x")
    (False, None)
    """

    def __init__(
        self, store: Store, *, now: Callable[[], Instant] | None = None
    ) -> None:
        self._store = store
        self._now = now or store.now
        self._reading = threading.Lock()
        self._ring = _read_ring(store)

    @property
    def has_keys(self) -> bool:
        """Whether there ever was a key: one that was revoked opens nothing again."""
        return self._ring.has_keys

    def caller(self, secret: str) -> Caller | None:
        """Return who asks with a key; None where it is none that is valid now.

        It is found by its digest: how long that takes says nothing of other keys.
        """
        digest = digest_of(secret)
        term = self._ring.by_digest.get(digest)
        if term is None or not hmac.compare_digest(term.key.sha256, digest):
            return None
        return self._caller(term)

    def caller_marked(self, key_id: str, mark: str) -> Caller | None:
        """Return who has a key by its id and mark; None where it is not valid now."""
        term = self._ring.by_id.get(key_id)
        if term is None or not hmac.compare_digest(_mark(term), mark):
            return None
        return self._caller(term)

    def mark(self, key_id: str) -> str:
        """Return what tells a key from others that had its id; empty without key."""
        term = self._ring.by_id.get(key_id)
        return "" if term is None else _mark(term)

    def refresh(self) -> bool:
        """Swap in the keys of now where some changed; say whether."""
        with self._reading:
            ring, revision = self._ring, self._store.revision()
            if revision == ring.revision:
                return False
            if LAYER not in self._store.changed_layers(ring.revision):
                self._ring = replace(ring, revision=revision)
                return False
            # readers see the old object or the new one: this is one reference
            self._ring = _read_ring(self._store)
            return True

    def _caller(self, term: KeyTerm) -> Caller | None:
        return caller_with(term.key) if term.is_valid(self._now()) else None


def read_terms(store: Store) -> list[KeyTerm]:
    """Return the keys of a store that are not revoked, of all times.

    Parameters
    ----------
    store
        Where they are registered.
    """
    facts = store.facts(LAYER)
    starts = [instant_of(moment) for moment in facts["valid_from"]]
    ends = [None if pd.isna(end) else instant_of(end) for end in facts["valid_to"]]
    return [KeyTerm(*term) for term in zip(keys_of(facts), starts, ends, strict=True)]


def _read_ring(store: Store) -> _Ring:
    # before the facts: what comes between is read once more
    revision = store.revision()
    terms = read_terms(store)
    return _Ring(
        revision,
        bool(len(store.records(LAYER))),
        {term.key.key_id: term for term in terms},
        {term.key.sha256: term for term in terms},
    )


def _mark(term: KeyTerm) -> str:
    return term.key.sha256[:MARK_LENGTH]
