"""Copies of everything that a server remembers."""
