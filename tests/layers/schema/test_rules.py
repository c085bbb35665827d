"""A rule has an owner and a body that is a JSON object."""

import pandas as pd
import pytest

from gis.errors import InvalidLayerError
from layers.schema.layer import check
from layers.schema.rules import RULES, body_of


def test_body_comes_back_as_its_object() -> None:
    assert body_of('{"a": {"b": [1, null]}}') == {"a": {"b": [1, None]}}


@pytest.mark.parametrize(
    ("text", "words"),
    [("{", "is not JSON"), ("", "is not JSON"), ("[]", "no JSON object"), ("1", "no")],
)
def test_body_that_is_no_object_is_refused(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        body_of(text)


@pytest.mark.parametrize("name", ["rule_id", "owner", "body"])
def test_rule_without_id_owner_or_body_is_refused(name: str) -> None:
    row = {"rule_id": "R1", "owner": "bureau", "body": "{}"}
    assert len(check(pd.DataFrame([row]), RULES)) == 1
    with pytest.raises(InvalidLayerError, match=f"row 1, field '{name}': is empty"):
        check(pd.DataFrame([row | {name: " "}]), RULES)
