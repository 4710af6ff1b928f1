"""The services, built by what they are for."""
