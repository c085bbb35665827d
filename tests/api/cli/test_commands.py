"""A command that cannot be run is one sentence and exit 2."""

import gc
import subprocess
import sys
from collections.abc import Callable

import pytest

from api.cli.commands import RARELY
from support.harness.answers import assert_one_sentence


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "Missing command"),
        (("asign",), "No such command 'asign'"),
        (("assign",), "Missing option '--grids'"),
        (("check", "--grids"), "requires an argument"),
        (("serve", "--port", "99999"), "99999 is not in the range"),
        (("serve", "--host", "0.0.0.0"), "no authentication is configured"),  # noqa: S104
        (("serve", "--host", "example.org"), "no authentication is configured"),
    ],
    ids=["bare", "typo", "no_options", "no_value", "port", "every_host", "name"],
)
def test_a_wrong_command_is_one_sentence_and_2(
    pagoda: Callable, arguments: tuple[str, ...], words: str
) -> None:
    answer = pagoda(*arguments)
    assert (answer.code, answer.out) == (2, "")
    assert_one_sentence(answer.err)
    assert words in answer.err


def test_a_setting_that_cannot_be_read_is_one_sentence_and_2(
    pagoda: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAGODA_PORT", "abc")
    answer = pagoda("serve")
    assert (answer.code, answer.out) == (2, "")
    assert_one_sentence(answer.err)
    assert answer.err.startswith("Setting PAGODA_PORT is 'abc': ")


HEAVY = {"fastapi", "folium", "geopandas", "numba", "numpy", "pandas", "typst"}
HELP_OF_ALL = """
import sys
from api.cli.commands import cli

def ask(*words):
    cli.main([*words, "--help"], prog_name="pagoda", standalone_mode=False)

ask()
for name, command in cli.commands.items():
    ask(name)
    for sub in getattr(command, "commands", ()):
        ask(name, sub)
print(*sys.modules, file=sys.stderr)
"""


def test_help_of_every_command_imports_nothing_heavy() -> None:
    run = subprocess.run(
        [sys.executable, "-c", HELP_OF_ALL], capture_output=True, text=True, check=True
    )
    assert "Usage: pagoda load events" in run.stdout
    assert HEAVY & set(run.stderr.split()) == set()


def test_a_command_looks_for_cycles_rarely_and_a_service_as_usual(
    pagoda: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual, limits = gc.get_threshold(), []
    set_threshold = gc.set_threshold

    def note(*numbers: int) -> None:
        limits.append(numbers)
        set_threshold(*numbers)

    monkeypatch.setattr(gc, "set_threshold", note)
    assert pagoda("--version").code == 0
    assert limits == [RARELY, usual]
    limits.clear()
    monkeypatch.setenv("PAGODA_PORT", "abc")
    assert pagoda("serve").code == 2
    assert limits == [RARELY, usual, usual]
    assert gc.get_threshold() == usual
