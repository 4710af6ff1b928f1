"""How fast, how many at once, and not now."""
