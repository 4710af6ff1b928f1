"""Tasks: what users asked for."""
