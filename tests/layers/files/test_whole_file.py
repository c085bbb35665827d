"""A file appears whole or not at all."""

import pytest

from gis.errors import InputFileError, SettingError
from layers.files.whole_file import whole_file


@pytest.mark.parametrize("name", ["out.csv", "no_suffix"])
def test_what_was_written_takes_the_place_of_the_old_file(tmp_path, name):
    path = tmp_path / name
    path.write_text("old")
    with whole_file(path) as part:
        assert part.name.endswith(path.suffix)
        part.write_text("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert [*tmp_path.iterdir()] == [path]


@pytest.mark.parametrize(
    ("fault", "seen"),
    [
        (OSError(28, "No space left on device"), SettingError),
        (InputFileError("A row is cut, expected whole ones; send them."), None),
        (ValueError("of a driver"), None),
    ],
)
def test_where_writing_fails_the_old_file_stays(tmp_path, fault, seen):
    path = tmp_path / "out.csv"
    path.write_text("old")

    def fail():
        with whole_file(path) as part:
            part.write_text("half")
            raise fault

    with pytest.raises(seen or type(fault)) as caught:
        fail()
    assert path.read_text() == "old"
    assert [*tmp_path.iterdir()] == [path]
    assert (caught.value is fault) == (seen is None)


def test_a_folder_that_is_not_there_is_named(tmp_path):
    path = tmp_path / "nowhere" / "out.csv"
    no_folder = r"cannot be written \(No such file"
    with pytest.raises(SettingError, match=no_folder), whole_file(path):
        pytest.fail("nothing is to be written")
