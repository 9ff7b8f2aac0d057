"""What is kept to be used again, within bounds."""

from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")


def keep(kept: dict[K, V], key: K, value: V, most: int) -> None:
    """Keep *value*; of too many, the one kept longest goes."""
    if len(kept) >= most:
        del kept[next(iter(kept))]
    kept[key] = value
