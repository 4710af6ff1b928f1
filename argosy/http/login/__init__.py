"""How people come in: the page, and what it asks of the server."""
