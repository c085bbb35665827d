"""Every notebook runs to the end and is committed without outputs."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

WIDGET = "application/vnd.jupyter.widget-view+json"
NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
# the kernel of the notebook runs in another process with its own warnings
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")
def test_notebook_runs_to_the_end(path):
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(
        notebook, timeout=120, resources={"metadata": {"path": str(path.parent)}}
    ).execute()
    last = notebook.cells[-1]["outputs"][0]["data"]
    assert "srcdoc" in last.get("text/html", "") or WIDGET in last


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_notebook_is_committed_without_outputs(path):
    cells = nbformat.read(path, as_version=4).cells
    assert not any(cell.get("outputs") for cell in cells)


def test_there_are_notebooks():
    names = [
        *("01_quickstart.ipynb", "02_edit_grid_boundaries.ipynb"),
        *("03_risk_map.ipynb", "04_crosswalk_and_merge.ipynb"),
    ]
    assert [path.name for path in NOTEBOOKS] == names
