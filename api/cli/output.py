"""What commands share in speaking: lines, faulty rows, progress, the output file."""

import io
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from api.cli.speech import echo, say
from gis.errors import InvalidLayerError

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar


class Outlet(io.FileIO):
    """A standard stream whose reader may leave: what nobody reads is dropped."""

    def write(self, data: Any) -> int:
        """Write, or drop what the reader of a pipe does not wait for."""
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
        say(map(str, error.faults))
        raise


def tell_stage(stage: str) -> None:
    """Say on standard error which stage begins."""
    echo(f"{stage} ...", err=True)


@contextmanager
def progress(stages: Sequence[str]) -> Iterator[Callable[[str], None]]:
    """Show a bar over the stages on standard error; yields what to call at each."""
    if not sys.stderr.isatty():
        yield lambda stage: None
        return
    current: list[str] = []
    display: ProgressBar[int] = click.progressbar(
        length=len(stages),
        file=sys.stderr,
        item_show_func=lambda _: current[-1] if current else "",
    )
    with display as bar:

        def tell(stage: str) -> None:
            # a stage that begins ends the one before
            bar.update(len(current) and 1)
            current.append(stage)
            bar.render_progress()

        yield tell
        current.append("done")
        bar.update(1)


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
