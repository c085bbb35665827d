"""A password among the arguments is not what others see of a process."""

import subprocess
import sys
from pathlib import Path

import pytest

SECRET = "s3cret/with@signs"  # noqa: S105  of no database
SCRIPT = """
import sys
from pathlib import Path
from api.cli.arguments import hide_passwords
hide_passwords()
print(sys.argv[1:], Path("/proc/self/cmdline").read_text(), sep="\\n")
"""

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/cmdline").exists(), reason="needs /proc of Linux"
)


def lines_of(*arguments: str) -> tuple[str, str]:
    """What a process has as arguments, and what others see of them."""
    command = [sys.executable, "-c", SCRIPT, *arguments]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    own, _, public = run.stdout.partition("\n")
    return own, public.rstrip("\n")


@pytest.mark.parametrize(
    "address",
    [
        f"postgresql://town:{SECRET}@db:5432/pagoda",
        f"--store=postgres://town:{SECRET}@db/pagoda",
        f"postgresql://db/pagoda?user=town&password={SECRET}",
        f"postgresql://db/pagoda?sslpassword={SECRET}",
        f"host=db password={SECRET}",
    ],
)
def test_password_is_kept_from_other_processes(address: str) -> None:
    own, public = lines_of("serve", address, "--port", "8000")
    assert SECRET in own
    assert SECRET not in public
    assert "serve" in public
    assert public.rstrip("\0").endswith("--port\x008000")


def test_other_arguments_stay_as_they_are() -> None:
    arguments = ("assign", "--events", "a@b:c.csv", "https://town.example/pagoda")
    own, public = lines_of(*arguments)
    assert own == str(list(arguments))
    assert public.rstrip("\0").endswith("\0".join(arguments))
