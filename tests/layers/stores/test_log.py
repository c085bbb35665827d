"""The chained log: whatever is done to it shows against the exported head."""

import json
from dataclasses import replace
from random import Random

import pytest

from gis.errors import SettingError, StoreError
from gis.models import Instant
from layers.stores.log import (
    SignedHead,
    check_head,
    end_of,
    genesis,
    miscounted,
    next_link,
    parse_head,
    refuse_changed,
    refuse_faults,
    sign_head,
    verify,
)

STORE = "0b9f4c1e-7a53-4c7e-9d10-3f4f3a2f6d11"
KEY = bytes(range(32))


def chain(batches, store_id=STORE):
    """Return links with their rows for batches of (layer, recorded_at, rows)."""
    log, head = [], genesis(store_id)
    for sequence, (layer, recorded_at, rows) in enumerate(batches, start=1):
        link = next_link(head, sequence, layer, recorded_at, rows)
        log.append((link, rows))
        head = link.head
    return log


def batches_of(log):
    return [(link.layer, link.recorded_at, rows) for link, rows in log]


@pytest.fixture
def log():
    rng = Random(5)  # noqa: S311  not for secrets
    layers = ["events", "posts", "versions"]
    return chain(
        [
            (rng.choice(layers), 1000 * n, [rng.randbytes(9 + k) for k in range(size)])
            for n, size in enumerate(rng.choices(range(1, 9), k=40))
        ]
    )


def faults(log, exported=None):
    return list(verify(log, STORE, exported))


def test_log_verifies_against_its_own_head(log):
    assert faults(log, sign_head(STORE, log[-1][0], KEY)) == []


def test_log_verifies_against_a_head_exported_before_it_grew(log):
    assert faults(log, sign_head(STORE, log[20][0], KEY)) == []


def test_empty_log_verifies_against_its_head_and_so_does_what_follows(log):
    start = sign_head(STORE, None, KEY)
    assert faults([], start) == []
    assert faults(log, start) == []


def flip(rng, log):
    link, rows = log[at := rng.randrange(len(log))]
    row = rng.randrange(len(rows))
    bit = rng.randrange(8 * len(rows[row]))
    value = int.from_bytes(rows[row], "big") ^ 1 << bit
    changed = value.to_bytes(len(rows[row]), "big")
    return [*log[:at], (link, [*rows[:row], changed, *rows[row + 1 :]]), *log[at + 1 :]]


def delete_row(rng, log):
    link, rows = log[at := rng.randrange(len(log))]
    row = rng.randrange(len(rows))
    return [*log[:at], (link, rows[:row] + rows[row + 1 :]), *log[at + 1 :]]


def delete_link(rng, log):
    at = rng.randrange(len(log))
    return log[:at] + log[at + 1 :]


def swap_rows(rng, log):
    long = [n for n, (_, rows) in enumerate(log) if len(rows) > 1]
    link, rows = log[at := rng.choice(long)]
    one, other = rng.sample(range(len(rows)), 2)
    rows = list(rows)
    rows[one], rows[other] = rows[other], rows[one]
    return [*log[:at], (link, rows), *log[at + 1 :]]


def swap_links(rng, log):
    one, other = rng.sample(range(len(log)), 2)
    log = list(log)
    log[one], log[other] = log[other], log[one]
    return log


def move_row(rng, log):
    """Move the last row of a batch to the start of the next."""
    at = rng.randrange(len(log) - 1)
    (link, rows), (after, others) = log[at], log[at + 1]
    moved = [(link, rows[:-1]), (after, [rows[-1], *others])]
    return [*log[:at], *moved, *log[at + 2 :]]


def cut_tail(rng, log):
    return log[: rng.randrange(len(log))]


def change_time(rng, log):
    link, rows = log[at := rng.randrange(len(log))]
    changed = replace(link, recorded_at=link.recorded_at + rng.choice([-1, 1]))
    return [*log[:at], (changed, rows), *log[at + 1 :]]


def chain_anew(rng, log):
    """Change something and make every link after it fit again."""
    change = rng.choice([flip, delete_row, delete_link, swap_rows, cut_tail])
    return chain(batches_of(change(rng, log)))


MUTATIONS = [
    flip,
    delete_row,
    delete_link,
    swap_rows,
    swap_links,
    move_row,
    cut_tail,
    change_time,
    chain_anew,
]


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda f: f.__name__)
def test_every_mutation_is_found_against_the_exported_head(log, mutation):
    exported = sign_head(STORE, log[-1][0], KEY)
    rng = Random(mutation.__name__)  # noqa: S311  not for secrets
    for _ in range(1 + 1000 // len(MUTATIONS)):
        assert faults(mutation(rng, log), exported)


def test_rows_that_only_read_the_same_joined_are_told_apart():
    assert faults(chain([("events", 0, [b"ab", b"c"])])) == []
    [(link, _)] = chain([("events", 0, [b"ab", b"c"])])
    assert faults([(link, [b"a", b"bc"])])
    assert faults([(link, [b"ab", b"c", b""])])


def test_fault_names_the_link():
    log = chain([("events", n, [b"row"]) for n in range(5)])
    log[2] = (log[2][0], [b"other"])
    [fault] = faults(log)
    assert (fault.sequence, fault.text) == (
        3,
        "Link 3 of layer 'events' holds other rows than were committed.",
    )


def test_cut_that_left_a_whole_prefix_is_said_to_miss_the_head(log):
    exported = sign_head(STORE, log[-1][0], KEY)
    assert faults(log[:30]) == []
    [fault] = faults(log[:30], exported)
    assert "of link 40 and the log, 30 links long" in fault.text


def test_link_recorded_before_the_last_is_found():
    [fault] = faults(chain([("events", 5, [b"a"]), ("events", 4, [b"b"])]))
    assert fault.text == "Link 2 is recorded before the last."


def test_head_goes_through_text_and_its_signature_is_checked(log):
    signed = sign_head(STORE, log[-1][0], KEY)
    assert parse_head(signed.to_text()) == signed
    check_head(signed, STORE, KEY)


@pytest.mark.parametrize(
    "changes",
    [{"sequence": 39}, {"head": "0" * 64}, {"signature": "0" * 64}, {"signature": ""}],
    ids=str,
)
def test_changed_head_is_refused(log, changes):
    signed = replace(sign_head(STORE, log[-1][0], KEY), **changes)
    with pytest.raises(StoreError, match="signature of the exported head"):
        check_head(signed, STORE, KEY)


def test_head_of_another_key_or_store_is_refused(log):
    signed = sign_head(STORE, log[-1][0], KEY)
    with pytest.raises(StoreError, match="signature"):
        check_head(signed, STORE, bytes(32))
    with pytest.raises(StoreError, match="is of store"):
        check_head(signed, "another", KEY)


def test_short_key_is_refused(log):
    with pytest.raises(SettingError, match="31 bytes"):
        sign_head(STORE, log[-1][0], KEY[:31])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        "null",
        json.dumps({"format": "pagoda-head/1"}),
        json.dumps({"format": "other", "sequence": 1}),
        SignedHead(STORE, "x", "h", "s").to_text(),
        SignedHead(STORE, 1, "h", None).to_text(),
        SignedHead(STORE, 1, "h", "é").to_text(),
    ],
)
def test_text_that_is_no_head_is_refused(text):
    with pytest.raises(StoreError, match="not an exported head"):
        parse_head(text)


def test_end_of_a_log_holds_the_link_before_it_or_is_refused():
    first = next_link(genesis("S"), 1, "posts", Instant(0), [b"one"])
    second = next_link(first.head, 2, "posts", Instant(0), [b"two"])
    assert end_of([], "S") is None
    assert end_of([first], "S") == first
    assert end_of([first, second], "S") == second
    for links, store_id in (
        ([first], "T"),
        ([second], "S"),
        ([first, replace(second, digest=first.digest)], "S"),
        ([first, replace(second, sequence=3)], "S"),
    ):
        with pytest.raises(StoreError, match="does not hold the one before it; see"):
            end_of(links, store_id)


def test_first_fault_is_what_refuses():
    faults = [miscounted(5, "duties", 3, 2), miscounted(6, "posts", 0, 1)]
    with pytest.raises(
        StoreError, match=r"Link 5 .* has 3 rows where 2 were committed"
    ):
        refuse_faults(faults)
    refuse_faults([])


def test_link_with_other_rows_than_it_committed_is_refused():
    link = next_link(genesis("S"), 1, "posts", Instant(0), [b"one"])
    refuse_changed(link, [b"one"])
    with pytest.raises(StoreError, match="holds other rows than were committed; see"):
        refuse_changed(link, [b"one", b"two"])
