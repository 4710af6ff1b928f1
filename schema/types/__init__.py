"""The shapes that the schema gives."""
