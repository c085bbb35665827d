"""A service over S town with a key of every role, as `httpx` asks it."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from fastapi.testclient import TestClient

from api.app import create_app
from api.service.access.keys import KeyOrder, make_key
from api.settings import Settings
from gis.access import Role
from layers.stores import Store
from support.harness.answers import LOCAL
from support.makers.contract_rows import departments, sources

LAST = "2026-09-30"


@dataclass(frozen=True)
class Keyed:
    """A service with keys.

    Attributes
    ----------
    client
        Asks it without a key.
    store
        Its store.
    secrets
        Keys by role; `far_inspector` has another area than `inspector`.
    grid_id, circle_id
        The grid of the inspector and the member, and the circle above it, of the
        leader.
    place_id, far_id
        A place in the grid that owes a check, and one outside the circle.
    far_grid_id
        The grid of that one.
    """

    client: TestClient
    store: Store
    secrets: dict[str, str]
    grid_id: str
    circle_id: str
    place_id: str
    far_id: str
    far_grid_id: str

    def headers(self, role: str | None) -> dict[str, str]:
        """What a request with the key of a role carries; nothing for None."""
        return {} if role is None else {"authorization": f"Bearer {self.secrets[role]}"}


@contextmanager
def keyed_service() -> Iterator[Keyed]:
    """Run a service over S town, and make a key of every role while it runs."""
    app = create_app(Settings(), speed=1e-6)
    with TestClient(app, base_url=LOCAL, raise_server_exceptions=False) as client:
        store: Store = app.state.desk.store
        checks = client.get(f"/inspections/due?on={LAST}&limit=100000").json()["checks"]
        duties = app.state.snapshots.current.territory.duties
        pagoda, now = duties.roster.pagoda, store.now()
        first = next(check for check in checks if check["code"])
        grid_id = first["grid_id"]
        circle_id = pagoda.chain(grid_id)[0]
        far = next(
            check
            for check in checks
            if check["code"] and circle_id not in pagoda.chain(check["grid_id"])
        )
        store.record("departments", departments("police"))
        store.record("sources", sources("hotline"))
        orders = {
            "steward": KeyOrder(Role.STEWARD),
            "operator": KeyOrder(Role.OPERATOR),
            "leader": KeyOrder(
                Role.LEADER, duties.leaders(circle_id).at(now).holder_id
            ),
            "member": KeyOrder(Role.MEMBER, duties.members(grid_id, now)[0].holder_id),
            "department": KeyOrder(Role.DEPARTMENT, department_id="police"),
            "inspector": KeyOrder(Role.INSPECTOR, area_id=grid_id),
            "far_inspector": KeyOrder(Role.INSPECTOR, area_id=far["grid_id"]),
            "auditor": KeyOrder(Role.AUDITOR),
            "source": KeyOrder(Role.SOURCE, source="hotline"),
            "wall": KeyOrder(Role.WALL),
        }
        secrets = {
            name: make_key(store, order).secret for name, order in orders.items()
        }
        app.state.keys.refresh()
        yield Keyed(
            *(client, store, secrets, grid_id, circle_id),
            *(first["place_id"], far["place_id"], far["grid_id"]),
        )


@contextmanager
def classes_set(
    keyed: Keyed, sharing: str, fields: Iterable[tuple[str, str]]
) -> Iterator[None]:
    """Give fields a class as a steward does, and afterwards what they had before."""
    entries = keyed.client.get("/dictionary").json()["fields"]
    classes = {(entry["layer"], entry["name"]): entry["sharing"] for entry in entries}
    before = {field: classes[field] for field in fields}
    _set_classes(keyed, dict.fromkeys(before, sharing))
    try:
        yield
    finally:
        _set_classes(keyed, before)


def _set_classes(keyed: Keyed, classes: dict[tuple[str, str], str]) -> None:
    """Give each field its class."""
    for (layer, name), sharing in classes.items():
        answer = keyed.client.put(
            f"/dictionary/{layer}/{name}",
            json={"sharing": sharing, "reason": "a test"},
            headers=keyed.headers("steward"),
        )
        assert answer.status_code == 200, answer.text
        assert answer.json()["sharing"] == sharing
