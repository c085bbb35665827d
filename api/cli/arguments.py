"""Arguments of this process as others see them: `ps` shows them to everybody."""

import os
import re
import sys
from pathlib import Path
from typing import Final

_SECRET: Final = re.compile(
    rb"://(?P<login>[^\0]*:[^\0]*)@|password\s*=\s*(?P<password>[^\0]+)", re.IGNORECASE
)


def hide_passwords() -> None:
    """Blot out passwords in the arguments that `ps` shows; Python has its own copy.

    Where the system does not say where they lie, nothing is done.
    """
    if any(_SECRET.search(os.fsencode(argument)) for argument in sys.argv[1:]):
        _blot_out(*_argument_range())


def _argument_range() -> tuple[int, int]:
    """Return where the arguments begin and end in memory, as Linux says it."""
    try:
        line = Path("/proc/self/stat").read_text(encoding="utf-8", errors="replace")
        # fields 48 and 49; the name of the program, in brackets, is the second
        start, end = line.rpartition(")")[2].split()[45:47]
    except (OSError, ValueError):
        return 0, 0
    return int(start), int(end)


def _blot_out(start: int, end: int) -> None:
    import ctypes  # noqa: PLC0415  seldom needed

    if not 0 < start < end:
        return
    for match in _SECRET.finditer(ctypes.string_at(start, end - start)):
        for name, secret in match.groupdict().items():
            if secret is not None:
                ctypes.memset(start + match.start(name), ord("*"), len(secret))
