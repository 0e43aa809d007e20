"""What customers have a say in: consent, what is kept of them and how long, and being forgotten."""

__all__: list[str] = []
