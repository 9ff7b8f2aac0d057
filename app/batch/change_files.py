"""Change lists as files, and in a few sentences."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Final

import polars as pl

from app.batch.cells import text_cells
from app.batch.changes import CHANGE_SCHEMA, Change
from app.batch.csv_result import BOM, safe
from app.batch.draft import Draft
from app.batch.parquet_result import ParquetFile
from app.batch.spreadsheet import Book, Column
from app.batch.wording import FACTS
from app.rules.policy import Policy, Verdict

COLUMNS: Final = (
    Column("变化", 16),
    Column("户编号", 16),
    Column("人口编号", 16),
    Column("惠民项目", 28),
    Column("上次结果", 10),
    Column("这次结果", 10),
    Column("上次金额", 14),
    Column("这次金额", 14),
    Column("说明", 60),
    Column("可能有关的情况", 30),
    Column("办理单位", 16),
)
_ORDER: Final = [change.value for change in Change]


class ChangeTally:
    """How many changes of each kind there are."""

    def __init__(self, policies: Sequence[Policy]) -> None:
        self.titles = {policy.code: policy.title for policy in policies}
        self.found: Counter[tuple[str, str]] = Counter()

    def add(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Count *frame*, and return it."""
        for change, policy, times in frame.group_by("change", "policy").len().iter_rows():
            self.found[change, policy] += times
        return frame

    def summary(self) -> str:
        """Return the changes in words: each kind, and the policies that most of them are about."""
        if not self.found:
            return "与上次相比没有变化。"
        lines = []
        for change in Change:
            counts = Counter({policy: n for (kind, policy), n in self.found.items() if kind == change})
            if counts:
                listed = "、".join(f"{self.titles.get(code, code)}{n}条" for code, n in counts.most_common(5))
                more = "等" if len(counts) > 5 else ""
                lines.append(f"{change.label}{counts.total()}条（{listed}{more}）")
        return f"与上次相比：{'；'.join(lines)}。"


def shown(frame: pl.DataFrame, policies: Sequence[Policy], day: date) -> pl.DataFrame:
    """Return changes in words, a column of text for each of COLUMNS."""
    titles = {policy.code: policy.title for policy in policies}
    units = {policy.handled_by.code: policy.handled_by.name_on(day) for policy in policies}
    verdicts = {verdict.value: verdict.label for verdict in Verdict}
    labels = {key: fact.label for key, fact in FACTS.items()}

    def worded(column: str, words: dict[str, str]) -> pl.Expr:
        return pl.col(column).cast(pl.String).replace(words)

    return frame.select(
        worded("change", {change.value: change.label for change in Change}),
        "household_reference",
        "member_reference",
        worded("policy", titles),
        worded("verdict_before", verdicts),
        worded("verdict", verdicts),
        _amount("_before"),
        _amount(""),
        "explanation",
        pl.col("facts").list.eval(pl.element().replace(labels)).list.join("、"),
        worded("handling_unit", units),
    ).rename(dict(zip(_SHOWN, (column.title for column in COLUMNS), strict=True)))


_SHOWN: Final = (
    "change",
    "household_reference",
    "member_reference",
    "policy",
    "verdict_before",
    "verdict",
    "amount_before",
    "amount",
    "explanation",
    "facts",
    "handling_unit",
)


def _amount(side: str) -> pl.Expr:
    number = pl.col(f"amount{side}").cast(pl.String).str.replace(r"\.?0+$", "")
    return pl.concat_str(number, f"amount_unit{side}").alias(f"amount{side}")


def add_sheet(book: Book, frames: Iterable[pl.DataFrame], policies: Sequence[Policy], day: date) -> int:
    """Add the sheet 变化 to *book*; return how many changes no longer fit on it."""
    sheet = book.sheet("变化", COLUMNS)
    left_out = 0
    for frame in frames:
        ordered = frame.sort("change", "policy", "household_reference", maintain_order=True)
        fitting = ordered.head(sheet.room)
        left_out += ordered.height - fitting.height
        words = shown(fitting, policies, day)
        sheet.append(pl.DataFrame([text_cells(words[name]) for name in words.columns]), [*map(pl.col, words.columns)])
    return left_out


def write_changes_csv(path: Path, frames: Iterable[pl.DataFrame], policies: Sequence[Policy], day: date) -> None:
    """Write changes as CSV that Excel opens right."""
    with Draft(path) as draft:
        with draft.open() as file:
            file.write(BOM)
            pl.DataFrame([[column.title] for column in COLUMNS]).write_csv(
                file, include_header=False, line_terminator="\r\n"
            )
            for frame in frames:
                words = shown(frame, policies, day)
                safely = pl.DataFrame([safe(words[name]) for name in words.columns])
                safely.write_csv(file, include_header=False, line_terminator="\r\n")
        draft.settle()


def write_changes_parquet(path: Path, frames: Iterable[pl.DataFrame]) -> None:
    """Write changes as they are."""
    with ParquetFile(path, CHANGE_SCHEMA, {}) as file:
        file.add(frames)
        file.finish()
