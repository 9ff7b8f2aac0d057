"""A sheet for each unit with the people it may serve: the 花名册 that the unit works through."""

from collections.abc import Sequence
from datetime import date
from typing import Final

import polars as pl

from app.batch.cells import text_cells
from app.batch.outcomes import Outcome, Outcomes
from app.batch.people import TITLES, WHO, WIDTHS
from app.batch.spreadsheet import Book, Column, Sheet, lines_of
from app.batch.styles import Style
from app.batch.wording import amount_words, reason_words
from app.rules.policy import Policy, Unit, Verdict

COLUMNS: Final = (
    *(Column(title, width) for title, width in zip(TITLES, WIDTHS, strict=True)),
    Column("惠民项目", 30),
    Column("筛查结果", 9),
    Column("金额", 16),
    Column("理由或待核实内容", 40),
    Column("到哪里办", 36),
    Column("所需材料", 40),
)
_STYLES: Final = {Verdict.ELIGIBLE: Style.ELIGIBLE, Verdict.UNDETERMINED: Style.UNDETERMINED}
_SAID: Final = len(COLUMNS) - len(WHO)


class Rosters:
    """The sheets of the units, begun in the order in which the policies name them."""

    def __init__(self, book: Book, policies: Sequence[Policy], day: date, *, open_too: bool = True) -> None:
        """With *open_too*, those whose result is open are listed besides those who are eligible."""
        self.book, self.day, self.open_too = book, day, open_too
        self.policies = policies
        self.sheets: dict[str, Sheet] = {}
        self.units: dict[str, Unit] = {}
        self.wanted: dict[str, int] = {}
        """How many rows each unit should have, those included that no longer fit."""
        for policy in policies:
            unit = policy.handled_by
            if unit.code not in self.sheets:
                self.units[unit.code] = unit
                self.wanted[unit.code] = 0
                self.sheets[unit.code] = book.sheet(f"花名册·{unit.name_on(day)}", COLUMNS)
        self._said: list[tuple[str, ...]] = []
        self._lines: list[int] = []

    def add(self, who: pl.DataFrame, rows: pl.DataFrame, numbers: pl.DataFrame, outcomes: Outcomes) -> None:
        """Add what *numbers*, the outcomes of *rows*, award or leave open."""
        self._said += [self._say(outcome) for outcome in outcomes.known[len(self._said) :]]
        cells = [pl.Series(f"said{n}", [said[n] for said in self._said], pl.String) for n in range(_SAID)]
        tall = pl.lit(pl.Series(self._lines, dtype=pl.UInt32)).gather(pl.col("number"))
        listed = pl.Series("listed", [bool(said[0]) for said in self._said], pl.Boolean)
        whose = pl.DataFrame([text_cells(who[name]) for name in WHO])
        of_household = whose.with_columns(
            text_cells(pl.repeat(None, who.height, dtype=pl.String, eager=True)).alias("member_reference"),
            text_cells(who["head"]).alias("name"),
        )
        whose = pl.concat([whose, of_household])
        for unit in self.sheets:
            found = []
            for policy in self.policies:
                if policy.handled_by.code != unit or policy.code not in numbers.columns:
                    continue
                frame = pl.DataFrame({"number": numbers[policy.code]}).with_row_index("place")
                if policy.subject.name == "household":
                    frame = frame.filter(rows["first"]).with_columns(pl.col("place") + who.height)
                found.append(frame.filter(listed.gather(frame["number"])))
            if not found:
                continue
            lines = pl.concat(found).sort(pl.col("place") % who.height, maintain_order=True)
            self.wanted[unit] += lines.height
            lines = lines.head(self.sheets[unit].room)
            texts = [pl.lit(cell).gather(pl.col("number")) for cell in cells]
            people = [pl.lit(whose[name]).gather(pl.col("place")) for name in WHO]
            self.sheets[unit].append(lines, [*people, *texts], tall)

    def left_out(self) -> list[tuple[str, int, int]]:
        """Return the units whose rows did not all fit: the sheet, its rows, and how many there are."""
        counts = [(sheet.name, sheet.rows - 1, self.wanted[unit]) for unit, sheet in self.sheets.items()]
        return [(name, written, wanted) for name, written, wanted in counts if written < wanted]

    def _say(self, outcome: Outcome) -> tuple[str, ...]:
        """Return the cells of *outcome*, empty where it does not belong on a roster."""
        style = _STYLES.get(outcome.verdict)
        if style is None or (outcome.verdict is Verdict.UNDETERMINED and not self.open_too):
            self._lines.append(1)
            return ("",) * _SAID
        procedure = outcome.policy.procedure
        texts = (
            (outcome.policy.title, Style.WRAPPED),
            (outcome.verdict.label, style),
            (amount_words(outcome, self.day), Style.WRAPPED),
            (reason_words(outcome), Style.WRAPPED),
            (procedure.where, Style.WRAPPED),
            ("；".join(procedure.materials), Style.WRAPPED),
        )
        widths = [column.width for column in COLUMNS[len(WHO) :]]
        self._lines.append(max(lines_of(text, width) for (text, _), width in zip(texts, widths, strict=True)))
        return tuple(self.book.shared(text, style) for text, style in texts)
