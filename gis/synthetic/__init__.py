"""Seeded towns and cities that are made up, for samples, tests and benchmarks."""

from gis.synthetic.city import City, make_city, make_city_events
from gis.synthetic.lines import make_s_lines
from gis.synthetic.town import Town, make_s_town
from gis.synthetic.x_town import MergedTown, make_x_town

__all__ = [
    "City",
    "MergedTown",
    "Town",
    "make_city",
    "make_city_events",
    "make_s_lines",
    "make_s_town",
    "make_x_town",
]
