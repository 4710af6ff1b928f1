"""Everything that Argosy does."""
