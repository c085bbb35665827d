"""Ratings: codes of places and colours of areas on a day, and what follows."""
