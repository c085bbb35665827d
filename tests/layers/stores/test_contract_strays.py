"""One suite for every store that others can write: only what the log names is true."""

from functools import partial

import pytest
from pydantic import SecretStr

from api.service.stores.audit import audit_head, audit_verify
from api.service.stores.export import export_store, opened_export
from api.service.stores.restore import restore
from gis.errors import StoreError
from layers.stores import create_store, open_store
from layers.stores.geopackage import GeoPackageStore
from layers.stores.postgis import PostgisStore
from support.makers.attacked_stores import (
    BATCHED,
    KEYS,
    LAYERS,
    OF_VERSION,
    execute,
    fill,
    insert_like,
    recorded_at,
    served,
)
from support.makers.store_history import day, new_event, publish_grounds

PARTS, IDS = (
    ("grids", "circles", "communities"),
    ("grid_id", "circle_id", "community_id"),
)
KEY = SecretStr("a secret of more than thirty-two characters")


@pytest.fixture(params=["geopackage", "postgis"])
def filled(request, tmp_path, clock):
    """A store of each kind that other programs can write, with one of everything."""
    if request.param == "postgis":
        store = request.getfixturevalue("postgis").make_store(clock)
    else:
        store = create_store(str(tmp_path / "town.gpkg"), now=clock)
    fill(store, clock)
    yield store
    store.close()


def address_of(store):
    if isinstance(store, PostgisStore):
        return store._connections._url
    return str(store._file.path)


def link_of(store, layer):
    return next(link.sequence for link, _ in store.log() if link.layer == layer)


def audited(store, head):
    return [fault.text for fault in audit_verify(store, head, KEY)]


def assert_not_handed_out(store, tmp_path):
    """No export is made of it, none is left, and nothing is restored from it."""
    for name in ("copy.gpkg", "folder"):
        with pytest.raises(StoreError, match="audit verify"):
            export_store(store, tmp_path / name)
        assert not (tmp_path / name).exists()
    url = address_of(store)
    store.close()
    with pytest.raises(StoreError), opened_export(url) as origin:
        restore("memory:", origin)


def test_store_that_nobody_wrote_past_has_no_strays(filled, make_store, clock):
    assert filled.strays() == ()
    memory = make_store(clock)
    fill(memory, clock)
    assert memory.strays() == ()


def test_row_of_no_link_is_not_served_and_named_in_every_table(filled, tmp_path):
    head, before = audit_head(filled, KEY).to_text(), served(filled)
    assert audited(filled, head) == []
    for table in BATCHED:
        insert_like(filled, table, batch=999, **KEYS.get(table, {}))
        words = f"Layer {table!r} has 1 rows that no link of the log names"
        assert words in " ".join(audited(filled, head))
    assert served(filled) == before
    assert_not_handed_out(filled, tmp_path)


def test_row_of_a_link_of_another_layer_is_not_served_and_named(filled, tmp_path):
    before = served(filled)
    for table in BATCHED:
        other = link_of(filled, "posts" if table != "posts" else "rules")
        at = recorded_at(filled, other)
        insert_like(filled, table, batch=other, recorded_at=at, **KEYS.get(table, {}))
        assert f"Layer {table!r} has 1 rows" in " ".join(audited(filled, None))
    assert served(filled) == before
    assert_not_handed_out(filled, tmp_path)


def test_row_put_into_a_link_of_its_layer_is_refused_and_named(filled, tmp_path):
    asked = {layer: partial(filled.records, layer) for layer in LAYERS}
    asked |= {"versions": filled.history, "events": filled.events}
    asked |= {"withdrawals": filled.history}
    numbers = {link.layer: link.sequence for link, _ in filled.log()}
    for table in reversed(BATCHED):
        insert_like(filled, table, **KEYS.get(table, {}))
        link = f"Link {numbers[table]} of layer {table!r} has"
        assert link in " ".join(audited(filled, None))
        with pytest.raises(StoreError, match=f"{link}.*audit verify"):
            asked[table]()
    assert_not_handed_out(filled, tmp_path)


def test_part_of_no_version_is_not_served_and_named(filled, tmp_path):
    before = served(filled)
    for table in OF_VERSION:
        insert_like(filled, table, version=77)
        assert f"Layer {table!r} has 1 rows" in " ".join(audited(filled, None))
    assert served(filled) == before
    assert_not_handed_out(filled, tmp_path)


def test_part_put_into_a_version_is_refused_and_named(filled, tmp_path):
    for number, (table, name) in enumerate(zip(PARTS, IDS, strict=True), start=1):
        insert_like(filled, table, version=number, **{name: "X"})
        link = f"Link {number} of layer 'versions' holds other rows"
        assert link in " ".join(audited(filled, None))
        with pytest.raises(StoreError, match="A version is not as it was stored"):
            filled.version_layers(number)
    assert_not_handed_out(filled, tmp_path)


def test_lineage_put_into_a_version_is_named_and_not_exported(filled, tmp_path):
    ordinal = {"ordinal": 99} if isinstance(filled, PostgisStore) else {}
    insert_like(filled, "lineage", from_id="G1", **ordinal)
    assert any("holds other rows" in text for text in audited(filled, None))
    assert_not_handed_out(filled, tmp_path)


def test_destination_of_no_event_is_not_served_and_named(filled, tmp_path):
    before = served(filled)
    row = "log_row" if isinstance(filled, PostgisStore) else "event_row"
    insert_like(filled, "outbox", **{row: 77})
    assert served(filled) == before
    assert "Layer 'outbox' has 1 rows" in " ".join(audited(filled, None))
    assert_not_handed_out(filled, tmp_path)


def test_destination_put_to_an_event_is_refused_and_named(filled):
    ordinal = {"ordinal": 99} if isinstance(filled, PostgisStore) else {}
    insert_like(filled, "outbox", destination="press", **ordinal)
    assert any("holds other rows" in text for text in audited(filled, None))
    with pytest.raises(StoreError, match="holds other rows"):
        filled.outbox("press")
    with pytest.raises(StoreError, match="holds other rows"):
        filled.event(filled.events()["event_id"].iloc[-1])


def test_link_that_does_not_hold_the_one_before_it_is_neither_signed_nor_built_on(
    filled,
):
    log = "links" if isinstance(filled, PostgisStore) else "log"
    next_number = filled.last_link().sequence + 1
    insert_like(filled, log, sequence=next_number, digest="0" * 64)
    for call in (
        filled.last_link,
        lambda: audit_head(filled, KEY),
        lambda: filled.append_events([new_event("3")]),
        lambda: publish_grounds(filled, {day(99): {"G1": (0, 12)}}, base=2),
    ):
        with pytest.raises(StoreError, match="does not hold the one before"):
            call()


def test_store_with_strays_goes_on_taking_facts(filled):
    for layer in LAYERS:
        rows = filled.records(layer).drop(columns=["recorded_at", "batch"])
        insert_like(filled, layer, batch=999)
        filled.record(layer, rows)
        assert len(filled.records(layer)) == 2 * len(rows)


def test_event_in_whose_place_a_stray_stands_is_refused_not_taken_for_known(filled):
    names = KEYS["events"] | {"source_id": "3"}
    insert_like(filled, "events", batch=999, **names)
    if isinstance(filled, PostgisStore):
        insert_like(filled, "event_keys", batch=999, log_row=77, **names)
    with pytest.raises(StoreError, match=r"no link of (its|the) log names .*audit"):
        filled.append_events([new_event("3")])
    assert filled.events()["source_id"].tolist() == ["1", "2"]


@pytest.mark.parametrize("kind", ["view", "trigger"])
def test_view_or_trigger_of_others_is_refused_on_opening(filled, kind):
    acts = {
        "view": "VIEW mine AS SELECT * FROM duties",
        "trigger": "TRIGGER mine AFTER INSERT ON events BEGIN SELECT 1; END",
    }
    if isinstance(filled, PostgisStore):
        acts["trigger"] = (
            "TRIGGER mine AFTER INSERT ON events EXECUTE FUNCTION refuse_change()"
        )
    execute(filled, f"CREATE {acts[kind]}")
    with pytest.raises(StoreError, match=f"not its own, the first is {kind} 'mine'"):
        open_store(address_of(filled))


def test_guard_that_is_gone_is_named(filled):
    execute(
        filled,
        "DROP TRIGGER only_added ON duties"
        if isinstance(filled, PostgisStore)
        else "DROP TRIGGER only_added_duties_update",
    )
    [text] = audited(filled, None)
    assert "guard" in text
    assert "duties" in text


def test_spatial_index_that_was_emptied_or_filled_up_is_named(filled):
    if not isinstance(filled, GeoPackageStore):
        pytest.skip("the index of PostGIS is part of its table")
    for act, words in (
        ("DELETE FROM rtree_grids_geom WHERE id = 1", "'grids' lacks 1 of its rows"),
        ("INSERT INTO rtree_stations_geom VALUES (9, 0, 1, 0, 1)", "has 1 others"),
        (
            "UPDATE rtree_circles_geom SET maxx = minx WHERE id = 1",
            "'circles' lacks 1 of its rows",
        ),
    ):
        execute(filled, act)
        assert words in " ".join(audited(filled, None))
