"""Seeded towns and cities that are made up, for samples, tests and benchmarks."""

from gis.synthetic.town import Town, make_s_town

__all__ = ["Town", "make_s_town"]
