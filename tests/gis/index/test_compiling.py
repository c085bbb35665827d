import shutil
import subprocess
import sys
from pathlib import Path

import gis.index
from gis.index import compiling
from gis.index.compiling import (
    KERNEL_MODULES,
)


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
