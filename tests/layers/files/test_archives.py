"""Archives are unpacked within caps, one plain table or Shapefile each."""

import gzip
import zipfile
from pathlib import Path

import pytest

from gis.errors import InputFileError
from layers.files import archives
from layers.files.archives import gunzip, unpack_shapefile
from support.harness.refusals import refusal
from support.makers import broken_files as broken


def test_zip_of_zeros_is_refused(tmp_path: Path) -> None:
    assert "unpacks to too much" in refusal(broken.zip_of_zeros(tmp_path / "x.zip"))


def test_gzip_of_zeros_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.csv.gz"
    path.write_bytes(gzip.compress(bytes(archives.SMALL_BYTES + 1)))
    assert "unpacks to too much" in refusal(path)


@pytest.mark.parametrize(
    ("members", "said"),
    [
        (["../layer.shp"], "points outside"),
        (["/etc/layer.shp"], "points outside"),
        (["inner.zip"], "holds the archive"),
        (["notes.txt"], "0 Shapefiles"),
        (["a.shp", "b.shp"], "2 Shapefiles"),
        (["a.shp"], "no '.shx' part"),
        ([f"{n}.txt" for n in range(100)], "100 members"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_zip_with_other_members_is_refused(
    tmp_path: Path, members: list[str], said: str
) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in members:
            archive.writestr(name, b"")
    assert said in refusal(path)


def test_gzip_comes_back_as_packed_and_a_cut_one_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.csv.gz"
    path.write_bytes(gzip.compress(b"id\n1\n"))
    assert gunzip(path) == b"id\n1\n"
    with pytest.raises(InputFileError, match="expected a whole gzip file"):
        gunzip(broken.cut(path))


def test_shapefile_of_a_zip_is_unpacked_under_plain_names(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for suffix in ("shp", "SHX", "dbf"):
            archive.writestr(f"town/区界.{suffix}", suffix)
        archive.writestr("town/readme.txt", "not a part")
        archive.writestr("__MACOSX/town/._区界.shp", "of the packer")
    folder = tmp_path / "out"
    folder.mkdir()
    assert unpack_shapefile(path, folder) == folder / "layer.shp"
    parts = {part.name: part.read_text() for part in folder.iterdir()}
    assert parts == {"layer.shp": "shp", "layer.shx": "SHX", "layer.dbf": "dbf"}


def test_zip_that_is_cut_is_refused(tmp_path: Path) -> None:
    shapefile = broken.vector(tmp_path / "x.shp", broken.grids_frame())
    path = broken.cut(broken.zipped_shapefile(tmp_path / "x.zip", shapefile))
    with pytest.raises(InputFileError, match="cut, damaged or encrypted"):
        unpack_shapefile(path, tmp_path)
