"""Canaries outside a scope: no role finds them in any door that reads one thing."""

from collections.abc import Iterator

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from gis.access import Role
from layers.stores.protocol import MAIN_SYSTEM
from support.harness.keyed import Keyed, keyed_service
from support.makers.contract_rows import sources
from support.makers.named_places import named_places

ROLES: tuple[str | None, ...] = (None, "far_inspector", *Role)
TITLE, PHONE = "CANARY-TITLE", "0571-0000-0077"
NEAR, FAR = "CANARY-NEAR", "CANARY-FAR"
EVERYWHERE = {"steward", "operator", "auditor"}
SEES_NEAR = EVERYWHERE | {"leader", "member", "inspector"}
SEES_FAR = EVERYWHERE | {"far_inspector"}
REACHES = (SEES_NEAR | SEES_FAR | {"department"}) - {"auditor"}


class Canaries:
    """A place in the scope of some and one far away, and what every role reads."""

    def __init__(self, keyed: Keyed) -> None:
        self.keyed = keyed
        grids = keyed.store.grids(system=MAIN_SYSTEM).set_index("grid_id")
        self.points = {
            name: shapely.point_on_surface(grids.geometry[grid_id])
            for name, grid_id in (
                (NEAR, keyed.grid_id),
                (FAR, keyed.far_grid_id),
            )
        }
        rows = [
            (name, "canary_register", "actual", f"{name}店", f"{name}路1号", p.x, p.y)
            for name, p in self.points.items()
        ]
        keyed.store.record("sources", sources("sensor"))
        keyed.client.app.state.figures.registries.refresh()
        self.before = self.texts()
        frame = gpd.GeoDataFrame(named_places(rows, is_coded=False))
        keyed.store.record("enterprises", frame)
        self.secret_id = self._report("dispute", "sensor")
        self.after = self.texts()
        self.event_id = self._report("street_trading", "hotline")
        leader = {
            "post_id": f"{keyed.far_grid_id}-L",
            "area_id": keyed.far_grid_id,
            "role": "grid_leader",
            "holder_id": "L777",
            "title": TITLE,
            "phone": PHONE,
            "valid_from": "2026-09-01T00:00:00+08:00",
        }
        keyed.store.record("posts", pd.DataFrame([leader]))

    def paths(self) -> list[str]:
        """Every door, asked so that it would tell."""
        keyed = self.keyed
        near = [
            f"/nearest?kind=place&limit=100&lon={p.x:.7f}&lat={p.y:.7f}&datum=cgcs2000"
            for p in self.points.values()
        ]
        return [
            *near,
            "/search?q=canary",
            "/search?q=canary&limit=1",
            "/search?q=canaryfar&kinds=place",
            f"/grids/{keyed.grid_id}/brief",
            f"/grids/{keyed.far_grid_id}/brief",
            f"/circles/{keyed.circle_id}/brief",
            "/circles/C1-01/brief",
            *(f"/enterprises/{name}/brief" for name in (NEAR, FAR)),
            *(
                f"/at?lon={p.x:.7f}&lat={p.y:.7f}&datum=cgcs2000"
                for p in self.points.values()
            ),
        ]

    def texts(self) -> dict[tuple[str | None, str], str]:
        """What every role gets from every door."""
        return {
            (role, path): self.keyed.client.get(
                path, headers=self.keyed.headers(role)
            ).text
            for role in ROLES
            for path in self.paths()
        }

    def _report(self, kind: str, source: str) -> str:
        """Report an event in the far grid; return its id."""
        point = self.points[FAR]
        body = {"source": source, "id": f"canary-{kind}", "kind": kind}
        response = self.keyed.client.post(
            "/events",
            json=body | {"lon": point.x, "lat": point.y, "datum": "cgcs2000"},
            headers=self.keyed.headers("operator"),
        )
        assert response.status_code == 201
        return str(response.json()["event_id"])

    def finds(self, role: str | None, event_id: str) -> bool:
        """Whether a role finds an event."""
        response = self.keyed.client.get(
            f"/search?q={event_id}&kinds=event", headers=self.keyed.headers(role)
        )
        assert response.status_code == 200
        return bool(response.json()["events"]["items"])


@pytest.fixture(scope="module")
def canaries() -> Iterator[Canaries]:
    """A service of its own: what is recorded here is nobody else's."""
    with keyed_service() as keyed:
        yield Canaries(keyed)


@pytest.mark.parametrize("role", ROLES)
def test_a_canary_stands_where_it_is_seen_and_nowhere_else(
    canaries: Canaries, role: str | None
) -> None:
    texts = {path: text for (who, path), text in canaries.after.items() if who == role}
    queried = [path for path in texts if "/search?q=canary" in path]
    for name, roles in ((NEAR, SEES_NEAR), (FAR, SEES_FAR)):
        hits = [path for path, text in texts.items() if f"{name}店" in text]
        if role in roles:
            assert {path.partition("?")[0] for path in hits} == {"/nearest", "/search"}
        else:
            assert hits == []
    assert len(queried) == 3


@pytest.mark.parametrize("role", ROLES)
def test_who_sees_no_canary_reads_the_same_as_before(
    canaries: Canaries, role: str | None
) -> None:
    if role in SEES_NEAR | SEES_FAR:
        differing = [
            path
            for (who, path), text in canaries.after.items()
            if who == role and text != canaries.before[role, path]
        ]
        assert differing
        return
    for (who, path), text in canaries.after.items():
        if who == role:
            assert text == canaries.before[role, path], path


@pytest.mark.parametrize("role", ["leader", "member", "inspector"])
def test_the_far_grid_reads_the_same_to_who_sees_the_near_one(
    canaries: Canaries, role: str
) -> None:
    keyed = canaries.keyed
    path = f"/grids/{keyed.far_grid_id}/brief"
    assert canaries.after[role, path] == canaries.before[role, path]


def test_an_event_is_found_by_who_sees_it(canaries: Canaries) -> None:
    roles = {role for role in ROLES if canaries.finds(role, canaries.event_id)}
    # its own source sees it too, and the body that it was given to may
    assert roles - {"department"} == SEES_FAR | {"source"}


def test_a_sensitive_event_is_found_by_nobody_without_a_grant(
    canaries: Canaries,
) -> None:
    assert [role for role in ROLES if canaries.finds(role, canaries.secret_id)] == []


@pytest.mark.parametrize("role", ROLES)
def test_candidates_of_an_address_are_places_that_are_seen(
    canaries: Canaries, role: str | None
) -> None:
    response = canaries.keyed.client.post(
        "/assign",
        json={"address": f"{FAR}路1号"},
        headers=canaries.keyed.headers(role),
    )
    assert response.status_code == 200
    answer = response.json()
    assert (answer["status"], answer["reason"]) == ("unlocated", "missing")
    ids = [c["place_id"] for c in answer["address_candidates"]]
    assert (FAR in ids) == (role in SEES_FAR)
    assert (NEAR in ids) <= (role in SEES_NEAR)


@pytest.mark.parametrize("role", ROLES)
def test_title_and_telephone_of_a_post_are_for_who_must_reach_it(
    canaries: Canaries, role: str | None
) -> None:
    keyed = canaries.keyed
    response = keyed.client.get(
        f"/grids/{keyed.far_grid_id}/brief", headers=keyed.headers(role)
    )
    assert response.status_code == 200
    leader, *above = response.json()["command"]["leaders"]
    contact = (TITLE, PHONE) if role in REACHES else (None, None)
    assert (leader["title"], leader["phone"]) == contact
    is_known = role not in {None, "wall"}
    assert (leader["holder_id"] is not None) == is_known
    # the region's leader stands in the chain, and its turn ends
    [region] = [x for x in above if x["is_region_leader"]]
    assert region["area_id"].startswith("C3-")
    assert (region["until"] is not None) == is_known
