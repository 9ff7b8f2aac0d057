"""Where the header of a table stands, and what its columns mean."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final

from app.batch.reading import headers
from app.batch.reading.unreadable import UnreadableFileError

HEAD: Final = 40
"""How many rows from the top are looked at for a header: titles and notes stand above it."""

_LEAST: Final = 2
_NO_HOUSEHOLD: Final = (
    "没有“户编号”列，无法判断谁和谁是一户：请增加一列“户编号”，同一户的人填相同的编号（不要用证件号码），再重新上传"
)
_NO_HEADER: Final = "没有找到表头：请在数据上方留一行列名，如“户编号”“身份证号码”“出生日期”，再重新上传"
_ONE_COLUMN: Final = "只有一列：请用逗号、制表符或分号分隔各列，或另存为.xlsx后重新上传"
# An export of the poverty register, in which a blank 在校生状况 says "not in school".
_REGISTER: Final = frozenset(
    (headers.HOUSEHOLD, headers.MEMBER, "relation", "education", "schooling_status", "health", "labour_skill")
)
# What most policies need: without any of the columns of a row, it is asked for again and again.
_RECOMMENDED: Final[Mapping[str, tuple[str, ...]]] = {
    "身份证号码（或出生日期）": (headers.ID_NUMBER, headers.CERTIFICATE, headers.DOCUMENT, "birth_date", "age"),
    "行政区划代码（或本区户籍）": (headers.REGION, "local", "county"),
    "农村户籍家庭": ("rural",),
    "家庭救助认定": ("assistance", "on_dibao", "poverty_attribute"),
    "建档立卡": ("poverty_registration", "household_type", "poverty_attribute", "lifted_status"),
    "特困供养": ("tekun", "on_tekun"),
    "残疾人证号（或残疾等级）": (headers.CERTIFICATE, headers.DOCUMENT, "disability_grade"),
    "在校阶段": ("schooling", "schooling_status"),
    "家庭人均年可支配收入": ("income_per_capita",),
}


@dataclass(frozen=True)
class Column:
    """One column of the file, in its place."""

    position: int
    header: str
    meaning: str | None
    """The key of a fact, or of another meaning in the table of aliases; None where it is not read."""
    known: bool


@dataclass(frozen=True)
class Sheet:
    """A table as its header describes it."""

    first: int
    """The row of the header, counted from 1; 0 where the columns have names of their own."""
    last: int
    """The second row of a header of two, else *first*."""
    columns: tuple[Column, ...]
    notes: tuple[str, ...] = ()
    """Words for what of the file is not read: columns that mean the same as one before, further lists."""

    @cached_property
    def places(self) -> Mapping[str, Column]:
        """The column of each meaning."""
        return {column.meaning: column for column in self.columns if column.meaning is not None}

    @cached_property
    def names(self) -> tuple[str, ...]:
        """A name for each column: its header, told apart from another of the same name."""
        found: list[str] = []
        for column in self.columns:
            name = column.header or f"第{column.position + 1}列"
            while name in found or name == "row":
                name = f"{name}（{column.position + 1}）"
            found.append(name)
        return tuple(found)

    @property
    def unknown(self) -> tuple[str, ...]:
        """The headers that nobody knows."""
        return tuple(column.header for column in self.columns if not column.known and column.header)

    @property
    def missing(self) -> tuple[str, ...]:
        """What most policies need and no column says."""
        return tuple(said for said, meanings in _RECOMMENDED.items() if not any(m in self.places for m in meanings))

    @property
    def is_register(self) -> bool:
        """Whether this is an export of the poverty register."""
        return self.places.keys() >= _REGISTER

    def header(self, meaning: str) -> str:
        """Return how the file calls the column of *meaning*, or how it would be called."""
        column = self.places.get(meaning)
        return headers.label(meaning) if column is None else column.header


def find(rows: Sequence[Sequence[str]]) -> Sheet | None:
    """Return the most telling header among the first rows of a table."""
    best, most = None, _LEAST - 1
    for sheet in _candidates(rows[:HEAD]):
        if len(sheet.places) > most:
            best, most = sheet, len(sheet.places)
    return best


def of_names(names: Sequence[str]) -> Sheet:
    """Describe a table whose columns have names of their own."""
    return _described(0, 0, names)


def check(sheet: Sheet | None, width: int) -> Sheet:
    """Return *sheet* if households can be told from it, and refuse the file otherwise."""
    if width <= 1:
        raise UnreadableFileError(_ONE_COLUMN)
    if sheet is None:
        raise UnreadableFileError(_NO_HEADER)
    if headers.HOUSEHOLD not in sheet.places:
        raise UnreadableFileError(_NO_HOUSEHOLD)
    return sheet


def _candidates(rows: Sequence[Sequence[str]]) -> Iterator[Sheet]:
    for place, row in enumerate(rows, start=1):
        yield _described(place, place, row)
    for place, (upper, lower) in enumerate(pairwise(rows), start=1):
        yield _described(place, place + 1, _joined(upper, lower))


def _joined(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """Return the names of a header of two rows; a group's name stands over its first column only."""
    width = max(len(upper), len(lower))
    upper, lower = [*upper, *[""] * (width - len(upper))], [*lower, *[""] * (width - len(lower))]
    names, group = [], ""
    for over, under in zip(upper, lower, strict=True):
        group = over or group
        if not under:
            names.append(over)
        elif headers.is_known(group + under) or not headers.is_known(under):
            names.append(group + under)  # 户主信息/证件号码 is not the member's
        else:
            names.append(_of_head(group, under))
    return names


def _of_head(group: str, under: str) -> str:
    return f"户主{under}" if headers.fold(group).startswith("户主") else under


def _described(first: int, last: int, names: Sequence[str]) -> Sheet:
    columns, notes = [], []
    seen: dict[str, str] = {}
    for position, header in enumerate(names):
        meaning = headers.meaning_of(header) if header else None
        if meaning in seen:
            notes.append(f"“{header}”与“{seen[meaning]}”两列含义相同，只读取前一列")
            meaning = None
        elif meaning is not None:
            seen[meaning] = header
        columns.append(Column(position, header, meaning, headers.is_known(header)))
    return Sheet(first, last, tuple(columns), tuple(notes))
