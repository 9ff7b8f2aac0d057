"""`policies`: the list, one policy's card, and the plan sentence by sentence."""
def policies() -> None:
    """x"""
