"""Proving who one is: passwords, second factors, sessions and tokens."""
