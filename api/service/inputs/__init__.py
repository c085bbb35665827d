"""What files of every kind share: datums, positions, accuracies, times."""
