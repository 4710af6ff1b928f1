"""Names and places of finished files."""
