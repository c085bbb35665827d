"""Assignment: one position, a file of them, answers stored and replayed."""
