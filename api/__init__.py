"""Decide when, and speak: service, HTTP doors and the `pagoda` command."""
