"""Ways to fetch."""
