"""The head of the log, signed, and the check of the log against it."""

import json
from pathlib import Path

import pytest
from pydantic import SecretStr

from api.service.stores.audit import audit_head, audit_verify
from gis.errors import SettingError, StoreError
from support.makers.square_town import SquareTown, post

KEY = SecretStr("a secret of more than thirty-two characters")


def test_log_goes_on_through_a_head_that_was_taken(squares: SquareTown) -> None:
    head = audit_head(squares.store, KEY)
    assert head.sequence == squares.store.last_link().sequence
    squares.record("posts", post("G4-L", "G4", "grid_leader", "L004"))
    assert audit_verify(squares.store, head.to_text(), KEY) == ()
    assert audit_verify(squares.store, None, None) == ()


def test_head_is_read_from_a_file_too(squares: SquareTown, tmp_path: Path) -> None:
    path = tmp_path / "head.json"
    path.write_text(audit_head(squares.store, KEY).to_text(), encoding="utf-8")
    assert audit_verify(squares.store, str(path), KEY) == ()


def test_file_that_is_not_there_is_refused(squares: SquareTown, tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="cannot be read; name the file"):
        audit_verify(squares.store, str(tmp_path / "none"), KEY)


def test_head_that_was_changed_is_refused(squares: SquareTown) -> None:
    document = json.loads(audit_head(squares.store, KEY).to_text())
    document["sequence"] -= 1
    with pytest.raises(StoreError, match="signature"):
        audit_verify(squares.store, json.dumps(document), KEY)


def test_head_of_another_store_is_refused(squares: SquareTown) -> None:
    other = SquareTown()
    with pytest.raises(StoreError, match="store"):
        audit_verify(other.store, audit_head(squares.store, KEY).to_text(), KEY)


@pytest.mark.parametrize(
    ("key", "sentence"),
    [(None, "set PAGODA_AUDIT_KEY"), (SecretStr("short"), "32")],
    ids=["none", "too short"],
)
def test_head_without_a_proper_key_is_refused(
    squares: SquareTown, key: SecretStr | None, sentence: str
) -> None:
    with pytest.raises(SettingError, match=sentence):
        audit_head(squares.store, key)
