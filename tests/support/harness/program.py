"""A program `pagoda` for shells: each call is a fork of what has the libraries.

Modules of this project are imported anew by every call, as in a process of its own;
only those of others, which take most of the start, are there already.
"""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

_SERVER = """
import json, os, select, signal, socket, sys, traceback
import fastapi, folium, geopandas, numba, orjson, pandas, typst
import prometheus_client, pyarrow.parquet, pydantic_settings, pyogrio, pyproj, rtree
import segno, shapely, structlog, uvicorn

assert not {"api", "gis", "layers"} & {*sys.modules}

def become(order, descriptors):
    for number, descriptor in enumerate(descriptors):
        os.dup2(descriptor, number)
        os.close(descriptor)
    os.chdir(order["folder"])
    os.environ.clear()
    os.environ.update(order["environment"])
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.argv = ["pagoda", *order["arguments"]]
    import runpy
    runpy.run_module("api", run_name="__main__", alter_sys=True)

def fork(connection):
    text, descriptors, *_ = socket.recv_fds(connection, 1 << 20, 3)
    child = os.fork()
    if child == 0:
        code = 1
        try:
            listener.close()
            connection.close()
            become(json.loads(text), descriptors)
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
        except BaseException:
            traceback.print_exc()
        finally:
            try:
                sys.stdout.flush()
                sys.stderr.flush()
            finally:
                os._exit(code)
    for descriptor in descriptors:
        os.close(descriptor)
    return child

listener = socket.socket(socket.AF_UNIX)
listener.bind(sys.argv[1])
listener.listen()
print("ready", flush=True)
calls = {}
while True:
    # a call that ends is answered soon, a new one at once
    ready, *_ = select.select([listener, sys.stdin], [], [], 0.01 if calls else None)
    if sys.stdin in ready:
        break
    if ready:
        connection, _ = listener.accept()
        child = fork(connection)
        connection.sendall(b"%d\\n" % child)
        calls[child] = connection
    for child in [*calls]:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            connection = calls.pop(child)
            connection.sendall(b"%d\\n" % os.waitstatus_to_exitcode(status))
            connection.close()
for child in calls:
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
"""
_CLIENT = """#!{python} -IS
import json, os, signal, socket, sys
connection = socket.socket(socket.AF_UNIX)
connection.connect({address!r})
order = {{"folder": os.getcwd(), "environment": dict(os.environ)}}
order["arguments"] = sys.argv[1:]
socket.send_fds(connection, [json.dumps(order).encode()], [0, 1, 2])
lines = connection.makefile()
child = int(lines.readline())
for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, lambda number, _: os.kill(child, number))
code = int(lines.readline())
sys.exit(code if code >= 0 else 128 - code)
"""


@contextmanager
def program(path: Path, environment: Mapping[str, str]) -> Iterator[None]:
    """Put a program there that does what `pagoda` does, as long as this lasts.

    Parameters
    ----------
    path
        Where it is to lie.
    environment
        That of the process whose forks it calls.
    """
    address = str(path.with_suffix(".sock"))
    server = subprocess.Popen(
        [sys.executable, "-c", _SERVER, address],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert server.stdout is not None
        assert server.stdout.readline() == b"ready\n"
        path.write_text(_CLIENT.format(python=sys.executable, address=address))
        path.chmod(0o755)
        yield
    finally:
        server.communicate()
