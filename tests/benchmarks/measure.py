"""What every benchmark is made of: sides measured in turn, and a ratio of their times."""

import gc
import time
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from statistics import median
from typing import Any, NamedTuple


class Measure(NamedTuple):
    """One row of the table.  The ratio says how many times better than the other side: the higher the better."""

    name: str
    ours: str
    other: str
    ratio: float
    target: str


def in_turn(rounds: int, sides: Mapping[str, Callable[[], float]]) -> dict[str, list[float]]:
    """Measure every side once a round, so that a slow moment of the machine falls on all alike."""
    found: dict[str, list[float]] = {side: [] for side in sides}
    for _ in range(rounds):
        for side, measured in sides.items():
            found[side].append(measured())
    return found


def seconds_each(act: Callable[[Any], object], things: Iterable[Any], count: int | None = None) -> Callable[[], float]:
    """Return a measuring of *act*: the seconds that it takes for one of *things*, done one after the other.

    With *count*, each measuring takes the next so many of them.
    """
    everything = None if count is not None else list(things)

    def measured() -> float:
        these = list(islice(things, count)) if everything is None else everything
        gc.collect()
        started = time.perf_counter()
        for thing in these:
            act(thing)
        return (time.perf_counter() - started) / len(these)

    return measured


def ratio(above: list[float], below: list[float]) -> float:
    """Return the median of the ratios within each round."""
    return median(a / b for a, b in zip(above, below, strict=True))


def microseconds(times: list[float]) -> str:
    """Return the shortest of *times*: what lengthens one is the machine's other work."""
    return f"{min(times) * 1e6:,.0f} µs"
