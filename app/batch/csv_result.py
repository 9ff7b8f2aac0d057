"""The official's rows and the result of each policy as CSV that Excel opens right."""

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Final

import polars as pl

from app.batch.draft import Draft
from app.batch.ordering import Ordering
from app.batch.outcomes import Outcomes, aligned
from app.batch.screened import ROW, About, Screened
from app.batch.wide import STATE, Words, free_names, head, wide
from app.rules.policy import Policy

BOM: Final = b"\xef\xbb\xbf"
# What a spreadsheet would run as a formula, also behind blanks and in full width.
_FORMULA: Final = r"^[\s\u00a0\u3000\ufeff]*[=+\-@＝＋－＠]|^[\t\r\n]"
# What a spreadsheet would take for a number and spoil: it drops leading zeros, keeps fifteen digits and shows twelve
# as 3.4E+11.
_SPOILT: Final = r"^(0[0-9]+|[0-9]{12,}|[0-9]+[eE][0-9]+)$"


def safe(texts: pl.Series) -> pl.Series:
    """Return texts that a spreadsheet shows as they are: ids as `="…"`, would-be formulas behind an apostrophe."""
    column = texts.cast(pl.String).to_frame("t")
    text = pl.col("t")
    return column.select(
        pl.when(text.str.contains(_SPOILT))
        .then(pl.concat_str(pl.lit('="'), text, pl.lit('"')))
        .when(text.str.contains(_FORMULA))
        .then(pl.concat_str(pl.lit("'"), text))
        .otherwise(text)
        .alias(texts.name)
    ).to_series()


class CsvResult:
    """A CSV file in the making; use it as a context, add every part of the file, then finish."""

    def __init__(self, path: Path, policies: Sequence[Policy], about: About, *, in_order: bool = True) -> None:
        """*in_order* says that the parts come in the order of the file's rows; else they are put in it."""
        self.path, self.policies, self.about = path, policies, about
        self._draft = Draft(path)
        self._headed = False
        # What is made on the disk is made within the context, which takes it away again.
        self._stack = ExitStack()
        self._stack.push(self._draft)
        self._file: IO[bytes] | None = None
        self._in_order = in_order
        self._ordering: Ordering | None = None

    def __enter__(self) -> "CsvResult":
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def add(self, screened: Screened) -> None:
        """Add a part of the file."""
        # Outcomes are numbered anew in each part: amounts that are reckoned differ from household to household.
        outcomes = Outcomes(self.policies)
        numbers = aligned(screened.rows, screened.tidy, outcomes, screened.said)
        words = pl.Series(Words(outcomes, self.about.day).all(), dtype=pl.String)
        originals, state, found = wide(screened, numbers)
        own = [name for name in originals.columns if name != ROW]
        results = [STATE, *(head(outcomes.policy(code)) for code in found.columns)]
        if not self._headed:
            titles = [*own, *free_names(results, own)]
            heads = [safe(pl.Series([title], dtype=pl.String)).alias(str(n)) for n, title in enumerate(titles)]
            self._write(pl.DataFrame(heads))
            self._headed = True
        columns = [safe(originals[name]) for name in own]
        columns += [safe(state), *(words.gather(found[code]) for code in found.columns)]
        frame = pl.DataFrame([column.alias(str(n)) for n, column in enumerate(columns)])
        if self._in_order:
            self._write(frame)
            return
        if self._ordering is None:
            self._ordering = self._stack.enter_context(Ordering(self.path.parent))
        self._ordering.add(frame.with_columns(originals[ROW]))

    def finish(self) -> None:
        """Complete the file and put it in its place."""
        if not self._headed:
            self._write(pl.DataFrame({"0": [STATE]}))
        if self._ordering is not None:
            for frame in self._ordering.frames():
                self._write(frame.drop(ROW))
        if self._file is not None:
            self._file.close()
        self._draft.settle()

    def _write(self, frame: pl.DataFrame) -> None:
        if self._file is None:
            self._file = self._stack.enter_context(self._draft.open())
            self._file.write(BOM)
        frame.write_csv(self._file, include_header=False, line_terminator="\r\n")
