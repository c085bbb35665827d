"""Whatever bytes a file has, it is a readable table or refused on purpose."""

import os
import random
from pathlib import Path

import pytest

from gis.errors import GovernanceError
from layers.files import EventTable, read_coordinates, read_events, read_grids
from support.makers import broken_files as broken

SEED = 20260101
FORMATS = 9
MUTATIONS = max(150, int(os.environ.get("PAGODA_SOAK") or 0)) // FORMATS + 1


def mutated(data: bytes, chance: random.Random) -> bytes:
    """Cut, flip, double or blank some bytes."""
    way = chance.randrange(4)
    at = chance.randrange(len(data))
    if way == 0:
        return data[:at]
    if way == 1:
        return data[:at] + data[at:][chance.randrange(1, 64) :]
    if way == 2:
        return data[:at] + bytes(chance.randrange(1, 64)) + data[at + 8 :]
    changed = bytearray(data)
    for _ in range(chance.choice([1, 3, 30])):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def outcome(path: Path) -> str:
    """Read a file in every way and return how it ended."""
    try:
        table = read_events(path)
        assert isinstance(table, EventTable)
        table.columns.to_pydict()
        read_coordinates(table)
        read_grids(path, [*table.columns.column_names, "none"][0])
    except GovernanceError as error:
        return str(error)
    return "Read."


@pytest.mark.parametrize("number", range(FORMATS))
def test_mutated_bytes_end_in_a_table_or_a_sentence(
    tmp_path: Path, number: int
) -> None:
    path = broken.one_of_each(tmp_path)[number]
    chance = random.Random(SEED + number)  # noqa: S311  a seed, no secret
    parts = sorted(path.parent.glob(f"{path.stem}.*")) if path.suffix == ".shp" else []
    targets = [p for p in parts if p.suffix in (".shp", ".shx", ".dbf", ".prj")]
    for _ in range(MUTATIONS):
        target = chance.choice(targets or [path])
        whole = target.read_bytes()
        target.write_bytes(mutated(whole, chance))
        ending = outcome(path)
        assert ending.endswith(".")
        assert "\n" not in ending
        target.write_bytes(whole)
