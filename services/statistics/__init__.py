"""Sums of what was fetched, kept so that nobody has to count tasks."""
