"""What is in force is what the process and the store have, at a time and as known."""

import json
from pathlib import Path

import pandas as pd
import pytest

from api.service.events.scenarios import (
    TABLE_COLUMNS,
    check_packs,
    kind_table,
    packs_in_force,
)
from gis.errors import InvalidLayerError
from layers.packs.scenario_files import scenarios
from layers.stores.memory import MemoryStore
from support.makers.pack_texts import TEXT
from support.makers.store_history import Clock, day


def rule(text: str, since: int, rule_id: str = "pack/kites") -> pd.DataFrame:
    """A pack as a store takes it."""
    row = {
        "rule_id": rule_id,
        "owner": "park office",
        "body": json.dumps({"toml": text}),
    }
    return pd.DataFrame(
        [row | {"valid_from": pd.Timestamp(day(since), unit="ms", tz="UTC")}]
    )


def test_pack_of_a_store_is_in_force_since_its_day_and_known_since_recorded() -> None:
    clock = Clock(day(3))
    store = MemoryStore(now=clock)
    store.record("rules", rule(TEXT, 5))
    assert packs_in_force(store, day(4)).kind("kite") is None
    assert packs_in_force(store, day(5)).kind("kite") is not None
    assert packs_in_force(store, day(5), day(2)).kind("kite") is None


def test_store_refuses_a_kind_that_another_of_its_packs_has() -> None:
    store = MemoryStore(now=Clock(day(3)))
    store.record("rules", rule(TEXT, 5))
    dragons = TEXT.replace('pack = "kites"', 'pack = "dragons"')
    with pytest.raises(InvalidLayerError, match="'kite' stands in the packs"):
        store.record("rules", rule(dragons, 1, "pack/dragons"))
    assert len(store.facts("rules")) == 1


def test_files_are_checked(tmp_path: Path) -> None:
    file = tmp_path / "kites.toml"
    file.write_text(TEXT.replace("owner", "body"), "utf8")
    [fault] = check_packs([file])
    assert "line 3: has the key 'body'" in fault
    file.write_text(TEXT, "utf8")
    assert check_packs([file]) == []


def test_table_has_a_row_for_every_kind() -> None:
    heads, *rows = kind_table(scenarios())
    assert heads == TABLE_COLUMNS
    assert {row[0] for row in rows} == set(scenarios().kinds)
    theft = next(row for row in rows if row[0] == "theft")
    assert theft == (
        *("theft", "盗窃", "Theft", "police_link"),
        *("public_order", "security", "safety", "police"),
    )
