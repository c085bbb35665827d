"""Stores as a whole: opened, made, filled, exported, restored, audited."""
