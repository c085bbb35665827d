"""Uploads to pictures that are kept: decoded in another process, under limits."""

import json
import logging
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gis.errors import GovernanceError
from layers.photos.words import photo_error

MOST_BYTES: Final = 8_000_000
SECONDS: Final = 60.0
"""On the clock of the wall, of a busy machine too; a core is limited to less."""
PROGRAM: Final = Path(__file__).with_name("rewriting.py")
NEEDED: Final = frozenset({"LANG", "LD_LIBRARY_PATH", "PATH", "SYSTEMROOT"})
"""What a process that reads files of strangers is told of its surroundings: no key."""

logger = logging.getLogger("uvicorn.error")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it is kept.

    Attributes
    ----------
    content
        The file: pixels and nothing beside them.
    media_type
        ``image/jpeg`` or ``image/png``.
    width, height
        In pixels.
    """

    content: bytes
    media_type: str
    width: int
    height: int


def read_picture(content: bytes) -> Picture:
    """Return what is kept of an upload: its pixels, upright, without anything else.

    Of a core it takes 0.05 s for a process to start, and another 0.25 s for a photo of
    12 million pixels.

    Parameters
    ----------
    content
        A file of anybody; what it is called and said to be counts for nothing.

    Raises
    ------
    PhotoError
        If it is no JPEG or PNG, too long, too wide, damaged, or hard to read.
    GovernanceError
        If pictures cannot be read at all here.

    Examples
    --------
    >>> read_picture(b"GIF89a")
    Traceback (most recent call last):
    ...
    gis.errors.PhotoError: The file is no JPEG or PNG, whatever its name says (SVG, \
GIF and HEIC are not taken); take a photo or save it as JPEG, nothing was changed.
    """
    if not content:
        raise photo_error("no_photo")
    if len(content) > MOST_BYTES:
        raise photo_error("too_long")
    # isolated: what it imports is ours to say
    command = [sys.executable, "-I", str(PROGRAM)]
    environment = {name: os.environ[name] for name in NEEDED & {*os.environ}}
    try:
        run = subprocess.run(  # noqa: S603  a program of ours, without a shell
            command,
            input=content,
            capture_output=True,
            timeout=SECONDS,
            check=False,
            env=environment,
        )
    except subprocess.TimeoutExpired as error:
        raise photo_error("too_heavy") from error
    if run.returncode > 0:
        last_line = run.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        raise GovernanceError(
            "The reader of pictures failed ({why}), expected a picture or a reason; "
            "look whether Pillow is installed as it was locked.",
            why=last_line,
        )
    if run.returncode:
        # by a limit of its own, or where this machine has no more memory
        logger.warning("A picture ended its reader by signal %s.", -run.returncode)
        raise photo_error("too_heavy")
    line, _, picture = run.stdout.partition(b"\n")
    head = json.loads(line)
    if "reason" in head:
        raise photo_error(head["reason"])
    return Picture(picture, **head)
