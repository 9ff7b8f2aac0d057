"""How often each policy came to each verdict, counted page by page: a household costs a few additions, not hundreds."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

MOST_OPEN: Final = 10_000


class Verdicts:
    """The policies of one page with their verdicts; itself a key, since pages are kept and shown again."""

    __slots__ = ("of",)

    def __init__(self, of: Iterable[tuple[str, str]]) -> None:
        self.of = tuple(of)


class Shown:
    """Counts pages as they are shown, and adds them up by policy and verdict when asked."""

    def __init__(self) -> None:
        self._pages: dict[Verdicts, int] = {}
        self._totals: Counter[tuple[str, str]] = Counter()

    def add(self, pages: Iterable[Verdicts]) -> None:
        """Count pages that are shown."""
        counts = self._pages
        for page in pages:
            counts[page] = counts.get(page, 0) + 1
        if len(counts) > MOST_OPEN:
            self.totals()

    def totals(self) -> Mapping[tuple[str, str], int]:
        """Return how often each policy came to each verdict."""
        counts, self._pages = self._pages, {}
        for page, count in counts.items():
            for key in page.of:
                self._totals[key] += count
        return self._totals
