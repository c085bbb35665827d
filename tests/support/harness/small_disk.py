"""Copies that meet a full disk: run as a script inside a small one."""

import json
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from api.service.stores.backup import backup_store
from api.service.stores.export import export_store
from gis.errors import StoreError
from layers.stores import open_store


def exports_on_a_full_disk(url, folder):
    """Export a store to a disk without room; print what was said and what is left."""
    Path(folder, "ballast").write_bytes(bytes(900_000))
    said = []
    with closing(open_store(url)) as store:
        for name in ("new/deep/copy", "copy.gpkg"):
            try:
                export_store(store, Path(folder) / name)
            except StoreError as error:
                said.append(str(error))
    left = sorted(str(path.relative_to(folder)) for path in Path(folder).rglob("*"))
    print(json.dumps({"said": said, "left": left}))


def backups_on_a_full_disk(url, folder):
    """Back a store up until there is no room; print as above."""
    said, copies = [], 0
    with closing(open_store(url)) as store:
        while not said:
            try:
                backup_store(store, Path(folder), None, None)
                copies += 1
            except StoreError as error:
                said.append(str(error))
    left = sorted(path.name for path in Path(folder).iterdir())
    print(json.dumps({"said": said, "left": left, "copies": copies}))


def on_a_small_disk(act, size, url, disk):
    """Run an act of this script on a disk of a size at a folder; what it printed."""
    from conftest import missing  # noqa: PLC0415  the script runs without it

    disk.mkdir()
    mount = f"mount -t tmpfs -o size={size} tmpfs {disk}"
    inside = ["unshare", "-rm", "sh", "-c"]
    if subprocess.run([*inside, mount], capture_output=True, check=False).returncode:
        missing("no user name spaces to mount a small disk in")
    script = f"{mount} && exec {sys.executable} {__file__} {act} {url} {disk}"
    run = subprocess.run([*inside, script], capture_output=True, text=True, check=True)
    return json.loads(run.stdout)


if __name__ == "__main__":
    acts = {"exports": exports_on_a_full_disk, "backups": backups_on_a_full_disk}
    acts[sys.argv[1]](*sys.argv[2:])
