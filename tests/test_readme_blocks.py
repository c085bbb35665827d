"""Every block of the READMEs runs as it stands, in order, as a newcomer runs it.

It is walked in Chinese, by who reads nothing else; both READMEs have the same blocks.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from support.harness.ports import free_port
from support.harness.program import program

ROOT = Path(__file__).parents[1]
SERVE = "pagoda serve --port 8000"


def blocks(name):
    """Language and text of every block; both READMEs have the same."""
    text = (ROOT / name).read_text(encoding="utf-8")
    return re.findall(r"^```(\w+)\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE)


@pytest.fixture
def clone(tmp_path):
    """A fresh folder with what a clone and `make setup` give."""
    shutil.copytree(ROOT / "sample_geodata", tmp_path / "sample_geodata")
    programs = tmp_path / ".venv" / "bin"
    programs.mkdir(parents=True)
    python = programs / "python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    with program(programs / "pagoda", environment()):
        yield tmp_path


def environment():
    """What a shell of a newcomer has, with the modules of this folder."""
    hidden = {name for name in os.environ if name.startswith("PAGODA_")}
    env = {k: v for k, v in os.environ.items() if k not in hidden}
    return env | {"PYTHONPATH": str(ROOT)}


def script_of(name, port):
    """All blocks as one script that says each line and stops at the first failure."""
    lines = ["set -e"]
    for language, text in blocks(name):
        body = text.replace("localhost:8000", f"localhost:{port}")
        if language == "python":
            lines.append(f"python - <<'END'\n{body}END")
            continue
        for line in filter(None, body.splitlines()):
            if line.startswith("make "):  # makes .venv, and runs these tests
                continue
            lines.append(f"echo 'LINE {len(lines)}' >&2; {served(line, port)}")
    return "\n".join([*lines, ""])


def served(line, port):
    """A line for a script: a service runs beside it, a problem is a failure."""
    if line.startswith(SERVE):
        # a newcomer waits until it says that it listens
        wait = f"until curl -sf localhost:{port}/readyz >/dev/null; do sleep 1; done"
        command = line.replace(SERVE, f"pagoda serve --port {port}")
        return f"{command} & service=$!; trap 'kill $service' EXIT; {wait}"
    if line.startswith("curl -s "):
        return line.replace("curl -s ", "curl -sS --fail ", 1)
    return line


# words of English without a Chinese one; not of logs, metrics and tables of figures
ENGLISH = re.compile(r"(?!LINE |[{#]|shapely STRtree).*[A-Za-z]{3,} [A-Za-z]{2,} ")


@pytest.mark.slow
def test_every_block_of_a_readme_runs_in_a_fresh_folder_and_speaks_chinese(clone):
    script = clone / "readme.sh"
    script.write_text(script_of("README.zh-CN.md", free_port()), encoding="utf-8")
    run = subprocess.run(
        ["bash", "readme.sh"],
        cwd=clone,
        env=environment() | {"PAGODA_LANG": "zh"},
        capture_output=True,
        text=True,
        check=False,
    )
    said = run.stdout[-2_000:] + run.stderr[-4_000:]
    assert run.returncode == 0, said
    assert "Traceback" not in run.stderr
    lines = (run.stdout + run.stderr).splitlines()
    english = [line for line in lines if ENGLISH.match(line)]
    assert [line for line in english if not re.search(r"[\u4e00-\u9fff]", line)] == []
    made = {path.name for path in (clone / "out" / "my_town").iterdir()}
    assert {"assigned.csv", "on_duty.csv", "town.gpkg", "own.gpkg", "map.html"} <= made


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_no_shell_block_has_a_question_mark_that_a_shell_would_expand(name):
    for language, text in blocks(name):
        if language == "sh":
            assert "?" not in re.sub(r"\"[^\"]*\"|'[^']*'", "", text)


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_command_is_on_the_path_before_it_is_called(name):
    lines = [line for _, text in blocks(name) for line in text.splitlines()]
    first = next(n for n, line in enumerate(lines) if line.startswith("pagoda "))
    assert any(".venv/bin" in line for line in lines[:first])


def test_both_readmes_have_the_blocks_that_are_run():
    assert blocks("README.md") == blocks("README.zh-CN.md")
    assert len(blocks("README.md")) > 8
