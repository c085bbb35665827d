"""Keys for tests: a small store that knows for whom they are, and one of each role."""

from api.service.access.keys import KeyOrder, NewKey, make_key
from gis.access import Role
from layers.stores.memory import MemoryStore
from support.makers.contract_rows import (
    GROUND,
    MIDNIGHT,
    departments,
    posts,
    sources,
)
from support.makers.store_history import Clock, day, publish_grounds

DAY_MS = 86_400_000
ORDERS = {
    "steward": KeyOrder(Role.STEWARD),
    "operator": KeyOrder(Role.OPERATOR, area_id="G1"),
    "leader": KeyOrder(Role.LEADER, holder_id="L1"),
    "member": KeyOrder(Role.MEMBER, holder_id="F1"),
    "department": KeyOrder(Role.DEPARTMENT, department_id="police"),
    "inspector": KeyOrder(Role.INSPECTOR, area_id="G2"),
    "auditor": KeyOrder(Role.AUDITOR),
    "source": KeyOrder(Role.SOURCE, source="hotline"),
    "wall": KeyOrder(Role.WALL),
}
"""An order for each role that `key_town` has everybody for."""


def key_town() -> MemoryStore:
    """Three grids, two holders, a department and a source; no key."""
    clock = Clock()
    store = MemoryStore(now=clock)
    publish_grounds(store, {day(1): GROUND}, base=None)
    clock.now = 2 * DAY_MS
    rows = [
        ("G1-L", "G1", "grid_leader", "L1", MIDNIGHT),
        ("G2-F", "G2", "full_time_member", "F1", MIDNIGHT),
    ]
    store.record("posts", posts(*rows))
    store.record("departments", departments("police"))
    store.record("sources", sources("hotline"))
    return store


def new_key(store: MemoryStore, role: str, **limits: str) -> NewKey:
    """A key of a role, as ordered or for whom `ORDERS` has it."""
    order = KeyOrder(Role(role), **limits) if limits else ORDERS[role]
    return make_key(store, order)
