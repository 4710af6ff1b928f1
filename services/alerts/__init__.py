"""What is wrong with the server: noticed, told, and forgotten when it is well again."""
