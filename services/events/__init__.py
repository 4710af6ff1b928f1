"""Facts that happened, and who is told."""
