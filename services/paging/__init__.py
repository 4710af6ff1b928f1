"""Lists of anything, page by page."""
