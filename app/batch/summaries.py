"""What a file comes to: for each policy, and for each village."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Final

import polars as pl

from app.batch.outcomes import Outcomes
from app.batch.people import WHERE
from app.batch.spreadsheet import Book, Column
from app.batch.styles import Style
from app.batch.wording import FACTS, plain_number
from app.rules.policy import Policy, Verdict

POLICY_COLUMNS: Final = (
    Column("惠民项目", 40),
    Column("筛查对象", 9),
    Column("办理单位", 16),
    Column("形式", 14),
    Column("符合", 9),
    Column("待核实", 9),
    Column("不符合", 9),
    Column("已知金额合计", 24),
    Column("金额待定的", 11),
)
VERDICTS: Final = (Verdict.ELIGIBLE, Verdict.UNDETERMINED, Verdict.INELIGIBLE)


class Tally:
    """How often each outcome occurred, and where."""

    def __init__(self, policies: Sequence[Policy]) -> None:
        self.policies = policies
        self.found: Counter[int] = Counter()
        """How many subjects have each outcome."""
        self.households = self.members = 0
        self.codes: list[str] = []
        self._villages: list[pl.DataFrame] = []

    def add(self, who: pl.DataFrame, rows: pl.DataFrame, numbers: pl.DataFrame, outcomes: Outcomes) -> None:
        first = rows["first"]
        self.households += int(first.sum())
        self.members += rows.height
        self.codes = self.codes or numbers.columns
        verdicts = pl.Series([VERDICTS.index(outcome.verdict) for outcome in outcomes.known], dtype=pl.UInt8)
        counted: list[pl.Series] = [first.cast(pl.UInt32).alias("households")]
        for code in numbers.columns:
            column = numbers[code]
            verdict = verdicts.gather(column)
            if outcomes.policy(code).subject.name == "household":
                verdict, column = verdict.set(~first, 2), column.filter(first)
            self.found.update(dict(column.drop_nulls().value_counts().iter_rows()))
            counted += [(verdict == 0).alias(f"{code}.0"), (verdict == 1).alias(f"{code}.1")]
        frame = who.select(WHERE).with_columns(counted)
        names = [series.name for series in counted]
        self._villages.append(
            frame.group_by(WHERE, maintain_order=True).agg(
                pl.len().alias("members"), *(pl.col(name).cast(pl.UInt32).sum() for name in names)
            )
        )
        if len(self._villages) > 64:
            self._villages = [self.villages()]

    def villages(self) -> pl.DataFrame:
        """Return the counts of each village."""
        everything = pl.concat(self._villages)
        return everything.group_by(WHERE, maintain_order=True).agg(pl.exclude(WHERE).sum())


def write_policies(book: Book, tally: Tally, outcomes: Outcomes, day: date) -> None:
    """Add the sheet with a row for each policy."""
    sheet = book.sheet("政策统计", POLICY_COLUMNS)
    counts: dict[str, Counter[Verdict]] = {policy.code: Counter() for policy in tally.policies}
    sums: dict[str, Counter[str]] = {policy.code: Counter() for policy in tally.policies}
    pending: Counter[str] = Counter()
    for number, times in tally.found.items():
        outcome = outcomes.known[number]
        code = outcome.policy.code
        counts[code][outcome.verdict] += times
        if outcome.verdict is Verdict.ELIGIBLE:
            if outcome.amount is not None:
                sums[code][outcome.amount_unit or ""] += outcome.amount * times  # type: ignore[assignment]
            elif outcome.policy.entitlement.quantity is not None:
                pending[code] += times
    for policy in tally.policies:
        if policy.code not in tally.codes:
            continue
        sheet.write(
            policy.title,
            "户" if policy.subject.name == "household" else "人",
            policy.handled_by.name_on(day),
            policy.kind.label,
            *(counts[policy.code][verdict] for verdict in VERDICTS),
            "；".join(f"{plain_number(total)}{unit}" for unit, total in sums[policy.code].items()) or None,  # type: ignore[arg-type]
            pending[policy.code],
        )


def write_villages(book: Book, tally: Tally) -> None:
    """Add the sheet with a row for each village."""
    titles = [policy.title for policy in tally.policies if policy.code in tally.codes]
    codes = [policy.code for policy in tally.policies if policy.code in tally.codes]
    heads = [Column("乡镇", 12), Column("村", 14), Column("户数", 8), Column("人数", 8)]
    heads += [Column(f"{title}·{word}", 11) for title in titles for word in ("符合", "待核实")]
    sheet = book.sheet("各村汇总", heads, frozen=2, height=90)
    if not tally.members:
        return
    names = ["households", "members", *(f"{code}.{verdict}" for code in codes for verdict in (0, 1))]
    frame = tally.villages()
    for row in frame.select(*WHERE, *names).iter_rows():
        sheet.write(row[0] or "（未填）", row[1] or "（未填）", *row[2:])
    sheet.write(("合计", Style.HEAD), (None, Style.HEAD), *frame.select(names).sum().row(0))


def write_facts(book: Book, subjects: Counter[str], results: Counter[str]) -> None:
    """Add the sheet of what the file lacks, the most useful first."""
    columns = (Column("缺的内容", 40), Column("涉及户或人数", 12), Column("牵涉的结果数", 12), Column("说明", 50))
    sheet = book.sheet("缺项汇总", columns)
    for key, count in sorted(results.items(), key=lambda pair: (-pair[1], pair[0])):
        sheet.write(FACTS[key].label, subjects[key], count, FACTS[key].hint or None)
