"""What runs in the process of a plugin; it imports next to nothing of the server."""
