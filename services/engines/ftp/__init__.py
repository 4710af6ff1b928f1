"""Fetching over FTP."""
