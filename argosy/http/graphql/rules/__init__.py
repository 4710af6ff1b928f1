"""What a document may be, before anything of it is executed."""
