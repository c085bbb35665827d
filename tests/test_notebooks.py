"""Every notebook runs to the end and is committed without outputs."""

import ast
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

OF_OTHERS = {"folium", "geopandas", "numpy", "pandas", "pyproj", "shapely"}
"""What a notebook may import beside `gis`, `layers` and the standard library."""
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


def imports(source):
    """Every module that a cell imports; lines for a shell are left out."""
    lines = [line for line in source.splitlines() if not line.startswith(("!", "%"))]
    for node in ast.walk(ast.parse("\n".join(lines))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield str(node.module)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_notebook_imports_from_the_two_lower_floors_alone(path):
    cells = nbformat.read(path, as_version=4).cells
    modules = [
        name for c in cells if c.cell_type == "code" for name in imports(c.source)
    ]
    floors = {name.partition(".")[0] for name in modules}
    assert floors & {"gis", "layers"}
    others = floors - {"gis", "layers"} - set(sys.stdlib_module_names)
    assert others - OF_OTHERS == set()


def test_import_from_the_service_would_be_seen():
    source = "!pagoda init\nfrom api.service import demo\nimport api.app as app"
    assert list(imports(source)) == ["api.service", "api.app"]
