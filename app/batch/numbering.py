"""Numbers the few distinct integers of a long column, once for all parts of a file.

Small integers are looked up in a table with a place for each: a gather, where a join
would hash every row.
"""

from collections.abc import Callable, Hashable
from typing import Final, Generic, TypeVar

import polars as pl

DIRECT: Final = 1 << 20
"""Integers below it have a place in the table, which is then of four megabytes at the most."""


M = TypeVar("M", bound=Hashable)


class Numbering(Generic[M]):
    """Numbers integers by what they mean: those of one meaning share a number."""

    def __init__(self, meaning: Callable[[int], M]) -> None:
        self.known: list[M] = []
        """The meanings, by their number."""
        self._meaning = meaning
        self._places: dict[M, int] = {}
        self._table = pl.Series("number", [None], dtype=pl.UInt32)
        self._known = pl.DataFrame(schema={"value": pl.Int64, "number": pl.UInt32})

    def of(self, values: pl.Series) -> pl.Series:
        """Return the number of each of *values*, integers and nowhere null, as UInt32."""
        highest = int(values.max() or 0)  # type: ignore[arg-type]  # integers have an integer maximum
        if highest >= DIRECT:
            return self._joined(values)
        if highest >= self._table.len():
            self._table = self._table.extend_constant(None, (1 << highest.bit_length()) - self._table.len())
        numbers = self._table.gather(values)
        if numbers.null_count():
            fresh = values.filter(numbers.is_null()).unique()
            self._table = self._table.scatter(fresh.cast(pl.UInt32), self._numbers(fresh))
            numbers = self._table.gather(values)
        return numbers

    def _joined(self, values: pl.Series) -> pl.Series:
        values = values.cast(pl.Int64)
        rows = values.alias("value").to_frame()
        numbers = rows.join(self._known, on="value", how="left", maintain_order="left")["number"]
        if numbers.null_count():
            fresh = values.filter(numbers.is_null()).unique()
            self._known = self._known.vstack(pl.DataFrame([fresh.alias("value"), self._numbers(fresh)]))
            numbers = rows.join(self._known, on="value", how="left", maintain_order="left")["number"]
        return numbers

    def _numbers(self, fresh: pl.Series) -> pl.Series:
        return pl.Series("number", [self._number(self._meaning(value)) for value in fresh.to_list()], dtype=pl.UInt32)

    def _number(self, meaning: M) -> int:
        number = self._places.setdefault(meaning, len(self.known))
        if number == len(self.known):
            self.known.append(meaning)
        return number
