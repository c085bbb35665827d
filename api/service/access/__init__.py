"""Keys, sessions and tokens: who asks, and what is written down of that."""
