"""Adding tasks: what is asked for, checked, and put into storage once."""
