"""What commands print, as lines."""
