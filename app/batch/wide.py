"""The official's rows in their order, each with its outcomes."""

from collections.abc import Sequence
from datetime import date
from typing import Final

import polars as pl

from app.batch.outcomes import Outcomes
from app.batch.reading import headers
from app.batch.screened import COLUMN, MESSAGE, ROW, Screened
from app.batch.wording import cell_words
from app.rules.policy import Policy

STATE: Final = headers.STATE
SCREENED: Final = "已筛查"
SET_ASIDE: Final = "退回"
NOT_SCREENED: Final = "未筛查"
"""Of rows that are no people: remarks and totals below a table."""
_STATE: Final = "\x00state"
"""The state's name inside: no column of a file is called so."""
_PLACE: Final = "\x00place"


def wide(screened: Screened, numbers: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series, pl.DataFrame]:
    """Return the originals, the state of each, and its outcome for each policy: null where it has none.

    *numbers* are the outcomes of `screened.rows`.
    """
    originals, rows = screened.originals, screened.rows
    if originals[ROW].equals(rows[ROW]) and screened.rejects.is_empty():
        state = pl.repeat(SCREENED, originals.height, dtype=pl.String, eager=True)
        return originals, state, numbers
    places = rows.select(ROW).with_row_index(_PLACE)
    found = originals.select(ROW).join(places, on=ROW, how="left", maintain_order="left")
    said = pl.concat_str(pl.lit(SET_ASIDE), pl.lit("："), COLUMN, pl.lit(" "), MESSAGE, ignore_nulls=True)
    remarks = screened.rejects.group_by(ROW).agg(said.str.join("；").alias(_STATE))
    state = (
        found.join(remarks, on=ROW, how="left", maintain_order="left")
        .select(
            pl.when(pl.col(_PLACE).is_not_null())
            .then(pl.lit(SCREENED))
            .otherwise(pl.col(_STATE))
            .fill_null(NOT_SCREENED)
        )
        .to_series()
    )
    return originals, state, numbers.select(pl.all().gather(found[_PLACE]))


def head(policy: Policy) -> str:
    """Return the head of a policy's column."""
    return f"{policy.title}（按户）" if policy.subject.name == "household" else policy.title


def free_names(wanted: Sequence[str], taken: Sequence[str]) -> list[str]:
    """Return *wanted*, told apart from the columns *taken*: a result may be screened again."""
    names: list[str] = []
    for name in wanted:
        free, number = name, 1
        while free in taken or free in names:
            number += 1
            free = f"{name}({number})"
        names.append(free)
    return names


class Words:
    """The words of a cell for each outcome, kept as outcomes turn up."""

    def __init__(self, outcomes: Outcomes, day: date) -> None:
        self.outcomes, self.day = outcomes, day
        self._words: list[str] = []

    def all(self) -> list[str]:
        known = self.outcomes.known
        self._words += [cell_words(outcome, self.day) for outcome in known[len(self._words) :]]
        return self._words
