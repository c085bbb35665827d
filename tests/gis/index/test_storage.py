import numpy as np
import pytest
from shapely import box

from gis.errors import InputFileError
from gis.index import GridIndex

HEADER_BYTES = 128


@pytest.fixture
def path(tmp_path):
    GridIndex.build(["a", "b"], [box(0, 0, 1, 1), box(1, 0, 2, 1)]).save(
        tmp_path / "index.bin"
    )
    return tmp_path / "index.bin"


def load(path, mmap=True):
    return GridIndex.load(path, mmap=mmap)


@pytest.mark.parametrize("size", [0, 1, 127, 128, 200, -1])
def test_truncated_file_is_refused(path, size):
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(InputFileError, match=r"^Found .* bytes.*build it again.*\.$"):
        load(path)


def test_longer_file_is_refused(path):
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(InputFileError, match="bytes instead of"):
        load(path)


def test_foreign_file_is_refused(path):
    path.write_bytes(b'{"type": "FeatureCollection", "features": []}' * 9)
    with pytest.raises(InputFileError, match="another kind of file"):
        load(path)


def test_every_flipped_bit_of_the_header_is_noticed(path):
    good = path.read_bytes()
    for position in range(HEADER_BYTES):
        for bit in (1, 128):
            bad = bytearray(good)
            bad[position] ^= bit
            path.write_bytes(bad)
            with pytest.raises(InputFileError):
                load(path)


def test_damaged_body_is_noticed_where_it_is_read_whole(path):
    bad = bytearray(path.read_bytes())
    bad[len(bad) // 2] ^= 1
    path.write_bytes(bad)
    with pytest.raises(InputFileError, match="damaged body"):
        load(path, mmap=False)


def test_newer_format_is_refused(path):
    data = np.fromfile(path, dtype=np.int64)
    data[1] = 99
    data.tofile(path)
    with pytest.raises(InputFileError, match="format version 99"):
        load(path)


def test_missing_file_and_folder_are_refused(tmp_path):
    for path in (tmp_path / "none.bin", tmp_path):
        for mmap in (True, False):
            with pytest.raises(InputFileError, match=r"cannot be read|bytes"):
                load(path, mmap)


def test_index_in_use_survives_its_file_being_written_again(path):
    index = load(path)
    GridIndex.build(["c"], [box(5, 5, 6, 6)]).save(path)
    assert index.locate(1.5, 0.5) == 1
    assert load(path).ids == ("c",)


def test_empty_index_can_be_saved(tmp_path):
    GridIndex.build([], []).save(tmp_path / "empty.bin")
    empty = load(tmp_path / "empty.bin")
    assert empty.ids == ()
    assert empty.locate(0.0, 0.0) == -1


def test_ids_of_any_text_come_back(tmp_path):
    ids = ("", "G 1\n", "格", "\x00", "\ud800")
    GridIndex.build(ids, [box(0, 0, 1, 1)] * 5).save(tmp_path / "index.bin")
    assert set(load(tmp_path / "index.bin").ids) == set(ids)


def test_no_file_is_left_beside_the_saved_one(path):
    assert [each.name for each in path.parent.iterdir()] == ["index.bin"]
