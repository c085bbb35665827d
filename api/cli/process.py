"""What a command asks of its process, before it loads more."""

import atexit
import ctypes
import gc
import os
import sys
from typing import Final

ARENA_MAX: Final = -8
"""`M_ARENA_MAX` of the C library of Linux: of how many heaps threads take memory."""


def start_lean() -> None:
    """Have no thread wait for matrices, and end without a look at every object.

    OpenBLAS keeps a thread for each core, which waits busily at first; and Python looks
    for cycles among all that it is about to forget: 0.3 s of CPU in a command that
    loads pandas and the kernels. Call it before numpy is loaded.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    atexit.register(gc.freeze)


def spare_memory() -> None:
    """Take memory from one heap, and leave libraries that answer nothing unread.

    A fifth of the memory of a long file, and a tenth of a second. Call it once, before
    pyarrow and the kernels are loaded; other numba code of the process cannot multiply
    matrices then.
    """
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    set_option = getattr(ctypes.CDLL(None), "mallopt", None) if _is_linux() else None
    if set_option is not None:  # other C libraries have one heap anyway
        set_option(ARENA_MAX, 1)
    # numba asks scipy for a BLAS, which no kernel calls; it takes no for an answer
    missing = "scipy.linalg" not in sys.modules
    if missing:
        sys.modules["scipy.linalg"] = None  # type: ignore[assignment]  # not importable
    import numba.np.arraymath  # noqa: F401, PLC0415  this is where it asks

    if missing:
        del sys.modules["scipy.linalg"]


def _is_linux() -> bool:
    """Say whether the C library may be that of Linux."""
    return sys.platform == "linux"
