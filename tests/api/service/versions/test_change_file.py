"""Changes and approvals as files: read back the same, or refused."""

import json
from pathlib import Path

import pytest

from api.service.versions.change_file import (
    Approval,
    ChangeFile,
    approval_dict,
    check_approval,
    read_approval,
    read_change,
    write_json,
)
from gis.errors import EditError, SettingError
from gis.models import Post, PostId
from gis.roster import PostsPlan
from support.makers.change_files import PAGE, analysed, change_of, split_and_merged
from support.makers.square_town import SquareTown

PLAN = PostsPlan(
    frozenset({PostId("G3-L")}),
    {PostId("G3-M"): "G4"},
    (Post(PostId("G5-L"), "G5", "grid_leader"),),
    frozenset({"G4"}),
)


@pytest.fixture
def change(squares: SquareTown) -> ChangeFile:
    """A change with a plan for posts."""
    changes = change_of(split_and_merged(squares.store)).changeset
    return analysed(ChangeFile(changes, PLAN))


def test_change_is_read_as_it_was_written(change: ChangeFile, tmp_path: Path) -> None:
    path = tmp_path / "change.json"
    write_json(path, change.to_dict())
    again = read_change(path)
    assert (again, again.digest()) == (change, change.digest())
    assert again.authors == ("helper", "planner")


def test_every_word_counts_for_the_digest(change: ChangeFile) -> None:
    bare = ChangeFile(change.changeset)
    assert (
        bare.digest()
        != change.digest()
        != ChangeFile(change.changeset, PostsPlan()).digest()
    )


@pytest.mark.parametrize(
    "edit",
    [
        lambda text: text[: len(text) // 2],
        lambda text: "[]",
        lambda text: "{}",
        lambda text: text.replace('"ended"', '"ended": 3, "was"'),
        lambda text: text.replace('"role"', '"part"'),
        lambda text: text.replace('"page"', '"paper"'),
        lambda text: text.replace('"valid_from": ""', '"valid_from": "soon"'),
        lambda text: text.replace('"valid_from": ""', '"valid_from": "2026-10-01 X/Y"'),
        lambda text: "[" * 100_000,
    ],
    ids=[
        "cut",
        "list",
        "empty",
        "number",
        "unknown field",
        "analysis",
        "time",
        "zone",
        "deep",
    ],
)
def test_file_that_is_no_change_is_refused(
    change: ChangeFile, tmp_path: Path, edit
) -> None:
    path = tmp_path / "change.json"
    write_json(path, change.to_dict())
    path.write_text(edit(path.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(EditError, match=r"; .+\.$"):
        read_change(path)


def test_approval_is_read_as_it_was_written(tmp_path: Path) -> None:
    approval = Approval("a", "b", "c", "chief", "2026-10-01").signed(b"k" * 32)
    path = tmp_path / "approval.json"
    write_json(path, approval_dict(approval))
    assert read_approval(path) == approval


@pytest.mark.parametrize(
    "values", [{}, {"format": "pagoda-approval/1"}, {"reviewer": 3}], ids=str
)
def test_file_that_is_no_approval_is_refused(tmp_path: Path, values) -> None:
    path = tmp_path / "approval.json"
    path.write_text(json.dumps(values), encoding="utf-8")
    with pytest.raises(EditError, match="pagoda draft review"):
        read_approval(path)


def approval_of(change: ChangeFile) -> Approval:
    """What the chief says of a change."""
    return Approval(
        change.digest(), change.changeset.digest, PAGE, "chief", "2026-10-01"
    )


def test_key_that_is_set_asks_for_a_signature(change: ChangeFile) -> None:
    unsigned = approval_of(change)
    check_approval(unsigned, change, None)
    check_approval(unsigned.signed(b"k" * 32), change, b"k" * 32)
    for approval in (unsigned, unsigned.signed(b"x" * 32)):
        with pytest.raises(EditError, match="does not fit"):
            check_approval(approval, change, b"k" * 32)


def test_short_key_is_refused(change: ChangeFile) -> None:
    with pytest.raises(SettingError, match="has 3 bytes"):
        approval_of(change).signed(b"abc")
