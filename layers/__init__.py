"""Remembers and draws: schemas, files, stores and maps of the layers."""
