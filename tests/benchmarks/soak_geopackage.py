"""The GeoPackage store at full counts: `main()` is for `make soak`."""

import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from support.harness.geopackage_faults import cut_rounds, kill_rounds, mutation_rounds

KILLS = 200
CUTS = 300
MUTATED = 1000


def main() -> dict[str, object]:
    """Return what was lost, half and unseen."""
    return {
        "kills": in_a_folder(lambda folder: kill_rounds(folder, KILLS)),
        "cuts": in_a_folder(lambda folder: cut_rounds(folder, CUTS)),
        "mutations": in_a_folder(lambda folder: mutation_rounds(folder, MUTATED)),
    }


def in_a_folder(work: Callable[[Path], dict[str, object]]) -> dict[str, object]:
    """Run in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        return work(Path(folder))


if __name__ == "__main__":
    print(json.dumps(main(), indent=1))
