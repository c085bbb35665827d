"""Compile kernels with numba, cached on disk wherever a folder can be written.

The cache of a kernel must go stale when any kernel it calls changes, and numba looks
at one file only; so the stamp covers the sources of all kernel modules.
"""

from collections.abc import Callable
from ctypes import c_void_p
from functools import cache
from hashlib import sha256
from pkgutil import get_data
from typing import TypeVar, cast

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic
from numba.np.numpy_support import carray
from numpy.typing import NDArray

KERNEL_MODULES = (
    "compiling",
    "locator",
    "inputs",
    "orientation",
    "cells",
    "edges",
    "layout",
    "records",
    "sweep",
    "blocks",
    "kernels",
)

Scalar = TypeVar("Scalar", bound=np.generic)
Kernel = TypeVar("Kernel", bound=Callable[..., object])


def compiled(kernel: Kernel) -> Kernel:
    """Return the kernel as compiled code that keeps IEEE arithmetic and no lock.

    Neither fast math nor contraction to fused multiply-add is allowed: the exact
    predicates rest on each operation being rounded once.
    """
    try:
        dispatcher = njit(cache=True, nogil=True, error_model="numpy")(kernel)
    except RuntimeError:  # no folder can be written
        return cast("Kernel", njit(nogil=True, error_model="numpy")(kernel))
    dispatcher._cache._cache_file._source_stamp = _stamp_of(kernel.__module__)  # type: ignore[attr-defined]
    return cast("Kernel", dispatcher)


def inlined(kernel: Kernel) -> Kernel:
    """Return a kernel that is compiled into those that call it.

    LLVM leaves calls with many array arguments alone, and they cost more than the work.
    """
    return cast("Kernel", njit(forceinline=True, error_model="numpy")(kernel))


def source_stamp() -> bytes:
    """Return the digest of all kernel sources."""
    digest = sha256()
    for module in KERNEL_MODULES:
        digest.update(get_data(__package__, f"{module}.py") or b"")
    return digest.digest()


_STAMP = source_stamp()


@cache
def _stamp_of(module: str) -> bytes:
    """Return the stamp of the kernels of a module; others add their own source."""
    package, _, name = module.rpartition(".")
    if package == __package__:
        return _STAMP
    return sha256(_STAMP + (get_data(package, f"{name}.py") or b"")).digest()


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
