"""What every worker has in common: imported, loaded and left alone before they fork.

Imported by the process that workers are forked from, and by nothing else.
"""

import gc

from api.app import create_app
from gis.index import warm_up
from layers.stores import postgis

__all__ = ["create_app", "postgis"]

warm_up()
# a collection of a worker would write to each object, and copy its page
gc.collect()
gc.freeze()
