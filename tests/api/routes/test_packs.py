"""Packs over HTTP, and a town's own ones after a start with its directory."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from gis.errors import ScenarioError
from layers.packs.scenario_files import use_packs
from support.harness.answers import LOCAL, get
from support.makers.pack_texts import TEXT


@pytest.fixture
def directory(tmp_path: Path) -> Iterator[Path]:
    """A town's directory with one pack; the process forgets it afterwards."""
    (tmp_path / "kites.toml").write_text(TEXT, "utf8")
    yield tmp_path
    use_packs(None)


def test_every_pack_in_force_is_answered(client: TestClient) -> None:
    answer = get(client, "/packs")
    packs = {pack["pack"]: pack for pack in answer["packs"]}
    assert len(packs) == answer["count"] == 34
    assert packs["dispute"]["kinds"][0]["sensitive"]
    assert packs["bell"]["kinds"][0]["responders"]


def test_a_35th_pack_of_a_directory_is_answered(directory: Path) -> None:
    app = create_app(Settings(packs=directory), speed=1e-6)
    with TestClient(app, base_url=LOCAL) as client:
        answer = get(client, "/packs")
    assert answer["count"] == 35
    assert answer["packs"][-1]["name_zh"] == "风筝"


def test_service_does_not_start_with_a_pack_that_is_wrong(directory: Path) -> None:
    (directory / "more.toml").write_text("pack = 1", "utf8")
    with pytest.raises(ScenarioError, match=r"more\.toml', line 1: "):
        create_app(Settings(packs=directory))
