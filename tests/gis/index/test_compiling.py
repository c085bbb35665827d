import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import gis.index
from gis.index import compiling
from gis.index.compiling import KERNEL_MODULES, borrowed, inlined, lowest_bit


def test_cached_kernels_go_stale_with_any_kernel_source(monkeypatch):
    before = compiling.source_stamp()
    monkeypatch.setattr(compiling, "get_data", lambda package, name: b"edited")
    assert compiling.source_stamp() != before


def test_kernels_compile_where_no_cache_can_be_written(tmp_path):
    package = Path(gis.index.__file__).parent
    copy = tmp_path / "gis" / "index"
    copy.mkdir(parents=True)
    for module in KERNEL_MODULES:
        shutil.copy(package / f"{module}.py", copy)
    (copy / "__init__.py").write_text("")
    (copy / "__pycache__").write_text("a file where a folder is wanted")
    run = subprocess.run(
        [
            sys.executable,
            "-c",
            "from gis.index.compiling import lowest_bit, compiled\n"
            "from gis.index.orientation import two_difference\n"
            "print(two_difference(1.0, 2.0**-60))",
        ],
        cwd=tmp_path,
        env={
            "NUMBA_CACHE_DIR": "/dev/null/none",
            "XDG_CACHE_HOME": "/dev/null/none",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout == f"(1.0, {-(2.0**-60)!r})\n"


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
