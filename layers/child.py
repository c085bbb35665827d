"""Work in a child process, under limits of time and memory."""

import multiprocessing
import sys
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, SpawnContext
from pathlib import Path
from typing import ParamSpec, TypeVar

from gis.errors import InvalidLayerError
from gis.sentences import sentence

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a piece of work may take.

    Attributes
    ----------
    seconds
        On the clock of the wall.
    memory_bytes
        Beyond what a process takes that has only started; held on Linux alone.
    advice
        What to do where that is not enough, the end of the sentence.
    """

    seconds: float
    memory_bytes: int
    advice: str = sentence(
        "ten times what polygons of that size should; look for polygons that overlap "
        "or cross in very many places, or examine the file in parts"
    )

    @classmethod
    def for_vertices(cls, vertices: int) -> "Bounds":
        """Return ten times what an examination of polygons takes, at least 30 s.

        A clean city of 740,000 vertices takes 22 s of a busy core and 335 MB.

        Parameters
        ----------
        vertices
            Number of vertices of all polygons.

        Examples
        --------
        >>> Bounds.for_vertices(100_000).seconds
        60.0
        """
        return cls(30.0 + 3e-4 * vertices, 1024**3 + 5_000 * vertices)


def run_bounded(
    what: str,
    bounds: Bounds,
    function: Callable[P, T],
    *arguments: P.args,
    **options: P.kwargs,
) -> T:
    """Return what a function returns that runs in a child under limits.

    Parameters
    ----------
    what
        What is done to what, for the sentence ("Examining 12 grids").
    bounds
        The limits.
    function
        Something a module holds by name; it, its arguments, its result and what it
        raises are pickled.
    arguments, options
        Its arguments.

    Raises
    ------
    InvalidLayerError
        If the limits are not enough.

    Examples
    --------
    >>> import math
    >>> run_bounded("Adding", Bounds(60.0, 2**28), math.fsum, [0.5, 0.25])
    0.75
    """
    context = _clean_context()
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(
        target=_work,
        args=(sender, bounds.memory_bytes, function, arguments, options),
        daemon=True,
    )
    child.start()
    sender.close()
    try:
        if not receiver.poll(bounds.seconds):
            raise _out_of_bounds(
                what, bounds, sentence("{seconds:g} s", seconds=bounds.seconds)
            )
        result, error = receiver.recv()
    except EOFError as end:
        raise _out_of_memory(what, bounds) from end
    finally:
        child.kill()
        child.join()
        receiver.close()
    if _is_memory(error):
        raise _out_of_memory(what, bounds) from error
    if error is not None:
        raise error
    answer: T = result
    return answer


def _clean_context() -> SpawnContext | ForkServerContext:
    """Return what starts clean processes, whatever threads this one has."""
    if sys.platform == "win32":
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    # what the children need is imported once
    context.set_forkserver_preload(["gis"])
    return context


def _work(
    sender: Connection,
    memory_bytes: int,
    function: Callable[..., object],
    arguments: tuple[object, ...],
    options: dict[str, object],
) -> None:
    """Run a function in the child and send what it returns or raises."""
    _limit_memory(memory_bytes)
    try:
        result = function(*arguments, **options)
    except Exception as error:
        # raised again by the parent
        sender.send((None, error))
    else:
        sender.send((result, None))


def _limit_memory(memory_bytes: int) -> None:
    """Let the process take so much memory beyond what it has."""
    if sys.platform == "linux":
        import resource  # noqa: PLC0415  not on every system

        # seventh field: data and stack, pages
        pages = int(Path("/proc/self/statm").read_text().split()[5])
        most = pages * resource.getpagesize() + memory_bytes
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        if hard != resource.RLIM_INFINITY:
            most = min(most, hard)
        resource.setrlimit(resource.RLIMIT_DATA, (most, hard))


def _is_memory(error: Exception | None) -> bool:
    """Whether an error means that there was no more memory; GEOS has its own words."""
    return isinstance(error, MemoryError) or "bad_alloc" in str(error)


def _out_of_memory(what: str, bounds: Bounds) -> InvalidLayerError:
    return _out_of_bounds(
        what,
        bounds,
        sentence(
            "{memory_bytes:,.0f} MiB of memory",
            memory_bytes=bounds.memory_bytes / 1024**2,
        ),
    )


def _out_of_bounds(what: str, bounds: Bounds, limit: str) -> InvalidLayerError:
    """Return the error for work that its limits are not enough for."""
    return InvalidLayerError(
        "{what} takes more than {limit}, {advice}.",
        what=what,
        limit=limit,
        advice=bounds.advice,
    )
