"""The GraphQL transports."""
