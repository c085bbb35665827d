"""The gazetteer: places of the registers by name, id, address and distance; reports."""

from layers.gazetteer.folding import fold, fold_many
from layers.gazetteer.name_index import LEAST, MOST, NameIndex
from layers.gazetteer.places import Entry, PlaceRegister, read_places
from layers.gazetteer.reported_texts import ReportedTexts

__all__ = [
    "LEAST",
    "MOST",
    "Entry",
    "NameIndex",
    "PlaceRegister",
    "ReportedTexts",
    "fold",
    "fold_many",
    "read_places",
]
