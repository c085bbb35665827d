"""A file that appears whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gis.errors import GovernanceError, SettingError
from gis.os_reasons import os_reason


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a path to write to, which takes the place of another one at the end.

    Where writing fails there is nothing new, and an old file stays as it was.

    Parameters
    ----------
    path
        The file in the end; the one to write to has the same extension.

    Raises
    ------
    SettingError
        If it cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> with whole_file(folder / "a.txt") as part:
    ...     _ = part.write_text("all of it")
    >>> [path.name for path in folder.iterdir()]
    ['a.txt']
    """
    part = path.with_name(f".{path.stem}.{os.getpid()}.part{path.suffix}")
    try:
        # drivers of GDAL have errors of their own for a folder that is not there
        part.touch()
        part.unlink()
        yield part
        part.replace(path)
    except GovernanceError:  # some of them are errors of files too
        raise
    except OSError as error:
        raise SettingError(
            "The output {path!r} cannot be written ({strerror}); choose a folder with "
            "room that you may write to.",
            path=str(path),
            strerror=os_reason(error),
        ) from error
    finally:
        part.unlink(missing_ok=True)
