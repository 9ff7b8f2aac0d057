"""The faults of real registers, put into invented ones."""

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

Record = dict[str, str]

NUMBERS: Final = ("id_number", "身份证号码", "证件号码")
DAYS: Final = ("birth_date", "出生日期")
HOUSEHOLDS: Final = ("household_reference", "户编号")
RELATIONS: Final = ("与户主关系",)


def _bad_check(number: str) -> str:
    """Return an ID number that ends in another check character."""
    return f"{number[:17]}{'0' if number[17] != '0' else '1'}{number[18:]}" if len(number) >= 18 else number


def _no_such_day(day: str) -> str:
    return f"{day[:4]}0230" if day.isdecimal() else f"{day[:4]}-02-30"


FAULTS: Final[tuple[tuple[Sequence[str], Callable[[str], str]], ...]] = (
    (NUMBERS, _bad_check),
    (NUMBERS, lambda number: number[:-1]),
    (NUMBERS, lambda number: f"{number[:5]}.{number[6:9]}E+17"),
    (DAYS, _no_such_day),
    (DAYS, lambda day: day[:4]),
    (HOUSEHOLDS, lambda reference: ""),
    (RELATIONS, lambda relation: "之子" if relation == "户主" else relation),
    (RELATIONS, lambda relation: "户主"),
)


def soiled(rows: Iterable[Record], chance: random.Random, share: float) -> Iterator[Record]:
    """Yield *rows*, some *share* of them with a fault, or once more in the household of another."""
    before: Record | None = None
    for row in rows:
        if chance.random() < share:
            columns, spoil = chance.choice(FAULTS)
            column = next((name for name in columns if row.get(name)), None)
            if column is not None:
                row[column] = spoil(row[column])
            elif before is not None:
                yield before | {name: row[name] for name in HOUSEHOLDS if name in row}
        yield row
        before = dict(row)
