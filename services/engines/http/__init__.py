"""Fetching over HTTP."""
