"""Facts as known at a time, and as the rows of the log that are chained."""

import json

import pandas as pd
import pytest

from gis.errors import InvalidLayerError
from gis.models import Instant
from layers.stores.facts import (
    FACTS,
    Selection,
    as_known,
    empty_records,
    fact_bytes,
    fact_layer,
    instant_of,
    records_of,
    timestamp,
    with_record,
)
from layers.stores.memory import MemoryStore
from support.makers.contract_rows import MIDNIGHT, enterprises
from support.makers.store_history import CRS, Clock, day


def recorded(layer, *batches):
    """Everything recorded in a layer by batches of (day of record, rows)."""
    clock = Clock()
    store = MemoryStore(now=clock)
    for number, rows in batches:
        clock.now = day(number)
        store.record(layer, rows)
    return store.records(layer)


def rules(*rule_ids, **changes):
    """Rules since day 0."""
    rows = pd.DataFrame({"rule_id": rule_ids, "owner": "bureau", "body": "{}"})
    return rows.assign(**({"valid_from": MIDNIGHT} | changes))


def test_of_a_key_the_row_recorded_last_counts_and_a_cancelled_one_takes_it_back():
    records = recorded(
        "rules",
        (1, rules("R1", owner="first")),
        (2, rules("R1", "R2", owner="second")),
        (3, rules("R2", cancelled=True)),
    )
    assert as_known(records, "rules")["owner"].tolist() == ["second"]
    earlier = as_known(records, "rules", known_at=day(2))
    assert earlier["rule_id"].tolist() == ["R1", "R2"]
    assert as_known(records, "rules", known_at=day(0)).empty


def test_fact_is_valid_from_its_first_instant_until_before_its_last():
    start, stop = (timestamp(day(number)).isoformat() for number in (2, 4))
    rows = rules("R1", valid_from=start, valid_to=stop)
    records = recorded("rules", (9, rows))
    ends = (day(2) - 1, day(2), day(4) - 1, day(4))
    answers = [as_known(records, "rules", valid_at=Instant(at)) for at in ends]
    assert [len(facts) for facts in answers] == [0, 1, 1, 0]


def test_facts_come_in_code_order_of_their_key_without_the_mark_of_tombstones():
    facts = as_known(recorded("rules", (1, rules("b", "B", "乙"))), "rules")
    assert facts["rule_id"].tolist() == ["B", "b", "乙"]
    assert "cancelled" not in facts
    assert facts.index.tolist() == [0, 1, 2]


def test_row_of_the_log_holds_own_columns_times_in_milliseconds_and_the_point():
    rows = enterprises(("E1", "tax", "甲"), ("E2", "tax", None))
    rows.loc[1, "geometry"] = None
    lines = fact_bytes("enterprises", recorded("enterprises", (1, rows)))
    first, second = map(json.loads, lines)
    assert first[0] == "E1"
    assert "甲".encode() in lines[0]
    assert first[-4:] == [0, None, False, [120.0, 30.0]]
    assert second[-1] is None
    names = [field.name for field in FACTS["enterprises"].schema.fields]
    assert second[names.index("name")] is None


def test_columns_that_the_store_gives_come_last_and_stand_out_of_the_row_of_the_log():
    records = recorded("rules", (1, rules("R1")))
    assert list(records.columns)[-2:] == ["recorded_at", "batch"]
    again = with_record(records.drop(columns=["recorded_at", "batch"]), day(9), 9)
    assert fact_bytes("rules", again) == fact_bytes("rules", records)


@pytest.mark.parametrize("name", FACTS)
def test_empty_layer_has_the_columns_of_its_schema(name):
    fields = [field.name for field in fact_layer(name).fields]
    has_points = FACTS[name].schema.geometry is not None
    assert list(empty_records(name, CRS).columns) == fields + ["geometry"] * has_points


@pytest.mark.parametrize("name", FACTS)
def test_references_lead_to_columns_of_other_layers(name):
    for reference in FACTS[name].references:
        assert reference.column in [f.name for f in FACTS[name].schema.fields]
        target = FACTS[reference.layer].schema
        assert reference.target in [f.name for f in target.fields]


def test_layer_that_is_none_of_facts_is_named_with_those_that_are():
    with pytest.raises(InvalidLayerError, match=r"'grids' is no layer .*'posts'"):
        fact_layer("grids")


def test_instants_go_through_frames_unchanged():
    for instant in (Instant(-1), Instant(0), day(20_000)):
        assert instant_of(timestamp(instant)) == instant


def test_rows_of_a_key_are_selected_together():
    rows = pd.DataFrame(
        {"inspection_id": ["I1", "I2", "I1", "I3"], "place_id": ["A", "A", "B", "B"]}
    )
    for place_id, numbers in (("A", [0, 1, 2]), ("B", [0, 2, 3]), ("C", [])):
        only = Selection("place_id", (place_id,))
        assert records_of(rows, "inspections", only).index.tolist() == numbers
