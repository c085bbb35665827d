"""What a command is at, on a terminal, as soon as it takes longer than a second."""

import os
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from gis.sentences import spoken
from gis.text_width import text_width

DELAY: Final = 1.0
"""Seconds after which a bar is seen."""
PERIOD: Final = 0.2
"""Seconds between two looks of it."""
CELLS: Final = 20
"""Width of a bar."""
MOVING: Final = 5
"""Width of what moves along a bar of a command without stages."""


class Bar:
    r"""A line at the foot of a terminal; what is printed pushes it away.

    Parameters
    ----------
    name
        What runs, until it says what it is at.
    write
        Takes text to the terminal at once.

    Examples
    --------
    >>> bar = Bar("check", write=lambda text: print(repr(text)))
    >>> bar.plan(("reading", "checking"))
    >>> bar.tell("reading"); bar.tell("checking")
    >>> bar.draw(3.2)
    '\r[##########----------] checking  3 s'
    >>> bar.clear()
    '\r                                    \r'
    """

    def __init__(self, name: str, write: Callable[[str], object]) -> None:
        self._name = name
        self._write = write
        self._stages: Sequence[str] = ()
        self._width = 0
        self._lock = threading.Lock()
        self._is_over = threading.Event()

    def plan(self, stages: Sequence[str]) -> None:
        """Take the stages that are to come."""
        self._stages = stages

    def tell(self, stage: str) -> None:
        """Take the stage that begins."""
        self._name = stage

    def draw(self, seconds: float) -> None:
        """Draw the line anew, so many seconds after the command began."""
        with self._lock:
            if self._is_over.is_set():
                return
            cells, name = self._cells(seconds), spoken(self._name)
            text = f"[{cells}] {name}  {seconds:.0f} s"
            while text_width(text) >= shutil.get_terminal_size().columns:
                text = text[:-1]
            blanks = " " * (self._width - text_width(text))
            self._width = text_width(text)
            self._write(f"\r{text}{blanks}")

    def clear(self) -> None:
        """Take the line away until it is drawn anew."""
        with self._lock:
            if self._width:
                self._write(f"\r{' ' * self._width}\r")
            self._width = 0

    def run(self) -> None:
        """Draw until the command is over."""
        begin = time.monotonic()
        wait = DELAY
        while not self._is_over.wait(wait):
            self.draw(time.monotonic() - begin)
            wait = PERIOD

    def end(self) -> None:
        """Take the line away for good."""
        self._is_over.set()
        self.clear()

    def _cells(self, seconds: float) -> str:
        """Return the inside of the bar: stages that are done, or what moves along."""
        if self._name in self._stages:
            done = CELLS * self._stages.index(self._name) // len(self._stages)
            return "#" * done + "-" * (CELLS - done)
        left = int(seconds / PERIOD) % (CELLS - MOVING + 1)
        return "-" * left + "#" * MOVING + "-" * (CELLS - MOVING - left)


_bars: list[Bar] = []


@contextmanager
def shown(name: str) -> Iterator[None]:
    """Show on standard error that a command runs, if that is a terminal.

    Parameters
    ----------
    name
        Of the command.
    """
    if not _is_terminal():
        yield
        return
    bar = Bar(name, _write)
    _bars.append(bar)
    thread = threading.Thread(target=bar.run, name="pagoda-bar", daemon=True)
    thread.start()
    try:
        yield
    finally:
        bar.end()
        thread.join()
        _bars.remove(bar)


@contextmanager
def progress(stages: Sequence[str]) -> Iterator[Callable[[str], None]]:
    """Let the bar of the command show some stages; yields what to call at each.

    Parameters
    ----------
    stages
        What is to come, in order.
    """
    bar = _bars[-1] if _bars else Bar("", _write)
    bar.plan(stages)
    yield bar.tell


def tell(stage: str) -> None:
    """Let the bar of the command show what begins.

    Parameters
    ----------
    stage
        What it is at.
    """
    for bar in _bars:
        bar.tell(stage)


def clear() -> None:
    """Take the bar away, for something is printed."""
    for bar in _bars:
        bar.clear()


def end() -> None:
    """Take the bar away for good: the command waits for somebody."""
    for bar in _bars:
        bar.end()


def _is_terminal() -> bool:
    return sys.stderr is not None and sys.stderr.isatty()


def _write(text: str) -> None:
    """Write to the terminal past the streams, which take the bar away."""
    os.write(2, text.encode(sys.stderr.encoding or "utf-8", "backslashreplace"))
