"""Ratings: facts of a store in, codes of places and colours of areas on a day out."""
