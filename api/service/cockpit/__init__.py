"""What stands now in a town, for the page that is always open."""
