"""The workbook that an official gets back: the list with its results, and sheets to work from."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import polars as pl

from app.batch.asking import Asking
from app.batch.cells import text_cells
from app.batch.change_files import ChangeTally, add_sheet
from app.batch.ordering import Ordering
from app.batch.outcomes import Outcomes, aligned
from app.batch.people import column_of, people
from app.batch.rosters import Rosters
from app.batch.screened import COLUMN, MESSAGE, REMARKS, ROW, About, Screened
from app.batch.spreadsheet import MOST_COLUMNS, MOST_ROWS, Book, Column, Sheet
from app.batch.styles import Style
from app.batch.summaries import Tally, write_facts, write_policies, write_villages
from app.batch.wide import SCREENED, STATE, Words, free_names, head, wide
from app.errors import HuiminError
from app.rules.policy import Policy, Verdict

STYLES: Final = {
    Verdict.ELIGIBLE: Style.ELIGIBLE,
    Verdict.UNDETERMINED: Style.UNDETERMINED,
    Verdict.INELIGIBLE: Style.INELIGIBLE,
}
LONGEST_WITH_OPEN: Final = 20_000
"""Rows of a list up to which rosters name the undetermined too: a register that lacks a column leaves everybody
undetermined, and a longer list would make a workbook of hundreds of megabytes."""
_FEW: Final = 200
"""Different texts of a column up to which the book holds them once, and cells their numbers: quicker, and smaller."""
_MOST_AT_ONCE: Final = 50_000
"""Rows of a part that may wait in memory to be written while the next part is screened."""
NARROWEST: Final = 6.0
WIDEST: Final = 40.0
_FIRST: Final = ("结果", "变化", "待核实", "政策统计", "各村汇总", "缺项汇总")
_LAST: Final = ("退回行", "提示", "说明")
_READING: Final = (
    "“结果”表是原表的行和列，原有顺序不变，后面每项政策一列。按户享受的政策，结果写在该户每个成员的行里，统计时每户只算一次。",
    "“符合”：按已填的情况，条件都满足。“待核实”：还缺列出的内容，补填后再筛查。“不符合”：列出的条件不满足。",
    "“花名册”各表按办理单位列出要服务的人。“待核实”表按户、按人列出要问什么，问一项能定得越多的越靠前。",
    "“退回行”的数据有误，没有参加筛查；原表改好后可重新筛查。“提示”的行参加了筛查，但请核对。",
)
_WITH_OPEN: Final = "“花名册”里有符合的，也有待核实的。"
_WITHOUT_OPEN: Final = "名单较长，“花名册”里只列符合的；待核实的见“待核实”表，或把名单按乡镇分开筛查。"


class TooLargeForExcelError(HuiminError):
    """A sheet cannot hold so many rows or columns."""


class WorkbookResult:
    """A workbook in the making; use it as a context, add every part of the file, then finish."""

    def __init__(
        self,
        path: Path,
        policies: Sequence[Policy],
        about: About,
        *,
        rows: int | None = None,
        in_order: bool = True,
        notes: Sequence[str] = (),
    ) -> None:
        """*rows* says how long the list is, if that is known.

        *in_order* says that the parts come in the order of the file's rows; else they are put in it.
        *notes* say what of the file was not read.
        """
        self.policies, self.about, self.notes = policies, about, notes
        self.book = Book(path)
        self.outcomes = Outcomes(policies)
        self.words = Words(self.outcomes, about.day)
        self.result: Sheet | None = None
        self.asking = Asking(self.book)
        self.rosters = Rosters(self.book, policies, about.day, open_too=rows is None or rows <= LONGEST_WITH_OPEN)
        self.tally = Tally(policies)
        self._cells: list[str] = []
        self._ordering = None if in_order else Ordering(path.parent)
        self._rows = 0
        self._rejects: list[pl.DataFrame] = []
        self._warnings: list[pl.DataFrame] = []
        self._changes: ChangeTally | None = None
        self._changes_left_out = 0

    def __enter__(self) -> "WorkbookResult":
        return self

    def __exit__(self, *error: object) -> None:
        self.book.close()
        if self._ordering is not None:
            self._ordering.close()

    def add(self, screened: Screened) -> None:
        """Add a part of the file; the cells of a small one are made while the next is screened."""
        self._rows += screened.originals.height
        if self._rows >= MOST_ROWS:
            raise TooLargeForExcelError(
                f"Excel一张表最多{MOST_ROWS - 1}行，这个名单更长：请把结果改存为CSV或Parquet，或按乡镇分开筛查"
            )
        rows = screened.rows
        numbers = aligned(rows, screened.tidy, self.outcomes, screened.said)
        self._rejects.append(screened.rejects.select(list(REMARKS)))
        self._warnings.append(screened.warnings.select(list(REMARKS)))
        self._result(screened, numbers)
        if rows.height:
            who = people(screened.originals, rows)
            self.tally.add(who, rows, numbers, self.outcomes)
            self.rosters.add(who, rows, numbers, self.outcomes)
            self.asking.add(who, rows, numbers, self.outcomes)
        if screened.originals.height > _MOST_AT_ONCE:
            self.book.package.settle()

    def add_changes(self, frames: Iterable[pl.DataFrame], tally: ChangeTally) -> None:
        """Add what has changed since an earlier result, and that *tally* counts, as a sheet of its own."""
        self._changes_left_out = add_sheet(self.book, frames, self.policies, self.about.day)
        self._changes = tally

    def finish(self) -> None:
        """Write what is known only at the end, and put the workbook in its place."""
        if self._ordering is not None:
            for frame in self._ordering.frames():
                self._append(frame)
        if self.result is None:
            self.result = self.book.sheet("结果", [Column(STATE, 30, Style.HEAD)])
        write_policies(self.book, self.tally, self.outcomes, self.about.day)
        write_villages(self.book, self.tally)
        write_facts(self.book, self.asking.subjects, self.asking.results)
        self._remarks("退回行", self._rejects)
        self._remarks("提示", self._warnings)
        self._about()
        first = {name: place for place, name in enumerate(_FIRST)}
        last = {name: place for place, name in enumerate(_LAST, 2)}
        kept = [sheet for sheet in self.book.sheets if sheet.rows > 1 or sheet.name in first or sheet.name in last]
        kept.sort(key=lambda sheet: (0, first[sheet.name]) if sheet.name in first else (last.get(sheet.name, 1), 0))
        self.book.sheets = kept
        self.book.save()

    # ── the list itself ──

    def _result(self, screened: Screened, numbers: pl.DataFrame) -> None:
        originals, state, found = wide(screened, numbers)
        own = [name for name in originals.columns if name != ROW]
        if self.result is None:
            self._begin(originals, own, found.columns)
        # Columns go by place: the official's may bear any name.
        frame = pl.DataFrame(
            [
                originals[ROW].alias(ROW),
                *(originals[name].alias(f"o{place}") for place, name in enumerate(own)),
                state.alias("state"),
                *(found[code].alias(f"p{place}") for place, code in enumerate(found.columns)),
            ]
        )
        if self._ordering is None:
            self._append(frame)
        else:
            self._ordering.add(frame)

    def _begin(self, originals: pl.DataFrame, own: list[str], codes: list[str]) -> None:
        if len(own) + 1 + len(codes) > MOST_COLUMNS:
            raise TooLargeForExcelError(f"Excel一张表最多{MOST_COLUMNS}列，加上结果列就超出了：请删去用不到的列")
        columns = [Column(name, _width(originals[name], name), Style.OWN_HEAD) for name in own]
        titles = free_names([STATE, *(head(self.outcomes.policy(code)) for code in codes)], own)
        columns += [Column(title, 22 if place else 10) for place, title in enumerate(titles)]
        name = column_of("name", own)
        frozen = own.index(name) + 1 if name is not None and own.index(name) < 12 else 0
        self.result = self.book.sheet("结果", columns, frozen=frozen, height=60)

    def _append(self, frame: pl.DataFrame) -> None:
        assert self.result is not None
        self.book.package.settle()  # no more than one part waits in memory to be written
        known = self.outcomes.known
        self._cells += [
            self.book.shared(text, STYLES[outcome.verdict])
            for text, outcome in zip(self.words.all()[len(self._cells) :], known[len(self._cells) :], strict=True)
        ]
        cells = pl.Series(self._cells, dtype=pl.String)
        own = [name for name in frame.columns if name.startswith("o")]
        found = [name for name in frame.columns if name.startswith("p")]
        screened = self.book.shared(SCREENED)
        few = {name: self._shared(frame[name]) for name in own}

        def prepare(rows: pl.DataFrame) -> pl.DataFrame:
            state = pl.when(pl.col("state") == SCREENED).then(pl.lit(screened))
            shown = state.otherwise(text_cells(rows["state"], Style.SET_ASIDE))
            originals = (
                rows[name].replace_strict(few[name], return_dtype=pl.String) if few[name] else text_cells(rows[name])
                for name in own
            )
            return rows.with_columns(shown.alias("state"), *originals)

        empty = pl.lit(f'" s="{Style.SET_ASIDE:d}"/>')
        outcomes = [pl.lit(cells).gather(pl.col(name)).fill_null(empty) for name in found]
        self.result.append(frame, [*map(pl.col, own), pl.col("state"), *outcomes], prepare=prepare)

    def _shared(self, texts: pl.Series) -> dict[str | None, str]:
        """Return the cells of a column that holds few different texts; of others, nothing."""
        different = texts.unique(maintain_order=True)
        if different.len() > _FEW:
            return {}
        empty = f'" s="{Style.TEXT:d}"/>'
        return {text: self.book.shared(text, Style.TEXT) if text else empty for text in different}

    # ── the sheets at the end ──

    def _remarks(self, name: str, listed: list[pl.DataFrame]) -> None:
        columns = [Column("原表行号", 10), Column("列", 20), Column("说明", 80)]
        sheet = self.book.sheet(name, columns)
        if not listed:
            return
        remarks = pl.concat(listed).sort(ROW, maintain_order=True, nulls_last=True).head(sheet.room)
        cells = [text_cells(remarks[column]) for column in (ROW, COLUMN, MESSAGE)]
        sheet.append(pl.DataFrame(cells), [pl.col(ROW), pl.col(COLUMN), pl.col(MESSAGE)])

    def _about(self) -> None:
        sheet = self.book.sheet("说明", [Column("说明", 18), Column("内容", 110)], filtered=0)
        about = self.about
        lines = [
            ("性质", about.notice),
            ("筛查日期", str(about.day)),
            ("户数", str(self.tally.households)),
            ("人数", str(self.tally.members)),
            ("退回行数", str(sum(frame[ROW].n_unique() for frame in self._rejects))),
            *(("没有读", text) for text in self.notes),
            *(("怎么看", text) for text in _READING),
            ("怎么看", _WITH_OPEN if self.rosters.open_too else _WITHOUT_OPEN),
            *([] if self._changes is None else [("变化", self._changes.summary())]),
            ("程序版本", about.release),
            ("政策版本", about.policy_set),
        ]
        lines += [
            ("未列全", f"“{name}”共{wanted}行，超出一张表的容量，只列了前{written}行；请按乡镇分开筛查")
            for name, written, wanted in [*self.rosters.left_out(), *self.asking.left_out()]
        ]
        if self._changes_left_out:
            lines.append(
                ("未列全", f"“变化”还有{self._changes_left_out}条超出一张表的容量，没有列出：请把结果另存为CSV")
            )
        for title, text in lines:
            sheet.write((title, Style.WRAPPED), (text, Style.WRAPPED))


def _width(column: pl.Series, name: str) -> float:
    """Return a width that shows what the column holds."""
    # A Chinese character takes two columns of the screen and three bytes.
    widest = max(((len(text.encode()) + len(text)) / 2 for text in column.head(1000) if text), default=0.0)
    title = (len(name.encode()) + len(name)) / 2
    return min(max(widest + 2, min(title, 16) + 2, NARROWEST), WIDEST)
