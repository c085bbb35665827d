"""The units of systemd and their settings, as systemd and the service read them."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from api.server import END_S
from api.settings import Settings, read_settings, require_keys
from api.streams import MOST_STREAMS
from conftest import ROOT, missing
from gis.errors import SettingError

UNITS = ROOT / "deploy" / "systemd"
NAMES = sorted(path.name for path in UNITS.glob("pagoda*.*") if path.suffix != ".env")
PROGRAM = "/opt/pagoda/bin/pagoda"
MOST_EXPOSED = 20
"""Tenths, as `systemd-analyze security` counts; a service as it comes has 96."""


def analyzer():
    """The program; it asks no running systemd."""
    return shutil.which("systemd-analyze") or missing("no systemd-analyze")


def values_of(text, name):
    return re.findall(rf"^{name}=(.*)$", text, re.MULTILINE)


@pytest.fixture
def units(tmp_path):
    """The units, whose program is one that there is."""
    program = shutil.which("true")
    for name in NAMES:
        text = (UNITS / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(text.replace(PROGRAM, program), encoding="utf-8")
    return [str(tmp_path / name) for name in NAMES]


def run(*command):
    return subprocess.run(command, check=False, capture_output=True, text=True)


def test_systemd_takes_every_unit_without_a_word(units):
    assert len(units) == 3
    answer = run(analyzer(), "verify", "--man=no", *units)
    assert (answer.returncode, answer.stdout, answer.stderr) == (0, "", "")


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("ProtectSystem=", "ProtectSystm="), ("ExecStart=/", "ExecStart=/no/such/")],
)
def test_a_fault_in_a_unit_would_be_said(units, right, wrong):
    unit = Path(units[0])
    text = unit.read_text(encoding="utf-8")
    unit.write_text(text.replace(right, wrong), encoding="utf-8")
    answer = run(analyzer(), "verify", "--man=no", *units)
    assert wrong.strip("=").rpartition("=")[2] in answer.stderr


def test_the_units_are_shut_off_from_the_machine(units):
    services = [path for path in units if path.endswith(".service")]
    options = ("--offline=yes", "--no-pager", f"--threshold={MOST_EXPOSED}")
    answer = run(analyzer(), "security", *options, *services)
    assert answer.returncode == 0, answer.stdout
    assert answer.stdout.count("Overall exposure level") == 2


def test_the_service_has_the_time_and_the_files_that_it_needs():
    text = (UNITS / "pagoda.service").read_text(encoding="utf-8")
    [stop_s] = values_of(text, "TimeoutStopSec")
    [files] = values_of(text, "LimitNOFILE")
    # a socket for nginx or a browser, and one to the database at the most
    assert int(stop_s) > END_S + 1
    assert int(files) > 2 * (MOST_STREAMS + Settings().max_in_flight)


def test_every_command_of_the_units_and_of_the_guides_is_one_of_ours():
    texts = [path.read_text(encoding="utf-8") for path in UNITS.parent.rglob("*.*")]
    commands = {
        command
        for text in texts
        for command in re.findall(r"bin/pagoda ([a-z]+(?: [a-z]+)?)", text)
    }
    assert {"serve", "init", "key new"} <= commands
    for command in commands:
        words = command.split()
        answer = run(sys.executable, "-m", "api", *words, "--help")
        assert answer.returncode == 0, f"pagoda {command}"


def test_the_settings_of_the_example_are_settings(monkeypatch):
    text = (UNITS / "pagoda.env").read_text(encoding="utf-8")
    pairs = re.findall(r"^#?([A-Z_]+)=(.*)$", text, re.MULTILINE)
    fields = {f"PAGODA_{name.upper()}" for name in Settings.model_fields}
    assert {name for name, _ in pairs} - fields == {"PGPASSFILE"}
    for name, value in re.findall(r"^(PAGODA_[A-Z_]+)=(.*)$", text, re.MULTILINE):
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingError, match="PAGODA_SERVICE_KEY"):
        read_settings()
    monkeypatch.setenv("PAGODA_SERVICE_KEY", "s" * 32)
    settings = read_settings()
    assert (settings.root_path, settings.proxies) == ("/pagoda", "127.0.0.1")
    require_keys(settings, has_keys=True)
