"""The parts of the server that can be looked at and restarted."""
