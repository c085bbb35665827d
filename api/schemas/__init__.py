"""Request and response models of the HTTP doors, one file a resource."""
