"""Telling other programs what happens, signed and until they have heard it."""
