"""Build hook stub."""
