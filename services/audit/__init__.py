"""Who did what, from where, when, to what."""
