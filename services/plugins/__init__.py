"""Other people's code beside ours: found, let in, run in a process of its own, and shown."""
