"""What the server tells of itself: to the console, to files, and to whoever follows."""
