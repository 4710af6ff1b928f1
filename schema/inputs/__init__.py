"""The shapes that the schema takes."""
