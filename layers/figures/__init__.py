"""Figures: counts of areas and times, one query layer for reports and API."""
