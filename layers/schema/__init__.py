"""Schemas: one file a layer, with its builder and the rules across its rows."""
