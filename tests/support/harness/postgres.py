"""A private PostgreSQL with PostGIS for the tests: own folder, own port, own end."""

import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from conftest import ROOT, missing
from layers.stores import create_store, open_store
from layers.stores.postgis import PostgisStore, create_postgis
from support.harness.ports import free_port

NAME = "postgres"
START_S = 60
ROLES = ("owner", "service", "reader")
DEPLOYED = ROOT / "deploy" / "postgresql"


LIBRARY = Path("/usr/lib/postgresql")
SHARE = Path("/usr/share/postgresql")

# outlives whoever started the server, however that ends: its input closes then
KEEPER = 'cat; "$1" stop -s -D "$2/data" -m immediate; rm -rf "$2"'


def binaries(library=LIBRARY):
    """Return the folders of the servers that are installed, the newest first."""
    found = {path.parent for path in library.glob("*/bin/postgres")}
    return sorted(found, key=lambda folder: float(folder.parent.name), reverse=True)


def postgis_binaries(library=LIBRARY, share=SHARE):
    """Return the folder of the newest server that has PostGIS, or None."""
    for folder in binaries(library):
        if (share / folder.parent.name / "extension" / "postgis.control").is_file():
            return folder
    return None


def lacking(library=LIBRARY, share=SHARE):
    """Return what keeps a PostgreSQL with PostGIS from being started, or None."""
    found = binaries(library)
    if not found:
        return f"no PostgreSQL server under {library}"
    if postgis_binaries(library, share) is None:
        version = found[0].parent.name
        return f"no PostGIS for PostgreSQL {version} under {share}"
    if os.geteuid() == 0 and NAME not in {user.pw_name for user in pwd.getpwall()}:
        return f"no user {NAME}, and root may not run a server"
    return None


def filled(name, schema, roles):
    """Return a file of SQL for operators as `psql` sends it."""
    values = {"schema": schema, "DBNAME": NAME, **roles}
    text = (DEPLOYED / name).read_text(encoding="utf-8")
    return re.sub(r':"(\w+)"', lambda match: f'"{values[match[1]]}"', text)


class Server:
    """A server on loopback that runs until `close`; `start` runs it again.

    It is empty, or the standby of another server; `options` are of `initdb`.
    Should this process end without `close`, the server is stopped all the same.
    """

    def __init__(self, *options, primary=None):
        self.binaries = postgis_binaries()
        self.folder = Path(tempfile.mkdtemp(prefix="pagoda-postgres-"))
        self.data = self.folder / "data"
        self.user = NAME if os.geteuid() == 0 else None
        self.process = self.keeper = None
        self._schemas = count(1)
        try:
            self._make(options, primary)
            self.start()
        except BaseException:
            self.close()
            raise

    def _make(self, options, primary):
        if self.user:
            shutil.chown(self.folder, self.user)
        self.keeper = subprocess.Popen(
            ["sh", "-c", KEEPER, "keeper", self.binaries / "pg_ctl", self.folder],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            user=self.user,
            start_new_session=True,  # Ctrl-C of a terminal reaches its owner alone
        )
        self.port = free_port()
        if primary:
            copy = [self.binaries / "pg_basebackup", "-D", self.data, "-R"]
            self.run([*copy, "-c", "fast", "-d", primary.url])
        else:
            initdb = [self.binaries / "initdb", "-D", self.data, "-U", NAME]
            said = ["-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync", *options]
            self.run([*initdb, *said], stdout=subprocess.DEVNULL)

    @property
    def url(self):
        return self.url_of(NAME)

    def url_of(self, role):
        """Return the address of the database for a role."""
        return f"postgresql://{role}@127.0.0.1:{self.port}/{NAME}"

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
                [self.binaries / "postgres", "-D", self.data, *options],
                cwd=self.folder,
                user=self.user,
                stdout=log,
                stderr=log,
                start_new_session=True,
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
        """Stop the server at once, however far it came, and remove its folder."""
        try:
            if self.process is not None and self.process.poll() is None:
                self.stop_at_once()
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)
            if self.keeper is not None:
                self.keeper.stdin.close()
                self.keeper.wait()

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

    def fresh_url(self):
        """Return the address of a schema of its own, which is made here."""
        schema = f"store_{next(self._schemas)}"
        self.execute(f"CREATE SCHEMA {schema}")
        return f"{self.url}?options=-csearch_path%3D{schema},public"

    def make_store(self, now, store_id=None):
        """Return an empty store, as the contract suite asks for it.

        Its owner makes it, and the role of a service has it open.
        """
        urls = self.town_urls()
        create_postgis(urls["owner"], store_id=store_id)
        self.grant(urls)
        return PostgisStore(urls["service"], now=now)

    def town_urls(self):
        """Return the addresses of a fresh schema by role, as operators make them."""
        schema = f"town_{next(self._schemas)}"
        roles = {name: f"{schema}_{name}" for name in ROLES}
        self.execute(filled("roles.sql", schema, roles))
        return {name: self.url_of(role) for name, role in roles.items()}

    def grant(self, urls):
        """Let the roles of a schema do what they may, as its owner."""
        roles = {name: urlsplit(url).username for name, url in urls.items()}
        schema = roles["owner"].removesuffix("_owner")
        with psycopg.connect(urls["owner"]) as connection:
            connection.execute(filled("grants.sql", schema, roles))


def new_server(*options):
    """Return a server with PostGIS of its own, to be closed by the caller."""
    if reason := lacking():
        missing(reason)
    started = Server(*options)
    try:
        started.execute("CREATE EXTENSION postgis")
    except BaseException:
        started.close()
        raise
    return started


@contextmanager
def services():
    """Give a function that opens a new store as a service, for the benchmarks."""
    with closing(new_server()) as server:

        def make():
            url = server.fresh_url()
            create_store(url).close()
            return open_store(url, is_service=True)

        yield make
