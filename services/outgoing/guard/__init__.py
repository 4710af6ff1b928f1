"""The way out for programs of ours that make their own connections."""
