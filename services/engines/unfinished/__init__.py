"""Files that are on their way: their bytes, their journal, and how they get their names."""
