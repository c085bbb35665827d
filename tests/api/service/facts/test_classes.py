"""A class that a steward sets: in the audit, in the rules, in force."""

import pytest

from api.service.access.audit import CLASS_SET, read_audit
from api.service.facts.classes import ClassOrder, entry_of, set_class
from gis.access import Caller, Role
from gis.errors import InvalidLayerError
from layers.registry import Registries
from layers.stores import Store, open_store

STEWARD = Caller("K1", Role.STEWARD)


@pytest.fixture
def store() -> Store:
    """A store without rows."""
    return open_store("memory:")


def test_a_class_is_in_force_at_once_and_in_the_audit(store: Store) -> None:
    registries = Registries(store)
    for level in ("closed", "open", "conditional"):
        entry = entry_of(registries, "enterprises", "address")
        assert entry is not None
        set_class(store, registries, STEWARD, ClassOrder(entry, level, "review"))
        after = entry_of(registries, "enterprises", "address")
        assert after is not None
        assert after.sharing == level
        assert Registries(store).current.classes == registries.current.classes
        *_, last = read_audit(store)
        assert last.action.action == CLASS_SET
        assert (last.action.key_id, last.action.reason) == ("K1", "review")
        assert last.action.request == {
            "layer": "enterprises",
            "field": "address",
            "before": entry.sharing,
            "after": level,
        }


def test_a_class_of_a_key_is_not_set(store: Store) -> None:
    registries = Registries(store)
    entry = entry_of(registries, "grids", "grid_id")
    assert entry is not None
    with pytest.raises(InvalidLayerError, match="no field whose class"):
        set_class(store, registries, STEWARD, ClassOrder(entry, "closed", "x"))
    assert not registries.current.classes
    assert entry_of(registries, "grids", "none") is None
