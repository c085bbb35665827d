"""A command speaks the language of who calls it."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from api.cli.speech import echo

ROOT = Path(__file__).parents[3]
GRIDS = ROOT / "sample_geodata" / "s_town" / "grids.geojson"
HAN = re.compile(r"[\u4e00-\u9fff]")


def pagoda(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "api", *map(str, arguments)],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_help_is_in_chinese() -> None:
    run = pagoda("assign", "--help", PAGODA_LANG="zh")
    assert run.returncode == 0
    for line in run.stdout.splitlines():
        if line.startswith("  --"):
            # an option whose help stands on the next line has none here
            about = re.split(r"  +", line.strip(), maxsplit=1)[1:]
            assert not about or HAN.search(about[0]) or about[0].startswith("."), line


def test_a_certificate_and_its_notice_are_in_chinese() -> None:
    run = pagoda("check", "--grids", GRIDS, "--id", "grid_id", PAGODA_LANG="zh")
    assert run.returncode == 0
    lines = [*run.stdout.splitlines(), *run.stderr.splitlines()]
    assert len(lines) > 4
    for line in lines:
        assert HAN.search(line), line


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("check", "--id", "x"), "缺少选项 '--grids'；请查看 `pagoda --help`。"),
        (("events", "--on", "2026-33-44"), "'2026-33-44' 不是日期"),
        (("check", "--grids", "no.geojson", "--id", "x"), "'no.geojson'"),
        (("events", "--to", "2026-01-01", "--from", "2026-02-01"), "早于"),
    ],
)
def test_a_refusal_is_one_sentence_in_chinese(
    arguments: tuple[str, ...], text: str, tmp_path: Path
) -> None:
    run = pagoda(*arguments, PAGODA_LANG="zh", PAGODA_STORE=f"{tmp_path}/s.gpkg")
    assert (run.returncode, run.stdout) == (2, "")
    assert text in run.stderr
    assert HAN.search(run.stderr)
    assert run.stderr.count("\n") == 1
    assert run.stderr.endswith("。\n")


def test_a_language_that_is_none_is_refused() -> None:
    run = pagoda("demo", "--help", PAGODA_LANG="de")
    assert run.returncode == 2
    assert run.stderr == (
        "Setting PAGODA_LANG is 'de', expected en or zh; correct it, or leave it out "
        "for the language of the system.\n"
    )


def test_a_line_ends_where_its_words_do(capsys: pytest.CaptureFixture[str]) -> None:
    echo("  green  E1  due        ", "a\tb", err=True)
    assert capsys.readouterr().err == "  green  E1  due\na\tb\n"
