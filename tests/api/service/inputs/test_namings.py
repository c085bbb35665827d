"""What is said of files is of one file each, or refused."""

import pytest

from api.service.inputs.namings import naming_for, namings_of
from gis.errors import SettingError
from layers.files.heads import PLAIN

FILES = ("events", "grids", "circles")


def test_name_of_one_layer_is_of_its_file() -> None:
    pairs = [("lon", "X"), ("tier", "层"), ("grids.name", "名")]
    told = namings_of(pairs, ["事件表", "circles=圈表"], FILES)
    assert {layer: dict(naming.renames) for layer, naming in told.items()} == {
        "events": {"lon": "X"},
        "grids": {"name": "名"},
        "circles": {"tier": "层"},
    }
    assert [naming_for(told, layer).sheet for layer in FILES] == [
        "事件表",
        None,
        "圈表",
    ]
    assert naming_for(told, "posts") is PLAIN


def test_sheet_with_a_sign_in_its_name_is_of_the_first_file() -> None:
    assert namings_of([], ["a=b"], FILES)["events"].sheet == "a=b"


@pytest.mark.parametrize(
    ("pairs", "words"),
    [
        ([("name", "x")], r"'name', which is a column of \['grids', 'circles'\]"),
        ([("posts.role", "x")], r"reads \['events', 'grids', 'circles'\]"),
        ([("lon", "a"), ("events.lon", "b")], "twice, as 'a' and 'b'"),
    ],
)
def test_doubtful_name_is_refused(pairs: list[tuple[str, str]], words: str) -> None:
    with pytest.raises(SettingError, match=words):
        namings_of(pairs, [], FILES)
