"""Whatever collections are asked, nothing fails and nothing is outside the scope."""

import base64
import os
from urllib.parse import urlencode

import pytest

from support.harness.answers import assert_problem
from support.harness.keyed import Keyed
from support.harness.layer_reader import ROLES, LayerReader
from support.makers.ogc_payloads import payloads

COUNT = 500 if os.environ.get("PAGODA_SOAK") else 60
GRIDS = "/ogc/collections/grids/items"


@pytest.fixture(scope="module")
def readers(keyed: Keyed) -> dict[str | None, LayerReader]:
    """A reader of every role."""
    return {role: LayerReader(keyed, role) for role in ROLES}


@pytest.mark.parametrize("role", ROLES)
def test_no_payload_fails_or_shows_what_is_not_the_askers(
    readers: dict[str | None, LayerReader], role: str | None
) -> None:
    reader, statuses = readers[role], []
    tokens = [token for other in readers.values() for token in other.tokens]
    for payload in payloads(COUNT, tokens):
        answer = reader.get(payload.path)
        assert reader.wrong(payload.collection, answer) == [], payload
        statuses.append(answer.status_code)
    # some are answered, some refused
    assert statuses.count(200) > COUNT // 10
    assert statuses.count(400) > COUNT // 5


def test_what_is_wrong_is_found(readers: dict[str | None, LayerReader]) -> None:
    member, steward = readers["member"], readers["steward"]
    path = "/ogc/collections/places/items?limit=10000"
    assert member.wrong("places", member.get(path)) == []
    assert len(member.wrong("places", steward.get(path))) > 9_000
    visitor = readers[None]
    assert visitor.wrong("grids", steward.get(GRIDS))
    assert visitor.wrong("places", steward.get(path))


LONG = "x" * 5_000
BAD = {
    "unknown parameter": "rabbits=1",
    "repeated parameter": "limit=1&limit=2",
    "repeated filter": "filter=TRUE&filter=TRUE",
    "empty parameter": "limit=",
    "empty filter": "filter=",
    "empty bbox": "bbox=",
    "empty sortby": "sortby=",
    "bbox of three": "bbox=1,2,3",
    "bbox of five": "bbox=1,2,3,4,5",
    "bbox beyond the antimeridian": "bbox=190,30,120,31",
    "bbox from north to south": "bbox=120,31,121,30",
    "bbox of no number": "bbox=1,2,nan,4",
    "endless bbox": "bbox=1,2,3,inf",
    "bbox of another CRS": "bbox=0,0,1,1&bbox-crs=EPSG:2056",
    "unknown CRS": urlencode({"crs": "http://www.opengis.net/def/crs/EPSG/0/2056"}),
    "unknown filter-crs": "filter=TRUE&filter-crs=4490",
    "period that ends before it begins": "datetime=2026-09-02/2026-09-01",
    "future knowledge": "known_at=2126-01-01",
    "token that is none": "after=xyz",
    "token of another collection": "after="
    + base64.urlsafe_b64encode(b'["circles conditional open","C1",[]]').decode(),
    "filter too long": urlencode({"filter": f"name = '{LONG}'"}),
    "filter too deep": urlencode({"filter": "(" * 40 + "TRUE" + ")" * 40}),
    "filter too deep to read": urlencode({"filter": "NOT " * 1000 + "TRUE"}),
    "unclosed text": urlencode({"filter": "name = 'x"}),
    "unclosed parenthesis": urlencode({"filter": "(name = 'x'"}),
    "text compared with number": urlencode({"filter": "name > 1"}),
    "number compared with text": urlencode({"filter": "residents = 'x'"}),
    "4,090 wildcards": urlencode({"filter": f"name LIKE '{'%' * 4080}'"}),
    "unknown property": urlencode({"filter": "rabbits = 1"}),
    "unknown sort key": "sortby=-rabbits",
    "unknown property of the answer": "properties=name,rabbits",
    "limit of nothing": "limit=0",
    "form that is none": "f=xml",
}


@pytest.mark.parametrize("query", BAD.values(), ids=BAD)
def test_bad_input_is_refused_with_the_remedy_in_both_languages(
    readers: dict[str | None, LayerReader], query: str
) -> None:
    name = query.partition("=")[0]
    is_strange = name == "rabbits" or query.count(f"{name}=") > 1
    for role in (None, "steward"):
        answer = readers[role].get(f"{GRIDS}?{query}")
        kind = "unknown-parameter" if is_strange else "invalid-parameter"
        assert_problem(answer, 400, kind)
        body = answer.json()
        assert any("\u4e00" <= sign <= "\u9fff" for sign in body["detail_zh"])
        assert "expected" in body["detail"] or "correct" in body["detail"]
        assert len(body["detail"]) < 700
