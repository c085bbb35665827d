"""Reading, answering and writing at once: each in a thread of its own, in order.

What takes long in each leaves the interpreter to the others: Arrow, GDAL and the
kernels of the point location hold no lock.
"""

from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")


@contextmanager
def read_ahead(items: Generator[T]) -> Iterator[Iterator[T]]:
    """Give the items of a generator, the next one made while one is looked at.

    The generator runs in one thread from its beginning to its end, which comes before
    that of the context.

    Parameters
    ----------
    items
        None of them is None.

    Examples
    --------
    >>> with read_ahead(number for number in range(3)) as numbers:
    ...     list(numbers)
    [0, 1, 2]
    """
    with ThreadPoolExecutor(1, "pagoda-read") as thread:
        try:
            yield _items(thread, items, thread.submit(next, items, None))
        finally:
            thread.submit(items.close).result()


def _items(
    thread: ThreadPoolExecutor, items: Generator[T], coming: "Future[T | None]"
) -> Iterator[T]:
    """Yield what comes, and have the next one made."""
    while (item := coming.result()) is not None:
        coming = thread.submit(next, items, None)
        yield item


@contextmanager
def write_behind(
    write: Callable[[T], object],
) -> Iterator[Callable[[T], None]]:
    """Give a function that has items written, in order, while others are made.

    It waits for the item before, so that two are held at most, and raises what writing
    it raised. At the end of the context all are written.

    Parameters
    ----------
    write
        Runs in one thread.

    Examples
    --------
    >>> numbers: list[int] = []
    >>> with write_behind(numbers.append) as write:
    ...     for number in range(3):
    ...         write(number)
    >>> numbers
    [0, 1, 2]
    """
    with ThreadPoolExecutor(1, "pagoda-write") as thread:
        before: Future[object] = Future()
        before.set_result(None)

        def submit(item: T) -> None:
            nonlocal before
            before.result()
            before = thread.submit(write, item)

        yield submit
        before.result()
