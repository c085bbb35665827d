"""Versions: published and read."""
