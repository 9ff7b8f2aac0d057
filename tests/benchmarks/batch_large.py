"""The benchmarks of whole files with a million people, and with ten."""

from collections.abc import Iterator

from tests.benchmarks import batch
from tests.benchmarks.measure import Measure

PEOPLE = 1_000_000


def measure(*, quick: bool) -> Iterator[Measure]:
    """Yield the measures of `batch` for files of five times the size."""
    yield from batch.measure(quick=quick, people=PEOPLE)
