"""A command that reads long files takes little memory, and answers as before."""

import subprocess
import sys

ASKED = """
import sys
from api.cli.process import spare_memory
spare_memory()
import pyarrow as pa
import scipy.linalg
from gis.index import GridIndex, warm_up
import shapely
warm_up()
index = GridIndex.build(["a"], [shapely.box(0, 0, 1, 1)])
print(pa.default_memory_pool().backend_name, index.locate(0.5, 0.5))
print(scipy.linalg.norm([3.0, 4.0]))
"""


def run_python(text: str) -> list[str]:
    run = subprocess.run(
        [sys.executable, "-c", text], capture_output=True, text=True, check=True
    )
    return run.stdout.splitlines()


def test_kernels_answer_and_scipy_can_be_imported_later():
    assert run_python(ASKED) == ["system 0", "5.0"]


def test_kernels_leave_scipy_unread():
    text = ASKED.replace("import scipy.linalg\n", "").replace(
        "scipy.linalg.norm([3.0, 4.0])", "'scipy.linalg' in sys.modules"
    )
    assert run_python(text) == ["system 0", "False"]


LEAN = """
import atexit, gc, os, sys
# what is registered first is called last
atexit.register(lambda: print(gc.get_freeze_count() > 0))
from api.cli.process import start_lean
start_lean()
print(os.environ["OPENBLAS_NUM_THREADS"], "numpy" in sys.modules)
"""


def test_a_command_ends_without_a_look_at_its_objects_and_starts_one_thread():
    assert run_python(LEAN) == ["1 False", "True"]


def test_the_command_itself_loads_no_numpy_before_it_says_so():
    text = "import api.cli.commands, sys; print('numpy' in sys.modules)"
    assert run_python(text) == ["False"]
