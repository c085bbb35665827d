"""Edits of a coverage, their figures and what changes hands by them."""
