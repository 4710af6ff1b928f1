"""Plugins that come with Argosy: switched off, and loaded just like those of others."""
