"""The settings while the server runs: what they are, where from, and changing them."""
