"""A city of 5,733 units and 6.27 million events by the command, beside others.

Parquet to Parquet and CSV to CSV, each in turns with reading and writing the same file
by pyarrow, which is the least that any tool does; Parquet also by peers, where they are
installed, and once with ten times the events. CPU seconds are of whole processes.

Usage: ``python tests/benchmarks/bench_city.py [EVENTS]``.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from peer_files import PEERS

EVENTS = 6_270_000
TIMES = 10
TURNS = 5
"""Of so many runs in turns with the copy, the middle one counts."""
COPIES = {
    "parquet": (
        "import sys, pyarrow.parquet as pq; "
        "pq.write_table(pq.read_table(sys.argv[1]), sys.argv[2], compression='zstd')"
    ),
    "csv": (
        "import sys, pyarrow.csv as csv; "
        "csv.write_csv(csv.read_csv(sys.argv[1]), sys.argv[2])"
    ),
}


def cost_of(*command: object) -> tuple[dict[str, float], str]:
    """Return CPU and wall seconds and peak MiB of a process, and what it says."""
    with tempfile.TemporaryFile("w+") as words:
        start = time.perf_counter()
        process = subprocess.Popen([*map(str, command)], stderr=words)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        words.seek(0)
        text = words.read()
    assert process.returncode == 0, text
    cost = {
        "cpu_s": round(usage.ru_utime + usage.ru_stime, 2),
        "wall_s": round(seconds, 1),
        "peak_mib": round(usage.ru_maxrss / 1024),
    }
    return cost, text


def middle(costs: list[dict[str, float]]) -> dict[str, float]:
    """Return the costs of the run whose CPU seconds are the median."""
    return sorted(costs, key=lambda cost: cost["cpu_s"])[len(costs) // 2]


def costs_of_peers(here: Path) -> dict[str, dict[str, float] | str]:
    """Return what each peer takes to write the grid of each event, or why it cannot."""
    costs: dict[str, dict[str, float] | str] = {}
    for number, name in enumerate(PEERS):
        try:
            costs[name], _ = cost_of(
                *(sys.executable, Path(__file__).with_name("peer_files.py"), name),
                *(here / "grids.parquet", here / "events.parquet"),
                here / f"peer{number}",
            )
        except AssertionError as error:  # most often it is not installed
            costs[name] = str(error).strip().splitlines()[-1][:160]
    return costs


def make(here: Path, events: int) -> None:
    """Write the files of a city; in a process of its own, whose memory is not ours."""
    import pyarrow.csv as arrow_csv  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    from gis.synthetic import make_city, make_city_events  # noqa: PLC0415

    city = make_city()
    city.grids.to_parquet(here / "grids.parquet")
    city.circles.to_csv(here / "circles.csv", index=False)
    make_city_events(events).to_parquet(here / "events.parquet", index=False)
    rows = pq.read_table(here / "events.parquet")
    arrow_csv.write_csv(rows, here / "events.csv")
    with pq.ParquetWriter(here / "events-many.parquet", rows.schema) as many:
        for _ in range(TIMES):
            many.write_table(rows)


def main(events: int = EVENTS) -> dict[str, object]:
    """Return costs by format: of the command, of a copy, and their ratio."""
    report: dict[str, object] = {"events": events}
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        subprocess.run(
            [sys.executable, __file__, "--make", folder, str(events)], check=True
        )
        # the first run compiles the kernels and makes the index, once a machine
        cost_of(*assigning(here, "events.csv"))
        report["parquet"] = in_turns(here, "events.parquet")
        report["csv"] = in_turns(here, "events.csv")
        report["peers"] = costs_of_peers(here)
        report["parquet_many"] = in_turns(here, "events-many.parquet", 1)
    return report


def in_turns(here: Path, name: str, turns: int = TURNS) -> dict[str, object]:
    """Return the costs of the command and of copying its file, and their ratio."""
    copying = (
        *(sys.executable, "-c", COPIES[name.rpartition(".")[2]]),
        *(here / name, here / "copy"),
    )
    own, copied, text = [], [], ""
    for _ in range(turns):
        cost, text = cost_of(*assigning(here, name))
        own.append(cost)
        copied.append(cost_of(*copying)[0])
    stages = dict(re.findall(r"(?:Time: |, )([a-z ]+) ([\d.]+) s", text))
    return {
        "assign": middle(own),
        "copy": middle(copied),
        "cpu_ratio": round(middle(own)["cpu_s"] / middle(copied)["cpu_s"], 2),
        "stages_s": {stage: float(value) for stage, value in stages.items()},
    }


def assigning(here: Path, name: str) -> list[object]:
    """Return the command that assigns the events of a file."""
    return [
        *(sys.executable, "-m", "api", "assign", "--id", "grid_id"),
        *("--grids", here / "grids.parquet", "--circles", here / "circles.csv"),
        *("--events", here / name, "--out", here / f"out-{name}"),
    ]


if __name__ == "__main__":
    if sys.argv[1:2] == ["--make"]:
        make(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        print(main(*(int(argument) for argument in sys.argv[1:])))
