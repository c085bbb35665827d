"""Every benchmark in one run: figures to out/bench.json, the table to standard output.

Usage: ``python tests/benchmarks/run.py [GRIDS ...]``; the sizes default to 125, 5,733
and 100,000 grids.
"""

import importlib.util
import json
import os
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import bench_accuracy
import bench_assign
import bench_city
import bench_duties
import bench_history
import bench_locate
import bench_map
import bench_risk
import bench_safety
import bench_spark
import bench_stores
import bench_workers
import peers
import plan_scale

from support.harness import postgres

OUT = Path(__file__).parents[2] / "out"


@contextmanager
def peer_server() -> Iterator[None]:
    """Tell the peers of a PostGIS where it can run."""
    if postgres.lacking():
        yield
        return
    with closing(postgres.new_server()) as server:
        os.environ[peers.POSTGIS_DSN] = server.url
        yield


def spark() -> dict[str, object]:
    """Return what Spark costs, where it is installed."""
    if importlib.util.find_spec("pyspark") is None:
        return {"not run": "no Spark; `make spark` installs it"}
    return bench_spark.main()


def main(sizes: tuple[int, ...]) -> None:
    """Run the benchmarks one after the other and write what they found."""
    OUT.mkdir(exist_ok=True)
    # the peak of a process counts what began it: while that is little
    city, history = bench_city.main(), bench_history.main()
    with peer_server():
        located = bench_locate.main(sizes)
    table = bench_locate.markdown(located)
    report = {
        "locate": located,
        "assign": bench_assign.main(sizes),
        "city": city,
        "history": history,
        "stores": bench_stores.main(),
        "map": bench_map.main(),
        "workers": bench_workers.main(),
        "spark": spark(),
        "plan": plan_scale.main(),
    }
    (OUT / "bench.json").write_text(json.dumps(report, indent=1))
    (OUT / "bench.md").write_text(table)
    print(table)
    print("One full assignment:", json.dumps(report["assign"]))
    for name in ("city", "history", "workers", "spark"):
        print(json.dumps(report[name], indent=1))
    bench_duties.main()
    bench_accuracy.main()
    bench_safety.main()
    bench_risk.main()


if __name__ == "__main__":
    main(tuple(int(size) for size in sys.argv[1:]) or bench_locate.SIZES)
