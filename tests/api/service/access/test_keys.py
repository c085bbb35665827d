"""A key is shown once, for somebody that the store knows, and ends when it is told."""

from dataclasses import replace

import orjson
import pandas as pd
import pytest

from api.service.access.keyring import digest_of
from api.service.access.keys import (
    ALLOWED,
    NEEDED,
    KeyOrder,
    list_keys,
    make_key,
    revoke_key,
)
from gis.access import Role
from gis.errors import SettingError, StoreError
from layers.stores.memory import MemoryStore
from support.makers.contract_rows import MIDNIGHT, keys
from support.makers.key_towns import DAY_MS, ORDERS, key_town, new_key
from support.makers.pack_texts import TEXT


@pytest.fixture
def store() -> MemoryStore:
    return key_town()


@pytest.mark.parametrize("role", ORDERS)
def test_each_role_can_have_a_key(store: MemoryStore, role: str) -> None:
    key = new_key(store, role)
    [entry] = list_keys(store)
    order = ORDERS[role]
    assert (entry.key.key_id, entry.key.role) == (key.key_id, role)
    assert entry.state == "valid"
    assert (entry.key.holder_id, entry.key.area_id) == (order.holder_id, order.area_id)


def test_a_store_keeps_the_digest_of_a_key_and_never_the_key(
    store: MemoryStore,
) -> None:
    key = new_key(store, "auditor")
    [row] = store.facts("keys").to_dict("records")
    assert row["sha256"] == digest_of(key.secret)
    logged = b"".join(row for _, rows in store.log() for row in rows)
    assert digest_of(key.secret).encode() in logged
    assert key.secret.encode() not in logged
    assert key.secret not in repr(key) + repr(list_keys(store))


def test_keys_are_of_32_random_bytes_and_none_is_like_another(
    store: MemoryStore,
) -> None:
    new = [new_key(store, "auditor") for _ in range(20)]
    assert len({key.secret for key in new}) == len({key.key_id for key in new}) == 20
    assert {len(key.secret) for key in new} == {len("pagoda_") + 43}
    assert all(key.secret.startswith("pagoda_") for key in new)


@pytest.mark.parametrize("role", sorted(NEEDED))
def test_a_key_without_what_its_role_needs_is_refused(
    store: MemoryStore, role: Role
) -> None:
    with pytest.raises(SettingError, match=rf"needs {NEEDED[role]}, found none"):
        make_key(store, KeyOrder(role))
    assert list_keys(store) == []


@pytest.mark.parametrize(
    ("name", "value", "option"),
    [
        ("holder_id", "L1", "--holder"),
        ("department_id", "police", "--department"),
        ("source", "hotline", "--source"),
        ("area_id", "G1", "--area"),
    ],
)
@pytest.mark.parametrize("role", [*Role])
def test_what_a_role_has_no_use_for_is_refused(
    store: MemoryStore, role: Role, name: str, value: str, option: str
) -> None:
    order = replace(ORDERS[role], **{name: value})
    if option in ALLOWED[role]:
        make_key(store, order)
        return
    with pytest.raises(SettingError, match=f"has no use for {option}"):
        make_key(store, order)


def test_a_wall_has_no_grants(store: MemoryStore) -> None:
    with pytest.raises(SettingError, match="'wall' counts no sensitive kind"):
        make_key(store, KeyOrder(Role.WALL, grants="dispute"))
    assert list_keys(store) == []


@pytest.mark.parametrize(
    ("role", "limits", "hint"),
    [
        ("leader", {"holder_id": "L9"}, "pagoda load duties"),
        ("member", {"holder_id": "l1"}, "pagoda load duties"),
        ("department", {"department_id": "justice"}, "the departments in force"),
        ("source", {"source": "camera"}, "the sources in force"),
        ("inspector", {"area_id": "G"}, "no grid or circle in force"),
        ("steward", {"area_id": "G1/"}, "no grid or circle in force"),
        ("source", {"source": ""}, "needs --source"),
        ("operator", {"area_id": ""}, "no grid or circle in force"),
    ],
)
def test_whom_the_store_does_not_know_gets_no_key(
    store: MemoryStore, role: str, limits: dict[str, str], hint: str
) -> None:
    with pytest.raises(SettingError, match=hint) as refusal:
        new_key(store, role, **limits)
    assert str(refusal.value).endswith(".")
    assert store.records("keys").empty


def test_a_holder_of_a_duty_that_has_not_ended_may_have_a_key(
    store: MemoryStore,
) -> None:
    first, second, third = "1970-01-01T00:00Z", "1970-01-02T00:00Z", "2070-01-01T00:00Z"
    rows = [
        ("a", "L5", first, second),
        ("b", "L6", second, third),
        ("c", "L7", third, None),
    ]
    columns = ["duty_id", "holder_id", "valid_from", "valid_to"]
    store.record("duties", pd.DataFrame(rows, columns=columns).assign(post_id="G1-L"))
    for holder_id in ("L6", "L7"):
        new_key(store, "leader", holder_id=holder_id)
    with pytest.raises(SettingError, match="'L5'"):
        new_key(store, "leader", holder_id="L5")


@pytest.mark.parametrize("grants", ["dispute;", ";", "dispute;dispute"])
def test_grants_that_are_no_list_are_refused(store: MemoryStore, grants: str) -> None:
    with pytest.raises(SettingError, match="--grants"):
        new_key(store, "auditor", grants=grants)


@pytest.mark.parametrize(
    ("grants", "names"),
    [
        ("disputes", "nearest: 'dispute'"),
        ("Elder_Care", "nearest: 'elder_care'"),
        ("dispute; 养老服务员", "nearest: 'elder_care'"),
        ("zzz", "nearest: 'dispute', 'elder_care'"),
    ],
)
def test_a_grant_that_no_pack_knows_is_refused_with_the_nearest_names(
    store: MemoryStore, grants: str, names: str
) -> None:
    with pytest.raises(SettingError, match="no kind of the packs in force") as refusal:
        new_key(store, "auditor", grants=grants)
    assert f"({names})" in str(refusal.value)
    assert str(refusal.value).count(". ") == 0
    assert store.records("keys").empty


def test_a_grant_of_a_kind_that_all_see_is_refused(store: MemoryStore) -> None:
    with pytest.raises(SettingError, match="'noise', which is not sensitive"):
        new_key(store, "auditor", grants="dispute;noise")


def test_a_grant_of_a_pack_of_the_store_counts_while_it_is_in_force(
    store: MemoryStore,
) -> None:
    toml = TEXT.replace("sensitive = false", "sensitive = true")
    body = orjson.dumps({"toml": toml}).decode()
    rule = {"rule_id": "pack/kites", "owner": "park office", "body": body}
    later, before = (pd.Timestamp(n * DAY_MS, unit="ms", tz="UTC") for n in (3, 1))
    store.record("rules", pd.DataFrame([rule]).assign(valid_from=later))
    with pytest.raises(SettingError, match="no kind of the packs in force"):
        new_key(store, "auditor", grants="kite")
    store.record("rules", pd.DataFrame([rule]).assign(valid_from=before))
    new_key(store, "auditor", grants="kite;dispute")
    [entry] = list_keys(store)
    assert entry.key.grants == ("kite", "dispute")


def test_a_revoked_key_stays_in_the_list_and_cannot_be_revoked_twice(
    store: MemoryStore,
) -> None:
    key, other = new_key(store, "auditor"), new_key(store, "steward")
    revoke_key(store, key.key_id)
    states = {entry.key.key_id: entry.state for entry in list_keys(store)}
    assert states == {key.key_id: "revoked", other.key_id: "valid"}
    with pytest.raises(SettingError, match=key.key_id):
        revoke_key(store, key.key_id)
    with pytest.raises(SettingError, match="'K-none'"):
        revoke_key(store, "K-none")


def test_keys_that_begin_or_end_say_so(store: MemoryStore) -> None:
    rows = keys(("K1", "auditor"), ("K2", "auditor"), ("K3", "auditor"))
    rows["valid_from"] = [MIDNIGHT, MIDNIGHT, "2100-01-01T00:00Z"]
    rows["valid_to"] = ["1970-01-01T00:00:00.001Z", None, None]
    store.record("keys", rows)
    states = {entry.key.key_id: entry.state for entry in list_keys(store)}
    assert states == {"K1": "expired", "K2": "valid", "K3": "coming"}


def test_a_key_id_is_never_given_twice(store: MemoryStore) -> None:
    store.record("keys", keys(("K1", "auditor")))
    with pytest.raises(StoreError):
        store.record("keys", keys(("K1", "steward")), is_new=True)
