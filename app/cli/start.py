"""`start`: the service."""
def start() -> None:
    """x"""
