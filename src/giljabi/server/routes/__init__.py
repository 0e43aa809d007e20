"""One file per package whose answers it serves; a route parses, calls once, replies."""
