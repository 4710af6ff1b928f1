"""One short function for each field."""
