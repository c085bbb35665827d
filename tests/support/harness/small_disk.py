"""An export that meets a full disk: run as a script inside a small one."""

import json
import sys
from contextlib import closing
from pathlib import Path

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


if __name__ == "__main__":
    exports_on_a_full_disk(*sys.argv[1:])
