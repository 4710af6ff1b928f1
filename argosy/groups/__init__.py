"""The settings, by what they are about. `argosy/settings.py` puts them together and reads them."""
