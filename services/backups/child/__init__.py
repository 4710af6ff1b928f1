"""What is done in a process of its own, so that no request waits for it."""
