"""Access keys, and tokens that are good once."""
