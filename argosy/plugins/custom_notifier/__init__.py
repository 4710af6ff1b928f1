"""Posts a message to a URL when a download ends, or something is wrong."""
