"""Data that a town may replace: rules, code tables; never code."""
