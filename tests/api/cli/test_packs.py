"""`pagoda packs`: files are checked by line, kinds are printed as a table."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from layers.packs.scenario_files import use_packs
from support.makers.pack_texts import TEXT


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The town's directory of the environment; the process forgets it afterwards."""
    monkeypatch.setenv("PAGODA_PACKS", str(tmp_path))
    yield tmp_path
    use_packs(None)


def test_sound_and_broken_files(pagoda: Callable, tmp_path: Path) -> None:
    sound, broken = tmp_path / "kites.toml", tmp_path / "broken.toml"
    sound.write_text(TEXT, "utf8")
    broken.write_text(f"{TEXT}colour = 1\n", "utf8")
    answer = pagoda("packs", "check", sound)
    assert (answer.code, answer.out) == (0, "1 file is sound.\n")
    answer = pagoda("packs", "check", sound, broken)
    assert answer.code == 1
    assert "broken.toml', line 25: has the key 'colour'" in answer.out
    assert answer.out.count("\n") == 1


def test_table_has_the_packs_of_the_directory(
    pagoda: Callable, directory: Path, sample_store_url: str
) -> None:
    (directory / "kites.toml").write_text(TEXT, "utf8")
    answer = pagoda("packs", "table", "--store", sample_store_url)
    assert answer.code == 0
    lines = answer.out.splitlines()
    assert len(lines) == 43
    assert lines[-1] == (
        "kite,风筝挂线,Kite on a line,kites,service,hazard,livelihood,"
        "power_supply;urban_management"
    )


def test_directory_that_is_none_or_broken_stops_every_command(
    pagoda: Callable, directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (directory / "kites.toml").write_text("pack = 1", "utf8")
    answer = pagoda("versions")
    assert answer.code == 2
    assert "kites.toml', line 1: " in answer.err
    monkeypatch.setenv("PAGODA_PACKS", str(directory / "none"))
    answer = pagoda("versions")
    assert answer.code == 2
    assert answer.err.startswith("Setting PAGODA_PACKS is ")
    assert "expected a directory" in answer.err
