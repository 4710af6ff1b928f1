"""Where rows live, and how they are read and written."""
