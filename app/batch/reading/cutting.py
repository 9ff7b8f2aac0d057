"""Cuts frames between households."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import polars as pl

from app.batch.reading.survey import KEY


class Cut(NamedTuple):
    """Whole households, and the rows that belong to none."""

    households: pl.DataFrame
    strays: pl.DataFrame


def cut(frames: Iterable[pl.DataFrame], oversize: pl.Series, rows: int) -> Iterator[Cut]:
    """Yield the rows of *frames*, about so many *rows* at a time.

    Households stand together in *frames*; those in *oversize* may be cut, since none of
    their rows is screened: a million rows of one household fit in no memory.
    """
    held: pl.DataFrame | None = None
    strays: list[pl.DataFrame] = []
    for frame in frames:
        known = frame[KEY].is_not_null()
        if not known.all():
            strays.append(frame.filter(~known))
            frame = frame.filter(known)  # noqa: PLW2901
        held = frame if held is None else pl.concat([held, frame])
        while held.height > rows:
            at = _border(held, oversize, rows)
            if at is None:
                break
            # In one piece: columns in many pieces are put together again by every operation on two of them.
            yield Cut(held[:at].rechunk(), _joined(strays, held))
            held, strays = held[at:], []
        if sum(frame.height for frame in strays) >= rows:
            yield Cut(held[:0], _joined(strays, held))
            strays = []
    if held is not None and (held.height or strays):
        yield Cut(held.rechunk(), _joined(strays, held))


def _joined(strays: list[pl.DataFrame], like: pl.DataFrame) -> pl.DataFrame:
    return pl.concat(strays) if strays else like[:0]


def _border(held: pl.DataFrame, oversize: pl.Series, rows: int) -> int | None:
    """Return the border of two households nearest to so many *rows*, or None before there is one."""
    key = held[KEY]
    borders = key.ne_missing(key.shift(1))
    if not oversize.is_empty():
        borders |= key.hash().is_in(oversize.implode())
    places = borders.arg_true()
    before = places.filter((places <= rows) & (places > 0))
    after = before[-1:] if before.len() else places.filter(places > rows)[:1]
    return int(after[0]) if after.len() else None
