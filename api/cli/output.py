"""What commands share in speaking: lines, faulty rows, the output file."""

import io
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from api.cli import progress
from api.cli.speech import echo, say
from api.cli.text.faults import fault_lines
from gis.errors import InvalidLayerError
from gis.sentences import joined, sentence


class Outlet(io.FileIO):
    """A standard stream whose reader may leave: what nobody reads is dropped."""

    def write(self, data: Any) -> int:
        """Write, or drop what the reader of a pipe does not wait for."""
        progress.clear()
        try:
            return super().write(data) or 0
        except BrokenPipeError:
            return memoryview(data).nbytes


def open_outlets() -> None:
    """Let neither a reader that leaves nor its encoding stop a command.

    ``pagoda ... | head`` runs to its end, a closed stream takes everything, and a
    character that the encoding lacks is written by its number. Streams that somebody
    captures stay as they are.
    """
    for number, name in ((1, "stdout"), (2, "stderr")):
        stream = getattr(sys, name)
        if stream is not getattr(sys, f"__{name}__"):
            continue
        if stream is None:
            os.dup2(os.open(os.devnull, os.O_WRONLY), number)
        outlet = io.TextIOWrapper(
            io.BufferedWriter(Outlet(number, "wb", closefd=False)),
            encoding=stream.encoding if stream else "utf-8",
            errors="backslashreplace",
            line_buffering=stream is None or stream.line_buffering,
        )
        setattr(sys, name, outlet)


@contextmanager
def name_faulty_rows() -> Iterator[None]:
    """Name every faulty row on standard error before the one sentence."""
    try:
        yield
    except InvalidLayerError as error:
        say(fault_lines(error.faults))
        raise


def tell_stage(stage: str) -> None:
    """Say on standard error which stage begins."""
    echo(sentence("{stage} ...", stage=stage), err=True)
    progress.tell(stage)


@contextmanager
def output_file(out: Path | None) -> Iterator[Path]:
    """Yield the file to write; without one, a CSV that goes to standard output."""
    if out is not None:
        yield out
        return
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "answers.csv"
        yield target
        with target.open("rb") as answers:
            shutil.copyfileobj(answers, sys.stdout.buffer)
        sys.stdout.flush()


def status_counts(counts: Mapping[str, int]) -> str:
    """Return how many events have which status, a part of a sentence.

    Parameters
    ----------
    counts
        Status -> how many.

    Examples
    --------
    >>> status_counts({"inside": 4803, "outside": 7})
    '4,803 inside, 7 outside'
    """
    return joined(
        ", ",
        (
            sentence("{count:,} {answer}", count=count, answer=str(status))
            for status, count in counts.items()
        ),
    )
