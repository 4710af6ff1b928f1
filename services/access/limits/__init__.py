"""How often somebody may ask, and try."""
