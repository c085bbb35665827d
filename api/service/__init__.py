"""Use cases: the only place that orders the steps; no HTTP here."""
