"""The widget answers as its session does, and works in a real JupyterLab."""

import json
import os
import re
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

from gis.editing import Workspace
from layers.editor.widget import GridEditor, widget_module
from support.harness.editor_page import READY
from support.harness.ports import free_port
from support.makers.edited_towns import WESTERN, community_town

ROOT = Path(__file__).parents[3]
ONE, TWO = f"{WESTERN}001", f"{WESTERN}002"
FIRST = """\
from support.makers.edited_towns import community_town
from gis.editing import Workspace
from layers.editor.widget import GridEditor
draft = Workspace(community_town())
GridEditor(draft)"""
# share of the map that is plain black, as where the colours of the page are not known
BLACK = """() => {
  const canvas = document.querySelector(".pagoda-editor canvas");
  const { width, height } = canvas;
  const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
  let count = 0;
  for (let i = 0; i < data.length; i += 4) {
    count += !data[i] && !data[i + 1] && !data[i + 2] && data[i + 3] === 255;
  }
  return count / (data.length / 4);
}"""
SECOND = "print('steps', [o.name for s in draft.steps for o in s.operations])"


def test_a_message_is_answered_with_its_arrays(monkeypatch):
    editor = GridEditor(Workspace(community_town()))
    sent = []
    monkeypatch.setattr(
        editor, "send", lambda answer, arrays: sent.append((answer, arrays))
    )
    editor._handle_custom_msg({"type": "open", "seq": 1}, [])
    [(answer, arrays)] = sent
    assert (answer["type"], answer["seq"], len(arrays)) == ("map", 1, 12)
    merge = {"name": "merge", "grids": [ONE, TWO], "keep": ONE}
    editor._handle_custom_msg({"type": "apply", "seq": 2, "operation": merge}, [])
    assert sent[1][0]["gone"] == [TWO]
    assert TWO not in editor.session.workspace.ids()


def test_the_module_is_one_and_asks_for_nothing():
    module = widget_module()
    assert re.findall(r"^[ \t]*(?:import|export)\b.*", module, re.MULTILINE) == [
        "export function mount(root, { send, onReceive, L, words, lang }) {",
        "export default { render };",
    ]
    assert not re.search(r"https?:\\?/\\?/(?!www\.w3\.org/)", module)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_module_speaks_the_language_of_its_user_first(monkeypatch, language):
    monkeypatch.setenv("PAGODA_LANG", language)
    assert f'lang = "{language}";' in widget_module()


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[str]:
    """A JupyterLab with a notebook of two cells; the address of that."""
    cells = [nbformat.v4.new_code_cell(text) for text in (FIRST, SECOND)]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.write(notebook, tmp_path / "draft.ipynb")
    port = free_port()
    token = secrets.token_hex(16)
    home = tmp_path / "home"
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
        *(f"--port={port}", f"--IdentityProvider.token={token}"),
        *(f"--ServerApp.root_dir={tmp_path}", "--ServerApp.ip=127.0.0.1"),
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.news_url=",
    ]
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")]),
        **{f"JUPYTER_{name}_DIR": str(home / name) for name in ("CONFIG", "RUNTIME")},
        "HOME": str(home),
        "PAGODA_LANG": "zh",
    }
    home.mkdir()
    with (tmp_path / "lab.log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            for _ in range(600):
                with socket.socket() as sock:
                    if sock.connect_ex(("127.0.0.1", port)) == 0:
                        break
                assert process.poll() is None, (tmp_path / "lab.log").read_text()
                time.sleep(0.1)
            yield f"http://127.0.0.1:{port}/lab/tree/draft.ipynb?token={token}"
        finally:
            process.terminate()
            process.wait(30)


def run_first_cell(page):
    """Run the first cell; what is run while the kernel still connects is dropped."""
    prompt = page.locator(".jp-CodeCell .jp-InputPrompt").first
    for _ in range(40):
        page.locator(".jp-Notebook .jp-Cell .cm-content").first.click()
        page.keyboard.press("Shift+Enter")
        page.wait_for_timeout(1000)
        if prompt.inner_text().strip() != "[ ]:":
            return
    raise AssertionError("the kernel runs nothing")


def test_grids_are_merged_in_a_cell_of_jupyterlab(lab, chromium, tmp_path):
    context = chromium.new_context(viewport={"width": 1440, "height": 1000})
    page = context.new_page()
    page.set_default_timeout(60_000)
    requests, errors = [], []
    page.on("request", lambda request: requests.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(lab)
    run_first_cell(page)
    page.locator(".pagoda-editor .leaflet-container").wait_for()
    page.locator(".editor-panel h2").first.wait_for()
    page.locator(".pagoda-editor .leaflet-container").focus()
    page.keyboard.press("m")
    for grid in (ONE, TWO):
        page.keyboard.press("f")
        page.keyboard.type(grid)
        page.keyboard.press("Enter")
    page.wait_for_function(READY)
    page.wait_for_timeout(100)
    page.screenshot(path=tmp_path / "lab.png")
    assert page.evaluate(BLACK) < 0.2
    page.keyboard.press("Enter")
    page.locator(".editor-message.is-done").wait_for()
    page.locator(".jp-Notebook .jp-Cell .cm-content", has_text="steps").click()
    page.keyboard.press("Shift+Enter")
    page.locator(".jp-OutputArea-output", has_text="steps ['merge']").wait_for()
    page.screenshot(path=tmp_path / "merged.png")
    origin = lab.partition("/lab")[0]
    schemes = (origin, origin.replace("http", "ws", 1), "data:", "blob:")
    assert [url for url in requests if not url.startswith(schemes)] == []
    assert errors == []
    context.close()
    assert json.loads((tmp_path / "draft.ipynb").read_text())["cells"]
