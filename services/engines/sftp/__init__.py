"""Fetching over SFTP."""
