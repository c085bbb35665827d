"""Events: taken in and stored with their answers."""
