"""Events that were checked, on disk until all of a file are: memory holds a part."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import BinaryIO, Final

import pyarrow as pa

from api.service.events.event_rows import SCHEMA
from gis.errors import SettingError
from gis.os_reasons import os_reason

_OPTIONS: Final = pa.ipc.IpcWriteOptions(compression="lz4")


class EventSpool:
    """Rows of events in a file without a name.

    Parameters
    ----------
    file
        Empty; read and written here alone.

    Examples
    --------
    >>> with event_spool() as spool:
    ...     spool.write(SCHEMA.empty_table())
    ...     [rows.num_rows for rows in spool.batches(100)]
    []
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._writer = pa.ipc.new_stream(file, SCHEMA, options=_OPTIONS)
        self.rows = 0

    def write(self, rows: pa.Table) -> None:
        """Put rows behind those before.

        Parameters
        ----------
        rows
            Columns of `SCHEMA`.
        """
        with _room():
            self._writer.write_table(rows, max_chunksize=10_000)
        self.rows += rows.num_rows

    def batches(self, count: int) -> Iterator[pa.Table]:
        """Yield all rows in their order, so many at a time; write none behind them.

        Parameters
        ----------
        count
            Rows of each but the last, which has what is left.
        """
        with _room():
            self._writer.close()
            self._file.flush()
        self._file.seek(0)
        waiting = SCHEMA.empty_table()
        for batch in pa.ipc.open_stream(self._file):
            waiting = pa.concat_tables([waiting, pa.Table.from_batches([batch])])
            while waiting.num_rows >= count:
                yield waiting.slice(0, count).combine_chunks()
                waiting = waiting.slice(count)
        if waiting.num_rows:
            yield waiting.combine_chunks()


@contextmanager
def event_spool() -> Iterator[EventSpool]:
    """Give an empty spool, which is gone at the end.

    Raises
    ------
    SettingError
        If there is no room for it.
    """
    with ExitStack() as files:
        with _room():
            file = files.enter_context(tempfile.TemporaryFile())
        yield EventSpool(file)


@contextmanager
def _room() -> Iterator[None]:
    """Say where there is no room."""
    try:
        yield
    except OSError as error:
        raise SettingError(
            "The folder {folder!r} for temporary files cannot take the checked events "
            "({error}); make room there, or name another folder in TMPDIR.",
            folder=tempfile.gettempdir(),
            error=os_reason(error),
        ) from error
