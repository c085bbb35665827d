"""Compute on values: datums, coverages, exact assignment, command trees, risk."""
