"""Facts: loaded from files, recorded, described."""
