"""A private PostgreSQL with PostGIS for the tests: own folder, own port, own end."""

import atexit
import functools
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg

from conftest import missing
from layers.stores import create_store, open_store
from layers.stores.postgis import PostgisStore, create_postgis

NAME = "postgres"
START_S = 60


def binaries():
    """Return the folder of the newest server, or None."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    return found[-1].parent if found else None


class Server:
    """A server on loopback that runs until `close`; `start` runs it again.

    It is empty, or the standby of another server; `options` are of `initdb`.
    """

    def __init__(self, *options, primary=None):
        self.folder = Path(tempfile.mkdtemp(prefix="pagoda-postgres-"))
        self.data = self.folder / "data"
        self.user = NAME if os.geteuid() == 0 else None
        if self.user:
            shutil.chown(self.folder, self.user)
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.process = None
        if primary:
            copy = [binaries() / "pg_basebackup", "-D", self.data, "-R", "-c", "fast"]
            self.run([*copy, "-d", primary.url])
        else:
            initdb = [binaries() / "initdb", "-D", self.data, "-U", NAME, "-A", "trust"]
            said = ["-E", "UTF8", "--no-locale", *options]
            self.run([*initdb, *said], stdout=subprocess.DEVNULL)
        self.start()

    @property
    def url(self):
        return f"postgresql://{NAME}@127.0.0.1:{self.port}/{NAME}"

    def run(self, command, **options):
        subprocess.run(command, check=True, cwd=self.folder, user=self.user, **options)

    def start(self):
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": "",
        }
        options = [f"--{name}={value}" for name, value in settings.items()]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [binaries() / "postgres", "-D", self.data, *options],
                cwd=self.folder,
                user=self.user,
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + START_S
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((self.folder / "log").read_text())
            time.sleep(0.05)

    def answers(self):
        try:
            with psycopg.connect(self.url, connect_timeout=5):
                return True
        except psycopg.OperationalError:
            return False

    def stop_at_once(self):
        """Stop as `pg_ctl stop -m immediate` does: no checkpoint, no goodbye."""
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(START_S)

    def close(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(START_S)
        shutil.rmtree(self.folder)

    def execute(self, *statements):
        with psycopg.connect(self.url, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)

    def configure(self, name, value):
        """Change a setting of the running server, and wait until it holds."""
        self.execute(f"ALTER SYSTEM SET {name} = {value}", "SELECT pg_reload_conf()")
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline:
            with psycopg.connect(self.url) as connection:
                if connection.execute(f"SHOW {name}").fetchone() == (value,):
                    return
            time.sleep(0.02)
        raise RuntimeError(f"{name} is not {value}")

    def schema_url(self, schema):
        """Return the address of a schema of its own, which is made here."""
        self.execute(f"CREATE SCHEMA {schema}")
        return f"{self.url}?options=-csearch_path%3D{schema},public"


def new_server(*options):
    """Return a server of its own, to be stopped by the caller."""
    if binaries() is None:
        missing("no PostgreSQL server under /usr/lib/postgresql")
    started = Server(*options)
    started.execute("CREATE EXTENSION postgis")
    return started


@functools.cache
def server():
    """Return the one server of the run; it ends with the run."""
    started = new_server()
    atexit.register(started.close)
    return started


_numbers = count(1)


def fresh_url():
    """Return the address of an empty schema."""
    return server().schema_url(f"store_{next(_numbers)}")


def make_store(now, store_id=None):
    """Return an empty store, as the contract suite asks for it."""
    url = fresh_url()
    create_postgis(url, store_id=store_id)
    return PostgisStore(url, now=now)


@contextmanager
def services():
    """Give a function that opens a new store as a service, for the benchmarks."""

    def make():
        url = fresh_url()
        create_store(url).close()
        return open_store(url, is_service=True)

    yield make
