"""The fields at the root, by what they are about."""
