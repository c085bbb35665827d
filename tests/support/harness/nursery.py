"""Processes of `pagoda` by a fork of one that has its libraries: they start sooner."""

import os
import select
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import orjson

ROOT = Path(__file__).resolve().parents[3]
_NURSERY = """
import json, os, sys, traceback
import api.app, api.server, layers.stores, layers.stores.geopackage
from api.cli.commands import main
from gis.index import warm_up

warm_up()  # reads what is compiled

def become(order):
    log = os.open(order["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    null = os.open(os.devnull, os.O_RDWR)
    for number, stream in enumerate((null, null, log)):
        os.dup2(stream, number)
    sys.argv = ["pagoda", *order["arguments"]]
    exec(order["planted"], {"__name__": "planted"})
    main()

def bury(options=0):
    try:
        while os.waitpid(-1, options)[0]:
            pass
    except ChildProcessError:
        pass

for line in sys.stdin.buffer:
    bury(os.WNOHANG)
    child = os.fork()
    if child:
        print(child, flush=True)
        continue
    code = 1
    try:
        become(json.loads(line))
        code = 0
    except SystemExit as end:
        code = int(end.code or 0)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)
bury()
"""


@dataclass(frozen=True)
class Child:
    """A process that a nursery forked.

    Attributes
    ----------
    pid
        Its number.
    descriptor
        A descriptor of it, which no later process of that number has.
    """

    pid: int
    descriptor: int

    def has_ended(self, timeout_s: float = 0.0) -> bool:
        """Say whether it ends in so many seconds."""
        watch = select.poll()
        watch.register(self.descriptor, select.POLLIN)
        return bool(watch.poll(timeout_s * 1000))

    def send_signal(self, number: int) -> None:
        """Send a signal, if it still is there."""
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.descriptor, number)


class Nursery:
    """One process that has imported the service; each child is a fork of it."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _NURSERY],
            cwd=ROOT,
            env=os.environ | environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self._children: list[Child] = []

    def fork(self, log: Path, *arguments: str, planted: str = "") -> Child:
        """Return a new process of `pagoda` with arguments.

        Parameters
        ----------
        log
            What it says on standard error is appended there.
        arguments
            Those of the command.
        planted
            A fault that Python runs before it.
        """
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        order = {"log": str(log), "arguments": arguments, "planted": planted}
        stdin.write(orjson.dumps(order) + b"\n")
        stdin.flush()
        pid = int(stdout.readline())
        child = Child(pid, os.pidfd_open(pid))
        self._children.append(child)
        return child

    def close(self) -> None:
        """End all that is left of it."""
        for child in self._children:
            child.send_signal(signal.SIGKILL)
            os.close(child.descriptor)
        self._process.communicate()
