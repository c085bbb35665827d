"""A key has what its role needs and nothing else; the key itself is nowhere."""

import itertools

import pandas as pd
import pytest

from gis.errors import InvalidLayerError
from gis.models import Instant
from layers.schema.keys import KEYS, ROLES, grants_of, keys_of, role_faults

KEY = {"key_id": "K1", "sha256": "0" * 64, "role": "auditor"}
COLUMNS = ("holder_id", "department_id", "source")
ALLOWED = {
    "steward": [set()],
    "operator": [set(), {"holder_id"}],
    "leader": [{"holder_id"}],
    "member": [set(), {"holder_id"}],
    "department": [{"department_id"}],
    "inspector": [set(), {"holder_id"}],
    "auditor": [set()],
    "source": [{"source"}],
    "wall": [set()],
}


@pytest.mark.parametrize("role", ROLES)
def test_key_has_exactly_what_its_role_needs(role: str) -> None:
    for chosen in itertools.product([False, True], repeat=3):
        filled = {name for name, is_in in zip(COLUMNS, chosen, strict=True) if is_in}
        row = KEY | {"role": role}
        row |= {name: "X1" if name in filled else None for name in COLUMNS}
        faults = role_faults(pd.DataFrame([row]), pd.DataFrame(), Instant(0))
        assert (not faults) == (filled in ALLOWED[role]), (role, filled)


def test_grants_are_kinds_in_their_order() -> None:
    [key] = keys_of(pd.DataFrame([KEY | {"grants": "dispute; elder_care"}]))
    assert key.grants == ("dispute", "elder_care")


@pytest.mark.parametrize("text", ["a;;b", ";", "a;", "a;a"])
def test_grants_with_a_hole_or_a_repetition_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no list of kinds"):
        grants_of(text)


@pytest.mark.parametrize("digest", ["", "0" * 63, "A" * 64, "g" * 64, "0" * 65])
def test_what_is_no_digest_is_refused_and_not_repeated(digest: str) -> None:
    with pytest.raises(InvalidLayerError, match="field 'sha256'") as caught:
        keys_of(pd.DataFrame([KEY | {"sha256": digest}]))
    assert not digest or digest not in str(caught.value)


def test_holder_is_a_number_never_a_name() -> None:
    with pytest.raises(InvalidLayerError, match="is no staff number"):
        keys_of(pd.DataFrame([KEY | {"role": "leader", "holder_id": "某人"}]))


def test_every_field_is_closed() -> None:
    assert {field.sharing for field in KEYS.fields} == {"closed"}
    assert KEYS.key_sharing == "closed"
