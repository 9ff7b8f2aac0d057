"""Small words of the columnar reader: polars expressions that its rules are made of."""

from collections.abc import Sequence
from datetime import date
from functools import reduce
from typing import Any, Final, TypeAlias

import polars as pl

from app.rules.expressions import Amount, Choice, Code, Fact
from app.rules.quantities import Figure

Absence: TypeAlias = tuple[Fact | Figure, pl.Expr]
"""A fact or a figure, and on which rows it is wanted and missing."""


INTEGERS: Final = ((8, pl.UInt8), (16, pl.UInt16), (32, pl.UInt32), (63, pl.Int64))
"""The types of integers, by the bits that they hold: the shorter, the faster."""


def completed_years(start: pl.Expr, day: date) -> pl.Expr:
    """Return the full years between two dates, counted birthday to birthday."""
    month, of_month = start.dt.month().cast(pl.Int32), start.dt.day().cast(pl.Int32)
    before_birthday = (month > day.month) | ((month == day.month) & (of_month > day.day))
    return (day.year - start.dt.year() - before_birthday.cast(pl.Int32)).cast(pl.Int64)


def ready(fact: Fact, day: date) -> pl.Expr:
    """Return the column of *fact* as rules read it: years counted to the *day*, codes as their places in the list."""
    column = pl.col(fact.key)
    if isinstance(fact, Amount) and fact.since is not None:
        return pl.coalesce(completed_years(pl.col(fact.since.key), day), column).alias(fact.key)
    if isinstance(fact, Choice):
        # To compare bytes takes a small part of the time of comparing texts.
        return column.cast(pl.Enum([str(option) for option in fact.options])).to_physical().cast(pl.UInt8)
    return column


def any_of_these(truths: Sequence[pl.Expr]) -> pl.Expr:
    """Return whether one of *truths* holds."""
    return reduce(lambda left, right: left | right, truths)


def places(choice: Choice[Any], options: frozenset[Code]) -> list[int]:
    """Return where *options* stand among all those of *choice*."""
    return [place for place, option in enumerate(choice.options.__members__.values()) if option in options]


def wherever(when: pl.Expr, absences: Sequence[Absence]) -> list[Absence]:
    """Return *absences*, but only on the rows *when* they matter."""
    return [(item, when & absent) for item, absent in absences]


def in_bits(parts: Sequence[tuple[int, pl.Expr]], bits: int) -> pl.Expr:
    """Return one integer of so many *bits*, of small ones and the bits where each of them begins; none crosses a byte.

    Most of the work is done byte by byte, where one instruction adds the bytes of many rows.
    """
    dtype = next(dtype for most, dtype in INTEGERS if bits <= most)
    of_bytes: dict[int, list[pl.Expr]] = {}
    for first, part in parts:
        byte, place = divmod(first, 8)
        of_bytes.setdefault(byte, []).append(part * pl.lit(1 << place, pl.UInt8) if place else part)
    added = [(byte, reduce(lambda left, right: left + right, listed)) for byte, listed in of_bytes.items()]
    if len(added) == 1:
        return added[0][1]
    shifted = [whole.cast(dtype) * pl.lit(1 << 8 * byte, dtype) if byte else whole.cast(dtype) for byte, whole in added]
    return reduce(lambda left, right: left + right, shifted)


def constant(value: float) -> pl.Expr:
    """Return a number that may be an infinity."""
    return pl.lit(value, pl.Float64)


def chosen(holds: pl.Expr, this: pl.Expr, other: pl.Expr, either: pl.Expr) -> pl.Expr:
    """Return *this* or *other* as a truth has it, and *either* where it is unknown."""
    return pl.when(holds).then(this).when(~holds).then(other).otherwise(either)
