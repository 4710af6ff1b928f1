"""Putting an archive in the place of everything that a server remembers."""
