"""People who use the server, and what they do with their accounts."""
