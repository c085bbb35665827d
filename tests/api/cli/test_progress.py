"""A bar is seen on a terminal once a command takes long, and nothing of it stays."""

import os
import pty
import re
import subprocess
import sys
import threading

import click
import pytest

from api.cli import progress
from api.cli.commands import Commands, cli
from api.cli.output import Outlet, tell_stage
from api.cli.progress import CELLS, Bar
from conftest import ROOT
from gis.sentences import sentence

AT_ONCE = "import api.cli.progress as p; p.DELAY = p.PERIOD = 0.01; "
CHECK = ("packs", "check", str(ROOT / "layers" / "packs" / "scenarios" / "market.toml"))
COMMAND = f"{AT_ONCE} from api.cli import main; main()"


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What bars write, on a terminal of 80 columns; no thread draws."""
    texts: list[str] = []
    monkeypatch.setattr(progress, "_write", texts.append)
    monkeypatch.setattr(progress, "_is_terminal", lambda: True)
    monkeypatch.setattr(Bar, "run", lambda bar: None)
    monkeypatch.setenv("COLUMNS", "80")
    return texts


def seen(texts: list[str]) -> str:
    """What stands in the line of a terminal after some texts."""
    line: list[str] = []
    at = 0
    for sign in "".join(texts):
        if sign == "\r":
            at = 0
        else:
            line[at : at + 1] = [sign]
            at += 1
    return "".join(line).rstrip()


def bar_of(texts: list[str]) -> Bar:
    return Bar("check", texts.append)


def test_bar_says_what_runs_how_long_and_how_far_it_is() -> None:
    texts: list[str] = []
    bar = bar_of(texts)
    bar.plan(("one", "two", "three", "four"))
    for number, stage in enumerate(("one", "two", "three", "four")):
        bar.tell(stage)
        bar.draw(number + 0.7)
        done = CELLS * number // 4
        cells = "#" * done + "-" * (CELLS - done)
        assert seen(texts) == f"[{cells}] {stage}  {number + 1} s"


def test_bar_without_stages_moves() -> None:
    texts: list[str] = []
    bar = bar_of(texts)
    looks = set()
    for tick in range(40):
        bar.draw(tick * 0.2)
        looks.add(seen(texts)[: CELLS + 2])
    assert len(looks) == CELLS - progress.MOVING + 1
    assert {look.count("#") for look in looks} == {progress.MOVING}


def test_shorter_text_leaves_nothing_of_a_longer_one_and_clearing_nothing() -> None:
    texts: list[str] = []
    bar = bar_of(texts)
    bar.tell("a long name of a stage")
    bar.draw(1)
    bar.tell("short")
    bar.draw(2)
    assert seen(texts).endswith("] short  2 s")
    bar.clear()
    assert seen(texts) == ""
    bar.clear()
    assert len(texts) == 3


@pytest.mark.parametrize("stage", ["x" * 99, "网" * 99], ids=["latin", "chinese"])
def test_line_never_reaches_the_end_of_the_terminal(
    monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    texts: list[str] = []
    bar = bar_of(texts)
    bar.tell(stage)
    bar.draw(1)
    assert 36 < sum(1 + (sign == "网") for sign in texts[0].strip("\r")) < 40


def test_nothing_is_drawn_once_it_ended() -> None:
    texts: list[str] = []
    bar = bar_of(texts)
    bar.end()
    bar.draw(9)
    bar.run()
    assert texts == []


def test_stages_go_to_the_bar_of_the_command(drawn: list[str]) -> None:
    with progress.shown("report"):
        [bar] = progress._bars
        bar.draw(1)
        assert "report" in seen(drawn)
        with progress.progress(("one", "two")) as at:
            at("two")
            bar.draw(2)
        assert seen(drawn) == f"[{'#' * 10}{'-' * 10}] two  2 s"
        progress.tell("three")
        bar.draw(3)
        assert "three" in seen(drawn)
    assert seen(drawn) == ""
    assert progress._bars == []


def test_bar_of_a_command_that_fails_goes_too(drawn: list[str]) -> None:
    def fail() -> None:
        with progress.shown("report"):
            progress._bars[0].draw(1)
            raise ValueError("bad")

    with pytest.raises(ValueError, match="bad"):
        fail()
    assert (seen(drawn), progress._bars) == ("", [])


def test_who_waits_for_somebody_has_no_bar(drawn: list[str]) -> None:
    with progress.shown("serve"):
        progress._bars[0].draw(1)
        progress.end()
        progress._bars[0].draw(2)
        assert seen(drawn) == ""


def test_printing_takes_the_bar_away_first(drawn: list[str]) -> None:
    reader, writer = os.pipe()
    with progress.shown("report"), Outlet(writer, "wb") as outlet:
        progress._bars[0].draw(1)
        outlet.write(b"line\n")
        assert seen(drawn) == ""
    assert os.read(reader, 9) == b"line\n"
    os.close(reader)


def test_stage_that_is_printed_is_shown_too(
    drawn: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with progress.shown("init"):
        tell_stage(sentence("making the town"))
        progress._bars[0].draw(1)
        assert "making the town" in seen(drawn)


def test_without_a_terminal_nothing_is_shown(
    capsys: pytest.CaptureFixture[str],
) -> None:
    before = threading.active_count()
    with progress.shown("report"), progress.progress(("one",)) as at:
        at("one")
        assert progress._bars == []
        assert threading.active_count() == before
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("name", sorted(cli.commands))
def test_every_command_shows_that_it_runs(drawn: list[str], name: str) -> None:
    assert isinstance(cli, Commands)
    command = cli.commands[name]
    parts = sorted(getattr(command, "commands", ())) or [None]
    for part in parts:
        words = [name, *filter(None, [part]), "--out"]
        with click.Context(cli, info_name="pagoda") as context:
            cli.resolve_command(context, words)
            progress._bars[0].draw(1)
            assert seen(drawn).endswith(f"] {' '.join(words[:-1])}  1 s")
        assert progress._bars == []


def test_command_on_a_terminal_shows_its_bar_and_leaves_its_lines_alone() -> None:
    ours, theirs = pty.openpty()
    run = subprocess.Popen(
        [sys.executable, "-c", COMMAND, *CHECK],
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "80"},
    )
    os.close(theirs)
    text = b""
    while True:
        try:
            part = os.read(ours, 1 << 16)
        except OSError:  # Linux ends so
            break
        if not part:
            break
        text += part
    os.close(ours)
    code = run.wait()
    assert re.search(rb"\r\[[#-]{20}\] packs check  \d s", text)
    piped = subprocess.run(
        [sys.executable, "-m", "api", *CHECK],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
    )
    # a shipped pack may not come a second time, and lines say so
    assert (piped.returncode, piped.stderr) == (code, b"") == (1, b"")
    # every line of the answer stands alone, the bar before it wiped out
    lines = [seen([line]) for line in text.decode().split("\r\n")]
    assert [line for line in lines if line] == [
        line.rstrip() for line in piped.stdout.decode().splitlines() if line.strip()
    ]
