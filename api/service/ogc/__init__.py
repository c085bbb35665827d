"""OGC API: collections of the store, as their documents and pages say them."""
