"""How much somebody may have."""
