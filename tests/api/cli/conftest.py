"""Three grids as files, and a store with them for the commands."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from support.makers import broken_files as broken
from support.makers.three_grids import KEY, PERSONS, SINCE, three_grids


@pytest.fixture
def grids(tmp_path: Path) -> Path:
    """Three squares."""
    return broken.grids_geojson(tmp_path / "grids.geojson")


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Three grids under one circle, with posts, duties, enterprises and events."""
    return three_grids(tmp_path)


@pytest.fixture
def on(
    pagoda: Callable, files: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable]:
    """Run `pagoda` in the folder, on a store with the grids and circles."""
    monkeypatch.chdir(files)
    monkeypatch.setenv("PAGODA_AUDIT_KEY", KEY)
    assert pagoda("init").code == 0
    grids = ("load", "grids", "grids.geojson", "--id", "code", *SINCE, *PERSONS)
    answer = pagoda(*grids, "--circles", "circles.csv")
    assert answer.code == 0, answer.err
    return pagoda


@pytest.fixture
def full(on: Callable) -> Callable:
    """The same with every other layer loaded."""
    for layer in ("posts", "duties", "enterprises"):
        more = () if layer == "duties" else SINCE
        more += ("--source", "register") if layer == "enterprises" else ()
        answer = on("load", layer, f"{layer}.csv", *more)
        assert answer.code == 0, answer.err
    assert on("load", "events", "events.csv").code == 0
    return on
