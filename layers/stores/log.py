"""The append-only log: every commit batch is one link, and each link holds the last.

A link's head is SHA-256 over the head before it and what the link says, the digest of
its rows included; so a row that is changed, deleted or swapped shows in its batch, and
a batch that is cut out shows in the next. Whoever can write the whole store could make
the chain anew; that shows against a head that was exported before. An exported head is
signed with HMAC-SHA256, which the standard library has: the body that signs is the body
that checks, so a key pair, and a cryptography package for it, would prove nothing more.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import islice
from typing import Final, Protocol, TypeAlias

from gis.errors import SettingError, StoreError
from gis.models import Instant
from gis.sentences import clause, sentence

EVENTS: Final = "events"
ACTIONS: Final = "actions"
UNREVISED: Final = frozenset({EVENTS, ACTIONS})
"""Layers whose links are no new revision: nothing that answers changes by them."""
KEY_BYTES = 32
HASHED_AT_ONCE: Final = 256
"""Rows of a link that are hashed in one go."""
HEAD_FORMAT = "pagoda-head/1"
MEND = sentence("see `pagoda audit verify`, and restore the last export from before")
"""What to do with a store that holds what its log does not name."""


@dataclass(frozen=True, slots=True)
class Link:
    """One commit batch in the log.

    Attributes
    ----------
    sequence
        1, 2, 3 without a hole.
    layer
        The layer its rows went to: ``versions``, ``withdrawals``, ``events``,
        ``actions`` or the name of a layer of facts.
    rows
        Number of its rows.
    recorded_at
        When it was committed; never before the link before.
    digest
        SHA-256 of its rows, hexadecimal.
    head
        SHA-256 of the head before and of this link, hexadecimal.
    """

    sequence: int
    layer: str
    rows: int
    recorded_at: Instant
    digest: str
    head: str


@dataclass(frozen=True, slots=True)
class SignedHead:
    """The end of a log at a time, to be kept outside the store."""

    store_id: str
    sequence: int
    head: str
    signature: str

    def to_text(self) -> str:
        """Return the head as one line of JSON."""
        return json.dumps({"format": HEAD_FORMAT, **asdict(self)}, sort_keys=True)


@dataclass(frozen=True, slots=True)
class LogFault:
    """What is wrong with a log at a link; 0 is its beginning."""

    sequence: int
    text: str


Batch: TypeAlias = tuple[Link, Iterable[bytes]]
"""A link with its rows as bytes, read from what is stored now."""


class Log(Protocol):
    """Links that chain everything that was stored."""

    def log(self, after: int = 0) -> Iterator[Batch]:
        """Yield every link after a sequence with its rows as stored now.

        The bytes are made anew from the rows: `version_bytes` and `withdrawal_bytes` of
        `layers.stores.versions`, `fact_bytes` of `layers.stores.facts`, `event_bytes`
        of `layers.stores.events`, `action_bytes` of `layers.stores.actions`. The rows
        of a link are read before the next is asked for.
        """

    def strays(self) -> tuple[LogFault, ...]:
        """Return what lies in the store and no link of the log names.

        Rows of no link or of one of another layer, layers and lineage of no version,
        destinations of no event or action, links with more rows than they committed, a
        spatial index that is not that of its layer, a guard against changes that is
        gone. All else that is wrong shows in `verify`.
        """

    def last_link(self) -> Link | None:
        """Return the end of the log; None while it is empty.

        Raises
        ------
        StoreError
            If it does not hold the link before it.
        """

    def revision(self) -> int:
        """Return the sequence of the last link not of `UNREVISED`, 0 without one.

        Cheap enough to be asked every second by every reader.
        """

    def changed_layers(self, after: int) -> frozenset[str]:
        """Return the layers that links after a sequence are of, but for `UNREVISED`."""

    def wait_for_change(self, revision: int, timeout_s: float) -> int:
        """Return the revision as soon as it is not the one given.

        Parameters
        ----------
        revision
            What the caller has seen.
        timeout_s
            After so long the revision given is returned again.

        Raises
        ------
        StoreError
            If the store is closed meanwhile, or cannot be asked; who asks again later
            has missed nothing, since it is the revision that counts.
        """


def genesis(store_id: str) -> str:
    """Return the head before the first link.

    Examples
    --------
    >>> genesis("S")[:8]
    '971f9089'
    """
    return hashlib.sha256(b"pagoda-log/1\n" + store_id.encode()).hexdigest()


def rows_digest(rows: Iterable[bytes]) -> tuple[int, str]:
    """Return the number of rows and the SHA-256 over length and bytes of each."""
    digest = hashlib.sha256()
    count = 0
    queue = iter(rows)
    # hashing lets other threads run: a pause for each row would be long in a service
    while some := list(islice(queue, HASHED_AT_ONCE)):
        digest.update(b"".join(p for r in some for p in (len(r).to_bytes(8, "big"), r)))
        count += len(some)
    return count, digest.hexdigest()


def next_link(
    head: str, sequence: int, layer: str, recorded_at: Instant, rows: Iterable[bytes]
) -> Link:
    """Return the link that puts a batch of rows behind a head.

    Parameters
    ----------
    head
        Head of the link before, or `genesis`.
    sequence
        Number of the new link.
    layer, recorded_at
        Where the rows go, and when.
    rows
        The rows in the order of the store.

    Examples
    --------
    >>> link = next_link(genesis("S"), 1, "events", Instant(0), [b"one", b"two"])
    >>> list(verify([(link, [b"one", b"two"])], "S"))
    []
    >>> [fault] = verify([(link, [b"two", b"one"])], "S")
    >>> fault.text
    "Link 1 of layer 'events' holds other rows than were committed."
    """
    count, digest = rows_digest(rows)
    link = Link(sequence, layer, count, recorded_at, digest, "")
    return replace(link, head=_head(head, link))


def end_of(links: Sequence[Link], store_id: str) -> Link | None:
    """Return the end of a log, which holds the link before it; None of an empty one.

    Parameters
    ----------
    links
        The last two links in order; fewer where there are no more.
    store_id
        Id of the store.

    Raises
    ------
    StoreError
        If the last link does not hold the one before it: another program wrote it.

    Examples
    --------
    >>> link = next_link(genesis("S"), 1, "events", Instant(0), [b"one"])
    >>> end_of([link], "S") == link
    True
    """
    if not links:
        return None
    head, sequence = genesis(store_id), 0
    if len(links) > 1:
        head, sequence = links[-2].head, links[-2].sequence
    last = links[-1]
    if last.sequence != sequence + 1 or last.head != _head(head, last):
        raise StoreError(
            "Link {sequence}, the last of the log, does not hold the one before it; "
            "{mend}.",
            sequence=last.sequence,
            mend=MEND,
        )
    return last


def miscounted(sequence: int, layer: str, there: int, committed: int) -> LogFault:
    """Return the fault of a link with more or fewer rows than it committed.

    Examples
    --------
    >>> miscounted(5, "duties", 3, 2).text
    "Link 5 of layer 'duties' has 3 rows where 2 were committed."
    """
    return LogFault(
        sequence,
        sentence(
            "Link {sequence} of layer {layer!r} has {there} rows where {committed} "
            "were committed.",
            sequence=sequence,
            layer=layer,
            there=there,
            committed=committed,
        ),
    )


def refuse_faults(faults: Iterable[LogFault]) -> None:
    """Refuse to go on with a store that has a fault, by the first.

    Raises
    ------
    StoreError
        If there is one.

    Examples
    --------
    >>> refuse_faults([])
    """
    first = next(iter(faults), None)
    if first is not None:
        raise StoreError("{words}; {mend}.", words=clause(first.text), mend=MEND)


def refuse_changed(link: Link, rows: Iterable[bytes]) -> None:
    """Refuse a link whose rows are not those that were committed.

    Raises
    ------
    StoreError
        If another row, order or value is there now.
    """
    refuse_faults(_changed(link, rows))


def verify(
    log: Iterable[Batch], store_id: str, exported: SignedHead | None = None
) -> Iterator[LogFault]:
    """Yield everything that is wrong with a log.

    Parameters
    ----------
    log
        All batches from the first, rows read from what is stored now.
    store_id
        Id of the store.
    exported
        A head whose signature was checked by `check_head`; the log must go through it.
    """
    head, last, recorded_at = genesis(store_id), 0, None
    is_met = exported is None or (exported.sequence == 0 and exported.head == head)
    for link, rows in log:
        if link.sequence != last + 1:
            yield LogFault(
                link.sequence,
                sentence(
                    "Link {sequence} follows link {last}.",
                    sequence=link.sequence,
                    last=last,
                ),
            )
        if recorded_at is not None and link.recorded_at < recorded_at:
            yield LogFault(
                link.sequence,
                sentence(
                    "Link {sequence} is recorded before the last.",
                    sequence=link.sequence,
                ),
            )
        if link.head != _head(head, link):
            yield LogFault(
                link.sequence,
                sentence(
                    "Link {sequence} does not hold the one before it.",
                    sequence=link.sequence,
                ),
            )
        yield from _changed(link, rows)
        head, last, recorded_at = link.head, link.sequence, link.recorded_at
        if exported is not None and exported.sequence == last:
            is_met = exported.head == head
    if exported is not None and not is_met:
        yield LogFault(
            exported.sequence,
            sentence(
                "The exported head is of link {sequence} and the log, {last} links "
                "long, does not go through it.",
                sequence=exported.sequence,
                last=last,
            ),
        )


def sign_head(store_id: str, link: Link | None, key: bytes) -> SignedHead:
    """Return the end of a log with a signature.

    Parameters
    ----------
    store_id
        Id of the store.
    link
        Its last link; None for an empty log.
    key
        At least `KEY_BYTES` bytes, kept outside the store.

    Raises
    ------
    SettingError
        If the key is too short.
    """
    sequence = link.sequence if link else 0
    head = link.head if link else genesis(store_id)
    unsigned = SignedHead(store_id, sequence, head, "")
    return replace(unsigned, signature=_signature(unsigned, key))


def check_head(signed: SignedHead, store_id: str, key: bytes) -> None:
    """Refuse an exported head that this key did not sign for this store.

    Raises
    ------
    StoreError
        If it is of another store or the signature does not fit.
    SettingError
        If the key is too short.
    """
    if signed.store_id != store_id:
        raise StoreError(
            "The exported head is of store {store_id!r} where this one is "
            "{store_id_2!r}; give the head of this store.",
            store_id=signed.store_id,
            store_id_2=store_id,
        )
    if not hmac.compare_digest(signed.signature, _signature(signed, key)):
        raise StoreError(
            "The signature of the exported head of link {sequence!r} does not fit; it "
            "was changed or signed with another key, use the original.",
            sequence=signed.sequence,
        )


def parse_head(text: str) -> SignedHead:
    """Read an exported head from its text.

    Raises
    ------
    StoreError
        If the text is not one.
    """
    try:
        fields = json.loads(text)
        if fields.pop("format") != HEAD_FORMAT:
            raise ValueError(sentence("another format"))
        signed = SignedHead(**fields)
        texts = (signed.store_id, signed.head, signed.signature)
        if type(signed.sequence) is not int or not all(map(_is_ascii, texts)):
            raise ValueError(sentence("another type"))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise StoreError(
            "{words!r} is not an exported head; give the line that `pagoda audit "
            "head` printed.",
            words=text[:40],
        ) from error
    return signed


def _changed(link: Link, rows: Iterable[bytes]) -> Iterator[LogFault]:
    """Yield the fault of a link whose rows are not those that were committed."""
    if rows_digest(rows) != (link.rows, link.digest):
        yield LogFault(
            link.sequence,
            sentence(
                "Link {sequence} of layer {layer!r} holds other rows than were "
                "committed.",
                sequence=link.sequence,
                layer=link.layer,
            ),
        )


def _head(before: str, link: Link) -> str:
    """Return the head of a link from the one before it and all it says."""
    values = [link.sequence, link.layer, link.rows, link.recorded_at, link.digest]
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"{before}\n{text}".encode()).hexdigest()


def _is_ascii(text: object) -> bool:
    return isinstance(text, str) and text.isascii()


def _signature(signed: SignedHead, key: bytes) -> str:
    if len(key) < KEY_BYTES:
        raise SettingError(
            "The key of the log has {key} bytes; give one of at least {key_bytes} "
            "bytes.",
            key=len(key),
            key_bytes=KEY_BYTES,
        )
    return hmac.new(key, _signed_bytes(signed), "sha256").hexdigest()


def _signed_bytes(signed: SignedHead) -> bytes:
    values = [HEAD_FORMAT, signed.store_id, signed.sequence, signed.head]
    return json.dumps(values, ensure_ascii=False).encode()
