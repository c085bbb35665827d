"""Candidates of an address at the end of an answer."""

import orjson

from api.schemas.addresses import AddressCandidateOut, with_candidates
from api.service.brief.addresses import Candidate
from layers.gazetteer import Entry

ENTRY = Entry("N1", "东湖", None, "street_shop", "market", "actual", 120.0, 30.0, "G1")


def test_candidates_stand_as_the_schema_describes_them() -> None:
    answer = with_candidates(b'{"a":1}', [Candidate(ENTRY, "东湖", 0.5)])
    document = orjson.loads(answer)
    [row] = document["address_candidates"]
    assert document["a"] == 1
    assert AddressCandidateOut.model_validate(row).model_dump() == row
    assert (row["place_id"], row["source"], row["score"]) == ("N1", "market", 0.5)
