"""Lines of keys say what each is for and never what it is."""

from api.cli.text.keys import key_lines, new_key_lines
from api.service.access.keys import list_keys, revoke_key
from support.makers.key_towns import ORDERS, key_town, new_key


def test_a_new_key_is_named_with_whom_it_is_for() -> None:
    first, _ = new_key_lines("K-1", ORDERS["leader"], is_first=True)
    assert first.startswith("Key K-1 of the role leader, holder L1. ")


def test_that_everybody_is_asked_for_a_key_is_said_with_the_first_alone() -> None:
    for is_first in (True, False):
        *_, last = new_key_lines("K-1", ORDERS["leader"], is_first=is_first)
        assert ("asks everybody" in last) is is_first
        assert last.startswith("A running service takes it within seconds")


def test_every_key_has_a_line_without_its_digest() -> None:
    store = key_town()
    created = {role: new_key(store, role) for role in ORDERS}
    revoke_key(store, created["auditor"].key_id)
    *lines, last = key_lines(list_keys(store), "Asia/Shanghai")
    assert len(lines) == len(ORDERS)
    assert last == f"{len(ORDERS) - 1} of {len(ORDERS)} keys valid."
    [line] = [line for line in lines if "  inspector  " in line]
    since = "since 1970-01-03T08:00:00.000+08:00"
    assert line == f"{created['inspector'].key_id}  inspector  valid  area G2, {since}"
    text = "\n".join(lines)
    for digest in store.facts("keys")["sha256"]:
        assert digest not in text
