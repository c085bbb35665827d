"""The gazetteer: places of the registers by name, id, address and distance."""

from layers.gazetteer.folding import fold, fold_many
from layers.gazetteer.name_index import LEAST, MOST, NameIndex
from layers.gazetteer.places import Entry, PlaceRegister, read_places

__all__ = [
    "LEAST",
    "MOST",
    "Entry",
    "NameIndex",
    "PlaceRegister",
    "fold",
    "fold_many",
    "read_places",
]
