"""Tables typed into tests, from the specification and not from the code."""


def rows(table: str) -> list[str]:
    """Return the rows of a table; an indented line continues the one above."""
    return table.strip().replace("\n    ", " ").splitlines()
