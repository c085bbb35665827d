import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest
from numba import config

import gis.index
from gis.index import compiling
from gis.index.compiling import (
    KERNEL_MODULES,
    borrowed,
    cache_folder,
    inlined,
    is_private,
    lowest_bit,
)


def test_cached_kernels_go_stale_with_any_kernel_source(monkeypatch):
    before = compiling.source_stamp()
    monkeypatch.setattr(compiling, "get_data", lambda package, name: b"edited")
    assert compiling.source_stamp() != before


def kernels_without_a_cache_beside_them(folder):
    """A copy of the kernels whose own cache cannot be made."""
    package = Path(gis.index.__file__).parent
    copy = folder / "gis" / "index"
    copy.mkdir(parents=True)
    for module in KERNEL_MODULES:
        shutil.copy(package / f"{module}.py", copy)
    for package_folder in (copy.parent, copy):
        (package_folder / "__init__.py").write_text("")
    for name in ("sentences.py", "text_width.py"):
        shutil.copy(package.parent / name, copy.parent)
    (copy / "__pycache__").write_text("a file where a folder is wanted")
    return copy


def run_kernel(folder, temporary):
    """Run a copied kernel where no cache of the user can be made."""
    return subprocess.run(
        [
            sys.executable,
            "-c",
            f"import tempfile; tempfile.tempdir = {str(temporary)!r}\n"
            "from gis.index.compiling import lowest_bit, compiled\n"
            "from gis.index.orientation import two_difference\n"
            "print(two_difference(1.0, 2.0**-60))",
        ],
        cwd=folder,
        env={
            "NUMBA_CACHE_DIR": "/dev/null/none",
            "XDG_CACHE_HOME": "/dev/null/none",
        },
        capture_output=True,
        text=True,
        check=True,
    )


def test_kernels_compile_where_no_cache_can_be_written_and_say_so(tmp_path):
    kernels_without_a_cache_beside_them(tmp_path)
    run = run_kernel(tmp_path, "/dev/null/none")
    assert run.stdout == f"(1.0, {-(2.0**-60)!r})\n"
    assert run.stderr.count("\n") == 1
    assert "in every command" in run.stderr
    assert run.stderr.endswith(
        "; set NUMBA_CACHE_DIR to a folder that only you can write.\n"
    )


def test_kernels_are_compiled_once_where_a_temporary_folder_can_be_written(tmp_path):
    kernels_without_a_cache_beside_them(tmp_path)
    first, second = (run_kernel(tmp_path, tmp_path) for _ in range(2))
    kept = tmp_path / f"pagoda-{os.getuid()}"
    assert f"it is kept in {kept} " in first.stderr
    assert (first.stdout, second.stderr) == (second.stdout, "")
    assert list(kept.rglob("*.nbc"))


def test_cache_lies_beside_the_sources_unless_another_folder_is_set(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(config, "CACHE_DIR", "")
    assert cache_folder(tmp_path / "sources") == ""
    monkeypatch.setattr(config, "CACHE_DIR", str(tmp_path / "chosen"))
    assert cache_folder(tmp_path / "others") == str(tmp_path / "chosen")


def test_cache_of_the_user_comes_before_the_temporary_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(config, "CACHE_DIR", "")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    copy = kernels_without_a_cache_beside_them(tmp_path)
    assert cache_folder(copy) == str(tmp_path / "pagoda")


def test_cache_that_another_user_could_fill_is_not_taken(tmp_path, monkeypatch):
    monkeypatch.setattr(config, "CACHE_DIR", "")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", "/dev/null/none")
    planted = tmp_path / f"pagoda-{os.getuid()}"
    planted.mkdir()
    planted.chmod(0o777)
    assert cache_folder(kernels_without_a_cache_beside_them(tmp_path)) is None


@pytest.fixture
def own(tmp_path):
    """A folder of this user alone."""
    folder = tmp_path / "above" / "own"
    folder.mkdir(parents=True)
    folder.chmod(0o700)
    return folder


def test_folder_of_this_user_is_private(own):
    assert is_private(own)


@pytest.mark.parametrize("mode", [0o770, 0o707, 0o777])
def test_folder_that_others_may_write_is_not_private(own, mode):
    own.chmod(mode)
    assert not is_private(own)


def test_folder_that_others_may_exchange_is_not_private_unless_only_owners_may(own):
    own.parent.chmod(0o777)
    assert not is_private(own)
    own.parent.chmod(0o1777)
    assert is_private(own)


def test_link_and_folder_of_another_user_are_not_private(own, monkeypatch):
    link = own.parent / "link"
    link.symlink_to(own)
    assert not is_private(link)
    monkeypatch.setattr(os, "getuid", lambda: own.stat().st_uid + 1)
    assert not is_private(own)


def test_stamp_covers_every_module_with_kernels():
    package = Path(gis.index.__file__).parent
    with_kernels = {
        path.stem
        for path in package.glob("*.py")
        if re.search(r"^@(compiled|inlined)$", path.read_text(), re.MULTILINE)
    }
    assert with_kernels <= set(KERNEL_MODULES)


@inlined
def product_less(a, b, c):
    return a * b - c


@inlined
def bit(mask):
    return lowest_bit(mask)


def test_product_and_difference_are_rounded_one_by_one():
    a = 1.0 + 2.0**-30
    assert product_less(a, a, a * a) == 0.0  # a fused operation gives 2**-60


@pytest.mark.parametrize("place", [0, 1, 31, 32, 62])
def test_lowest_bit_of_a_mask_is_found_below_all_others(place):
    assert bit(1 << place) == bit(1 << 62 | 1 << place) == place


def test_borrowed_array_is_the_same_memory():
    array = np.arange(6.0).reshape(3, 2)
    other = borrowed(array)
    other[2, 1] = 99.0
    assert array[2, 1] == 99.0
    assert (other.shape, other.dtype) == (array.shape, array.dtype)
