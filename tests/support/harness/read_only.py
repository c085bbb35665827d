"""Files that can only be read, also where the tests run as root."""

import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

NOBODY = 65534


@contextmanager
def only_read(source):
    """Give a copy of a file that this process cannot write, in such a folder."""
    # the folders of pytest are closed to other users
    folder = Path(tempfile.mkdtemp())
    try:
        path = Path(shutil.copyfile(source, folder / source.name))
        path.chmod(0o444)
        folder.chmod(0o555)
        with _as_nobody():
            yield path
    finally:
        folder.chmod(0o755)
        shutil.rmtree(folder)


@contextmanager
def _as_nobody():
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
