"""What a role sees of collections, and what of an answer it may not see."""

from dataclasses import dataclass, field
from typing import Any

from support.harness.answers import PROBLEM
from support.harness.keyed import Keyed
from support.makers.ogc_payloads import COLLECTIONS

ROLES = (None, "member", "leader", "steward")
PLACED = ("places", "enterprises")
"""Collections whose rows are those of the grids of a role."""


@dataclass
class LayerReader:
    """A role that reads collections.

    Attributes
    ----------
    keyed
        The service.
    role
        None for a visitor.
    names, grids
        Names of the fields of each collection that it sees; its grids, None for all.
    tokens
        Some that it was given.
    """

    keyed: Keyed
    role: str | None
    names: dict[str, set[str]] = field(default_factory=dict)
    grids: set[str] | None = None
    tokens: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.grids = grids_of(self.keyed, self.role)
        for name in COLLECTIONS:
            answer = self.get(f"/ogc/collections/{name}/queryables")
            if answer.status_code == 200:
                self.names[name] = {*answer.json()["properties"]}
                page = self.get(f"/ogc/collections/{name}/items?limit=2").json()
                self.tokens += [
                    item["href"].rpartition("after=")[2]
                    for item in page["links"]
                    if item["rel"] == "next"
                ]

    def get(self, path: str) -> Any:
        """Ask as this role."""
        return self.keyed.client.get(path, headers=self.keyed.headers(self.role))

    def wrong(self, collection: str, answer: Any) -> list[str]:
        """Return what an answer must not be or say."""
        kind = answer.headers["content-type"]
        if answer.status_code in (400, 404):
            body = answer.json()
            is_whole = kind == PROBLEM and body["detail"] and body["detail_zh"]
            return [] if is_whole else [f"a refusal {answer.text[:200]}"]
        if answer.status_code != 200:
            return [f"status {answer.status_code}"]
        if collection not in self.names:
            return [f"{collection} is not there for {self.role}"]
        if "json" not in kind:
            return []
        return [
            line
            for item in answer.json()["features"]
            for line in self._wrong_item(collection, item)
        ]

    def _wrong_item(self, collection: str, item: dict[str, Any]) -> list[str]:
        hidden = {*item["properties"]} - self.names[collection]
        lines = [f"{collection} shows {hidden}"] if hidden else []
        grid_id = item["properties"].get("grid_id")
        is_own = self.grids is None or collection not in PLACED
        if not is_own and "grid_id" in item["properties"] and grid_id not in self.grids:
            lines.append(f"{collection} has {item['id']} of {grid_id}")
        return lines


def grids_of(keyed: Keyed, role: str | None) -> set[str] | None:
    """Return the grids of a role; None for all."""
    if role == "steward":
        return None
    if role == "member":
        return {keyed.grid_id}
    grids = keyed.store.grids(system="main")
    if role == "leader":
        return {*grids["grid_id"][grids["parent_id"] == keyed.circle_id]}
    return set()
