"""Doing tasks: who has which, whose turn it is, and what comes of each attempt."""
