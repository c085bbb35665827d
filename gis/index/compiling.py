"""Compile kernels with numba, cached on disk wherever a folder can be written.

What a cache holds is run, so it lies where nobody else can put a file: beside the
sources or where NUMBA_CACHE_DIR says, else in a folder of this user alone. Compiling
takes half a minute and is never silent.

The cache of a kernel must go stale when any kernel it calls changes, and numba looks
at one file only; so the stamp covers the sources of all kernel modules.
"""

import logging
import os
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from ctypes import c_void_p
from functools import cache
from hashlib import sha256
from pathlib import Path
from pkgutil import get_data
from typing import Any, TypeVar, cast

import numpy as np
from llvmlite import ir
from numba import config, njit, types
from numba.core import event
from numba.extending import intrinsic
from numba.np.numpy_support import carray
from numpy.typing import NDArray

from gis.sentences import sentence, spoken

KERNEL_MODULES = (
    "compiling",
    "locator",
    "inputs",
    "orientation",
    "cells",
    "edges",
    "feet",
    "layout",
    "records",
    "sweep",
    "blocks",
    "kernels",
)

logger = logging.getLogger(__name__)

_settings: Any = config  # numba gives it its attributes at run time

Scalar = TypeVar("Scalar", bound=np.generic)
Kernel = TypeVar("Kernel", bound=Callable[..., object])


def compiled(kernel: Kernel) -> Kernel:
    """Return the kernel as compiled code that keeps IEEE arithmetic and no lock.

    Neither fast math nor contraction to fused multiply-add is allowed: the exact
    predicates rest on each operation being rounded once.
    """
    sources = Path(kernel.__code__.co_filename).parent
    folder = cache_folder(sources)
    if folder is None:
        return cast("Kernel", njit(nogil=True, error_model="numpy")(kernel))
    chosen, _settings.CACHE_DIR = _settings.CACHE_DIR, folder
    try:
        dispatcher = njit(cache=True, nogil=True, error_model="numpy")(kernel)
    finally:
        _settings.CACHE_DIR = chosen
    dispatcher._cache._cache_file._source_stamp = _stamp_of(sources)  # type: ignore[attr-defined]
    return cast("Kernel", dispatcher)


def inlined(kernel: Kernel) -> Kernel:
    """Return a kernel that is compiled into those that call it.

    LLVM leaves calls with many array arguments alone, and they cost more than the work.
    """
    return cast("Kernel", njit(forceinline=True, error_model="numpy")(kernel))


@cache
def cache_folder(sources: Path) -> str | None:
    """Return the folder that keeps what is compiled.

    Parameters
    ----------
    sources
        Folder of the sources of the kernels.

    Returns
    -------
    folder
        Empty where it is the one beside the sources; None where none can be written.
    """
    if _settings.CACHE_DIR and _is_writable(Path(_settings.CACHE_DIR)):
        return str(_settings.CACHE_DIR)
    if _is_writable(sources / "__pycache__"):
        return ""
    for folder in _own_folders():
        if folder.is_absolute() and _is_writable(folder) and is_private(folder):
            return str(folder)
    return None


def _own_folders() -> Iterator[Path]:
    """Yield the folders that this user may have for what is compiled."""
    of_user = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    yield Path(of_user) / "pagoda"
    with suppress(OSError):  # no folder of this machine takes files
        yield Path(tempfile.gettempdir()) / f"pagoda-{os.getuid()}"


def is_private(folder: Path) -> bool:
    """Say whether this user alone can put files into a folder or exchange it.

    Parameters
    ----------
    folder
        An absolute path; a link is none of this user's own.
    """
    parts = [os.lstat(part) for part in (folder, *folder.resolve().parents)]
    own, *above = parts
    is_own = stat.S_ISDIR(own.st_mode) and own.st_uid == os.getuid()
    return (
        is_own
        and not own.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
        and all(part.st_uid in {0, os.getuid()} and _is_guarded(part) for part in above)
    )


def _is_guarded(part: os.stat_result) -> bool:
    """Say whether not everybody can exchange what lies in a folder."""
    return not part.st_mode & stat.S_IWOTH or bool(part.st_mode & stat.S_ISVTX)


def _is_writable(folder: Path) -> bool:
    """Say whether files can be put into a folder, which is made for this user."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError:
        return False
    return True


@cache
def _say_compiling(folder: str | None) -> None:
    """Say once in a process that kernels are compiled, and where that is kept."""
    if folder is None:
        text = sentence(
            "Compiling the point location takes half a minute in every command, "
            "because no folder can keep what is compiled; set NUMBA_CACHE_DIR to a "
            "folder that only you can write."
        )
    else:
        text = sentence(
            "Compiling the point location takes half a minute, once for this machine; "
            "it is kept in {folder} (NUMBA_CACHE_DIR names another folder).",
            folder=folder or sentence("the folder of the program"),
        )
    logger.warning("%s", spoken(text))


class _CompilingListener(event.Listener):
    """Hears when numba compiles instead of taking something from its cache."""

    def on_start(self, compiling: event.Event) -> None:
        """Say that a kernel of ours is compiled."""
        kernel = compiling.data["dispatcher"].py_func
        if kernel.__module__.startswith("gis."):
            _say_compiling(cache_folder(Path(kernel.__code__.co_filename).parent))

    def on_end(self, compiling: event.Event) -> None:
        """Say nothing."""


event.register("numba:compile", _CompilingListener())  # type: ignore[no-untyped-call]  # numba has no types


def source_stamp() -> bytes:
    """Return the digest of all kernel sources."""
    digest = sha256()
    for module in KERNEL_MODULES:
        digest.update(get_data(__package__, f"{module}.py") or b"")
    return digest.digest()


_STAMP = source_stamp()


@cache
def _stamp_of(folder: Path) -> bytes:
    """Return the stamp of the kernels of a folder; others add all that lies there."""
    if folder == Path(__file__).parent:
        return _STAMP
    digest = sha256(_STAMP)
    for path in sorted(folder.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.digest()


@intrinsic
def _inttoptr(context, address):  # type: ignore[no-untyped-def]
    """Generate the code of `pointer`."""

    def generate(context, builder, signature, arguments):  # type: ignore[no-untyped-def]
        return builder.inttoptr(arguments[0], ir.IntType(8).as_pointer())

    return types.voidptr(types.int64), generate


@intrinsic
def _cttz(context, mask):  # type: ignore[no-untyped-def]
    """Generate the code of `lowest_bit`."""

    def generate(context, builder, signature, arguments):  # type: ignore[no-untyped-def]
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 1))

    return types.int64(types.int64), generate


# An address as a pointer, and the position of the lowest bit set: in kernels only.
pointer = cast("Callable[[int], c_void_p]", _inttoptr)
lowest_bit = cast("Callable[[int], int]", _cttz)


@compiled
def borrowed(array: NDArray[Scalar]) -> NDArray[Scalar]:
    """Return an array whose uses are not counted; the caller keeps it alive.

    Counting is atomic, and took half of the time to build an index.
    """
    return carray(pointer(array.ctypes.data), array.shape, array.dtype)
