"""Words that stand in one record each, and who may read them."""

from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import orjson
import pandas as pd
import shapely
from fastapi import FastAPI

from api.service.access.keys import KeyOrder, make_key
from gis.access import Role
from support.harness.keyed import Keyed
from support.harness.photo_folders import keep_photos
from support.makers.photos import corners, encoded
from support.makers.tiled_town import draw

SINCE = "2026-09-01T00:00:00+08:00"
DESK = frozenset({"steward", "operator", "auditor", "granted"})
NEAR = DESK | {"leader", "member", "inspector"}
FAR = DESK | {"far_inspector"}
READERS = frozenset({"auditor", "inspector", "far_inspector"})
"""Roles that act on no event."""
CHECKERS = NEAR | FAR
"""Roles that read checks."""


@dataclass
class Canaries:
    """A keyed service with a word in every record that is somebody's.

    Attributes
    ----------
    keyed
        The service; it has a further key ``granted``, which sees disputes.
    readers
        Word -> roles that may read it; of None nobody by a door without a purpose.
    values
        Name of a parameter -> values that lead to the records.
    reports
        Word of an event -> its id, and roles that may read its text and its address.
    photos
        Digest of a photo -> the id of its event, and roles that may see it.
    """

    keyed: Keyed
    readers: dict[str, frozenset[str]] = field(default_factory=dict)
    values: dict[str, list[str]] = field(default_factory=dict)
    reports: dict[str, tuple[str, frozenset[str]]] = field(default_factory=dict)
    photos: dict[str, tuple[str, frozenset[str]]] = field(default_factory=dict)
    _words: dict[tuple[str, str | None], set[str]] = field(default_factory=dict)

    def ask(self, path: str, role: str | None) -> str:
        """Return all that an answer says, head and body."""
        headers = self.keyed.headers(role)
        answer = self.keyed.client.get(path, headers=headers, follow_redirects=False)
        assert answer.status_code < 500, (path, role, answer.text)
        return f"{answer.headers}\n{answer.text}"

    def leaks(self, path: str, role: str | None) -> set[str]:
        """Return the words that an answer says and its reader may not read.

        What stands in the path itself is known to who asks.
        """
        words = self.found(path, role)
        return {word for word in words if role not in self.readers[word]}

    def found(self, path: str, role: str | None) -> set[str]:
        """Return the words that an answer says, but for those of the path.

        Each is asked for once: nothing changes what it says but classes of fields.
        """
        if (path, role) not in self._words:
            text = self.ask(path, role)
            self._words[path, role] = {
                word for word in self.readers if word in text and word not in path
            }
        return self._words[path, role]


def plant(keyed: Keyed, photos: Path) -> Canaries:
    """Write records with words into the town of a keyed service; photos to a folder."""
    keep_photos(keyed.client.app, photos)
    keyed.secrets["granted"] = make_key(
        keyed.store, KeyOrder(Role.OPERATOR, grants="dispute")
    ).secret
    canaries = Canaries(keyed)
    spots = {
        "NEAR": (keyed.grid_id, NEAR),
        "FAR": (keyed.far_grid_id, FAR),
    }
    grids = keyed.store.grids().set_index("grid_id")
    positions = {
        name: grids.loc[grid_id].geometry.representative_point()
        for name, (grid_id, _) in spots.items()
    }
    _places(keyed, positions)
    for name, (_, readers) in spots.items():
        canaries.readers |= {
            f"KANARI-{name}-PLACE": readers,
            f"KANARI-{name}-ADDRESS": readers,
            f"KANARI-{name}-FINDING": readers,
        }
    event_ids = _events(keyed, positions, canaries)
    _persons(keyed, canaries)
    digests = _photos(keyed, canaries)
    canaries.values = {
        **_tile(keyed),
        "grid_id": [keyed.grid_id, keyed.far_grid_id],
        "area_id": [keyed.grid_id, keyed.far_grid_id, keyed.circle_id],
        "circle_id": [keyed.circle_id, "C1-01"],
        "community_id": [grids.loc[name]["community_id"] for name in grids.index[:1]],
        "place_id": ["KANARI-NEAR-PLACE", "KANARI-FAR-PLACE"],
        "event_id": event_ids,
        "digest": digests,
        "item_id": ["KANARI-FAR-PLACE", *event_ids],
        "token": ["KANARI-TOKEN"],
        "language": ["en"],
        "version": ["0"],
    }
    return canaries


def _tile(keyed: Keyed) -> dict[str, list[str]]:
    """Draw the tiles of the town; return where the one of the grids is."""
    assert isinstance(keyed.client.app, FastAPI)
    tilesets = keyed.client.app.state.tilesets
    draw(keyed.store, tilesets)
    edition = tilesets.edition("grids")
    limits = tilesets.ground(edition).limits[8]
    return {
        "matrix_set": ["WebMercatorQuad"],
        "edition": [edition.name],
        "zoom": ["8"],
        "row": [str(limits.first_row)],
        "column": [str(limits.first_column)],
    }


def _places(keyed: Keyed, positions: dict[str, shapely.Point]) -> None:
    """Record a place with an address, and a grave finding at it, at each spot."""
    names = [*positions]
    columns = {
        "place_id": [f"KANARI-{name}-PLACE" for name in names],
        "scene": "street_shop",
        "is_coded": True,
        "source": "KANARI-REGISTER",
        "name": [f"KANARI-{name}-PLACE" for name in names],
        "address": [f"KANARI-{name}-ADDRESS" for name in names],
        "valid_from": SINCE,
    }
    points = [positions[name] for name in names]
    rows = gpd.GeoDataFrame(columns, geometry=points, crs=keyed.store.crs)
    keyed.store.record("enterprises", rows)
    findings = [
        [
            {"finding_id": f"KANARI-{name}-FINDING", "severity": "critical"}
            | {"about": f"KANARI-{name}-FINDING"}
        ]
        for name in names
    ]
    checks = {
        "inspection_id": [f"KANARI-{name}-CHECK" for name in names],
        "place_id": columns["place_id"],
        "kind": "check",
        "findings": [orjson.dumps(rows).decode() for rows in findings],
        "valid_from": "2026-09-28T09:00:00+08:00",
    }
    keyed.store.record("inspections", pd.DataFrame(checks))


def _events(
    keyed: Keyed, positions: dict[str, shapely.Point], canaries: Canaries
) -> list[str]:
    """Report an event and a dispute at each spot; their ids are words too."""
    spots = {"NEAR": NEAR, "FAR": FAR}
    event_ids = []
    for name, point in positions.items():
        for kind, readers in (
            ("noise", spots[name]),
            ("dispute", frozenset({"granted"})),
        ):
            word = f"KANARI-{name}-{kind.upper()}"
            body = {
                "source": "hotline",
                "id": word,
                "kind": kind,
                "text": f"{word}-TEXT",
                "address": f"{word}-STREET",
            }
            body |= {"lon": point.x, "lat": point.y}
            body |= {"datum": "cgcs2000"}
            answer = keyed.client.post(
                "/events", json=body, headers=keyed.headers("operator")
            )
            assert answer.status_code == 201, answer.text
            event_id = answer.json()["event_id"]
            event_ids.append(event_id)
            # its own source sees what it brought
            canaries.readers[event_id] = readers | {"source"}
            canaries.readers[word] = readers | {"source"}
            # to others they are shown for a purpose, which no search has
            acting = frozenset() if kind == "dispute" else readers - READERS
            canaries.reports[word] = event_id, acting | {"source"}
    return event_ids


def _photos(keyed: Keyed, canaries: Canaries) -> list[str]:
    """Add a photo of its own to each event, whose digest is a word."""
    digests = []
    for side, (event_id, text_readers) in enumerate(canaries.reports.values(), 8):
        answer = keyed.client.post(
            f"/events/{event_id}/photos",
            content=encoded(corners(side, side), "PNG"),
            headers=keyed.headers("source")
            | {"content-type": "image/png", "idempotency-key": f"photo {side}"},
        )
        assert answer.status_code == 201, answer.text
        digests.append(answer.json()["photo"])
        canaries.readers[digests[-1]] = text_readers
        canaries.photos[digests[-1]] = event_id, text_readers
    return digests


def _persons(keyed: Keyed, canaries: Canaries) -> None:
    """Record a member and a leader whose title and telephone are words."""
    row = {
        "post_id": "KANARI-POST",
        "area_id": keyed.far_grid_id,
        "role": "full_time_member",
        "holder_id": "M909090",
        "title": "KANARI-TITLE",
        "phone": "0570-9090901",
        "valid_from": SINCE,
    }
    leader = {
        "post_id": f"{keyed.far_grid_id}-L",
        "area_id": keyed.far_grid_id,
        "role": "grid_leader",
        "holder_id": "M909091",
        "title": "KANARI-LEADER-TITLE",
        "phone": "0570-9090902",
        "valid_from": SINCE,
    }
    keyed.store.record("posts", pd.DataFrame([row, leader]))
    reaching = frozenset(keyed.secrets) - {"auditor", "source", "wall"}
    keys = frozenset(keyed.secrets)
    canaries.readers |= {
        "M909090": keys,
        "KANARI-TITLE": frozenset(),
        "0570-9090901": frozenset(),
        "KANARI-LEADER-TITLE": reaching,
        "0570-9090902": reaching,
    }
