"""Small words of the columnar reader: polars expressions that its rules are made of."""

from collections.abc import Sequence
from datetime import date
from functools import reduce
from typing import TypeAlias

import polars as pl

from app.rules.expressions import Fact
from app.rules.quantities import Figure

Absence: TypeAlias = tuple[Fact | Figure, pl.Expr]
"""A fact or a figure, and on which rows it is wanted and missing."""


def completed_years(start: pl.Expr, day: date) -> pl.Expr:
    """Return the full years between two dates, counted birthday to birthday."""
    month, of_month = start.dt.month().cast(pl.Int32), start.dt.day().cast(pl.Int32)
    before_birthday = (month > day.month) | ((month == day.month) & (of_month > day.day))
    return (day.year - start.dt.year() - before_birthday.cast(pl.Int32)).cast(pl.Int64)


def any_of_these(truths: Sequence[pl.Expr]) -> pl.Expr:
    """Return whether one of *truths* holds."""
    return reduce(lambda left, right: left | right, truths)


def wherever(when: pl.Expr, absences: Sequence[Absence]) -> list[Absence]:
    """Return *absences*, but only on the rows *when* they matter."""
    return [(item, when & absent) for item, absent in absences]


def times(number: pl.Expr, weight: int, dtype: type[pl.DataType]) -> pl.Expr:
    """Return a small number or a truth, times *weight*, in a type that holds it."""
    return number.cast(dtype) * pl.lit(weight, dtype)


def constant(value: float) -> pl.Expr:
    """Return a number that may be an infinity."""
    return pl.lit(value, pl.Float64)


def chosen(holds: pl.Expr, this: pl.Expr, other: pl.Expr, either: pl.Expr) -> pl.Expr:
    """Return *this* or *other* as a truth has it, and *either* where it is unknown."""
    return pl.when(holds).then(this).when(~holds).then(other).otherwise(either)
