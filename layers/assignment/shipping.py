"""What answers are made from, sent to other processes as two files.

The index is one of them: every process on a machine maps it. The other has the rest,
which names the index and does not hold it.
"""

import pickle
from pathlib import Path
from typing import BinaryIO, Final

from gis.assignment import AnswerBasis
from gis.errors import InputFileError
from gis.index import GridIndex
from gis.os_reasons import reason_of

_INDEX: Final = "index"


class _Packer(pickle.Pickler):
    """Writes a basis without the index of its grids, which is put aside."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__(file, protocol=pickle.HIGHEST_PROTOCOL)
        self.indexes: list[GridIndex] = []

    def persistent_id(self, obj: object) -> str | None:
        """Name the index where it stands."""
        if not isinstance(obj, GridIndex):
            return None
        if obj not in self.indexes:
            self.indexes.append(obj)
        return _INDEX


class _Unpacker(pickle.Unpickler):
    """Reads a basis, and puts an index in where one is named."""

    def __init__(self, file: BinaryIO, index: GridIndex) -> None:
        super().__init__(file)
        self._index = index

    def persistent_load(self, pid: object) -> GridIndex:
        """Return the index."""
        if pid != _INDEX:
            raise pickle.UnpicklingError(pid)
        return self._index


def save_basis(basis: AnswerBasis, index: Path, rest: Path) -> None:
    """Write what answers are made from.

    Parameters
    ----------
    basis
        Of a compiled index.
    index, rest
        The two files.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from gis.models import Position
    >>> from gis.assignment import answer_one
    >>> from gis.synthetic import make_s_town
    >>> from layers.territory import town_territory
    >>> basis = town_territory(make_s_town()).basis()
    >>> place = Position(120.08, 30.33)
    >>> with TemporaryDirectory() as folder:
    ...     files = Path(folder, "index"), Path(folder, "rest")
    ...     save_basis(basis, *files)
    ...     answer_one(load_basis(*files), place) == answer_one(basis, place)
    True
    """
    with rest.open("wb") as file:
        packer = _Packer(file)
        # without what it remembers of former questions
        packer.dump(AnswerBasis(basis.assigner, basis.datum, basis.jurisdictions))
    [compiled] = packer.indexes
    compiled.save(index)


def load_basis(index: Path, rest: Path) -> AnswerBasis:
    """Return what `save_basis` wrote, the index as mapped memory.

    It runs what the file says: read only files of your own.

    Parameters
    ----------
    index, rest
        The two files.

    Raises
    ------
    InputFileError
        If one is missing, cut or another kind of file.
    """
    compiled = GridIndex.load(index)
    try:
        with rest.open("rb") as file:
            basis = _Unpacker(file, compiled).load()
    except (OSError, EOFError, pickle.UnpicklingError) as error:
        raise InputFileError(
            "File {path!r} does not hold what answers are made from ({error}); write "
            "it again.",
            path=str(rest),
            error=reason_of(error),
        ) from error
    if not isinstance(basis, AnswerBasis):
        raise InputFileError(
            "File {path!r} holds a {kind}, expected what answers are made from; write "
            "it again.",
            path=str(rest),
            kind=type(basis).__name__,
        )
    return basis
