"""Files that are written: never over what is read."""

from collections.abc import Iterable
from pathlib import Path

from gis.errors import SettingError


def refuse_own_input(out: Path, inputs: Iterable[Path | None]) -> None:
    """Refuse an output that would replace a file that is read.

    Parameters
    ----------
    out
        File to write.
    inputs
        Files that are read; None for one that is not asked for.

    Raises
    ------
    SettingError
        If it is one of them.
    """
    for path in inputs:
        if path and path.exists() and out.exists() and out.samefile(path):
            raise SettingError(
                "The output {out!r} is also an input, which stays as it is; choose "
                "another file.",
                out=str(out),
            )
