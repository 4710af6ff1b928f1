"""What Argosy answers over HTTP and WebSocket."""
