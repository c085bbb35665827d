"""What a caller of `POST /assign` sees, beside a constant route of the same service.

Usage: ``python tests/benchmarks/bench_door.py``. A server on loopback answers S town;
four kept connections ask one after the other. CPU of the server per request by its
own accounting, and the median time on a kept connection.
"""

import http.client
import multiprocessing
import os
import socket
import statistics
import threading
import time

import uvicorn

from api.app import create_app
from api.cli.serve import listen
from api.settings import read_settings

CONNECTIONS, REQUESTS = 4, 1_500
BODY = b'{"lon": 120.08, "lat": 30.33, "datum": "wgs84"}'
PATHS = ("/constant", "/assign")


def serve(sock: socket.socket, ready: "multiprocessing.synchronize.Event") -> None:
    """Serve S town, and a route that always says the same."""
    app = create_app(read_settings())

    @app.post("/constant")
    async def constant() -> dict[str, str]:
        return {"status": "ok"}

    server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
    ready.set()
    server.run(sockets=[sock])


def ask(port: int, path: str, spans: list[float]) -> None:
    """Ask over one kept connection."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    headers = {"Content-Type": "application/json"}
    for _ in range(REQUESTS):
        start = time.perf_counter()
        connection.request("POST", path, BODY, headers)
        response = connection.getresponse()
        response.read()
        spans.append(time.perf_counter() - start)
        assert response.status == 200, response.status
    connection.close()


def cpu_seconds(pid: int) -> float:
    """Return the CPU time of a process, user and system."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Print CPU and latency of both routes, and their ratio."""
    context = multiprocessing.get_context("fork")
    sock, ready = listen("127.0.0.1", 0), context.Event()
    server = context.Process(target=serve, args=(sock, ready), daemon=True)
    server.start()
    ready.wait(120)
    port, cpu = sock.getsockname()[1], {}
    for path in (*PATHS, *PATHS):
        spans: list[float] = []
        before = cpu_seconds(server.pid or 0)
        threads = [
            threading.Thread(target=ask, args=(port, path, spans))
            for _ in range(CONNECTIONS)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        cpu[path] = (cpu_seconds(server.pid or 0) - before) / len(spans)
        print(
            f"{path:<10} {cpu[path] * 1e6:7.0f} us CPU a request, "
            f"p50 {statistics.median(spans) * 1e3:.2f} ms"
        )
    print(f"ratio      {cpu['/assign'] / cpu['/constant']:.2f} (asked at most 1.25)")
    single: list[float] = []
    ask(port, "/assign", single)
    print(f"one caller p50 {statistics.median(single) * 1e3:.2f} ms (asked below 2)")
    server.terminate()
    server.join()


if __name__ == "__main__":
    main()
