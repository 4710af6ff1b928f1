"""Whoever follows tasks is told."""
