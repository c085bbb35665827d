"""The command in this process, S town as files, and the service in memory."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.cli.commands import main
from api.service.stores.init import init_sample
from api.settings import Settings
from gis.synthetic import Town
from layers.samples import sample_files
from support.harness.answers import LOCAL
from support.harness.keyed import Keyed, keyed_service


@dataclass(frozen=True)
class Answer:
    """What the command left behind."""

    code: int
    out: str
    err: str


Pagoda = Callable[..., Answer]


@pytest.fixture
def pagoda(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Pagoda:
    """Run `pagoda` with arguments in this process."""

    def run(*arguments: object) -> Answer:
        monkeypatch.setattr(sys, "argv", ["pagoda", *map(str, arguments)])
        code = 0
        try:
            main()
        except SystemExit as stop:
            code = int(stop.code or 0)
        return Answer(code, *capsys.readouterr())

    return run


@pytest.fixture(scope="session")
def town(s_town: Town) -> Town:
    """S town, made once."""
    return s_town


@pytest.fixture(scope="session")
def town_files(town: Town, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The layers of S town as files."""
    folder = tmp_path_factory.mktemp("s_town")
    for name, content in sample_files(town).items():
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture(scope="session")
def client() -> Iterator[TestClient]:
    """The service over S town; what fails in it is answered, not raised."""
    app = create_app(Settings(), speed=1e-6)  # the day does not end in a long run
    with TestClient(app, base_url=LOCAL, raise_server_exceptions=False) as served:
        yield served


@pytest.fixture(scope="session")
def keyed() -> Iterator[Keyed]:
    """A service over S town with a key of every role."""
    with keyed_service() as service:
        yield service


@pytest.fixture(scope="session")
def sample_store_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A GeoPackage with all of S town in it; not to be written to."""
    path = str(tmp_path_factory.mktemp("sample") / "s_town.gpkg")
    init_sample(path, "Asia/Shanghai", 1.0, lambda _: None)
    return path
