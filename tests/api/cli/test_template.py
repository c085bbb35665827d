"""`pagoda template`: a file for each layer, which can be loaded at once."""

from collections.abc import Callable
from pathlib import Path

import pytest

from api.cli.template import LAYERS
from layers.files.layer_columns import FILE_LAYERS


def test_every_layer_of_files_has_a_template() -> None:
    assert sorted(LAYERS) == sorted(FILE_LAYERS)


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".gpkg"])
def test_template_is_written_filled_in_and_loaded(
    on: Callable, tmp_path: Path, suffix: str
) -> None:
    path = tmp_path / f"stations{suffix}"
    answer = on("template", "stations", "--out", str(path))
    assert (answer.code, answer.err) == (0, "")
    assert "9 columns of stations and an example" in answer.out
    loaded = on("load", "stations", str(path))
    assert loaded.code == 0, loaded.err
    assert "Row 1 is the example of the template" in loaded.err
    assert loaded.out.startswith("Recorded 0 rows of stations")


def test_unknown_layer_is_one_sentence_with_those_there_are(pagoda: Callable) -> None:
    answer = pagoda("template", "shops", "--out", "a.csv")
    assert (answer.code, answer.err.count("\n")) == (2, 1)
    assert "'enterprises'" in answer.err
