"""What workers have in common is there before they are forked, and lies still."""

import subprocess
import sys

from api.server import GROUND

SCRIPT = f"""
import gc, sys
import {GROUND}
print(gc.get_freeze_count() > 100_000, "api.app" in sys.modules, gc.isenabled())
from gis.index.kernels import locate_point
print(len(locate_point.signatures))
"""


def test_ground_is_imported_compiled_and_frozen() -> None:
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True
    )
    assert run.stdout.split() == ["True", "True", "True", "1"]
