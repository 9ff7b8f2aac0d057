"""Reads a column of one fact, whatever the file keeps it as."""

from datetime import date
from functools import lru_cache

import polars as pl

from app.batch.reading.distinct import Cells, Say, read
from app.batch.reading.numbers import read_amounts, read_days
from app.batch.reading.words import say_choice, say_yes_or_no
from app.intake.wire import MOST
from app.rules import Amount, Choice, When, YesNo
from app.rules.expressions import Fact


def dtype_of(fact: Fact) -> pl.DataType:
    """Return the type of a column of *fact*."""
    match fact:
        case YesNo():
            return pl.Boolean()
        case Choice():
            return pl.String()
        case Amount():
            return pl.Int64()
        case When():
            return pl.Date()
        case _:
            raise TypeError(f"{fact!r} is of no known kind")


def read_fact(fact: Fact, cells: pl.Series, since: date) -> Cells:
    """Read a column of *fact*; what a cell cannot mean is a fault, by the cell's text."""
    match fact:
        case YesNo():
            if cells.dtype == pl.Boolean:
                return Cells(cells, {}, {})
            return read(as_text(cells), say_yes_or_no, pl.Boolean)
        case Choice():
            return read(as_text(cells), _choice(fact), pl.String)
        case Amount():
            typed = _typed_amounts(cells, fact) if cells.dtype.is_numeric() else None
            return read_amounts(as_text(cells), fact) if typed is None else Cells(typed, {}, {})
        case When():
            if cells.dtype == pl.Date or cells.dtype == pl.Datetime:
                # The day on the clock of its own time zone: midnight in China is the day before in UTC.
                return Cells(cells if cells.dtype == pl.Date else cells.dt.date(), {}, {})
            return read_days(as_text(cells), since)
        case _:
            raise TypeError(f"{fact!r} is of no known kind")


def as_text(cells: pl.Series) -> pl.Series:
    """Return *cells* as the text that a person would have typed; a number too long for a float says so."""
    if cells.dtype == pl.String:
        return cells
    if not cells.dtype.is_float():
        return cells.cast(pl.String)
    known = cells.fill_nan(None).cast(pl.Float64)
    whole = (known == known.round()) & (known.abs() < 10**15)
    plain = pl.when(whole).then(known.cast(pl.Int64, strict=False).cast(pl.String)).otherwise(known.cast(pl.String))
    text = pl.select(plain.alias(cells.name)).to_series()
    long = known.abs() >= 10**15
    if long.any():
        text = text.scatter(long.arg_true(), [f"{number:.14E}" for number in known.filter(long)])
    return text


def _typed_amounts(cells: pl.Series, fact: Amount) -> pl.Series | None:
    """Return a column of numbers in exact units, or None where one of them cannot be."""
    known = cells.cast(pl.Float64).fill_nan(None)
    exact = (known * fact.scale).round()
    # In single precision too, 7200.1 is what was meant.
    same = (exact / fact.scale).cast(cells.dtype) == cells if cells.dtype == pl.Float32 else exact / fact.scale == known
    right = same & known.is_between(0, MOST[fact.unit])
    return exact.cast(pl.Int64) if right.all() else None


@lru_cache(maxsize=128)
def _choice(fact: Choice) -> Say:  # type: ignore[type-arg]
    return say_choice(fact)
