"""Invented facts of millions of people, made in seconds, the same on every run: Parquet files, and a village's list.

Households are drawn from a pool of those of `tests.benchmarks.households`, which keep together
what goes together in a village; days, money and references are each household's own.
"""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import polars as pl
from polars.io.plugins import register_io_source

from app.batch.spreadsheet import Book, Column
from app.rules.expressions import Amount, Choice, Fact, When, YesNo, vocabulary
from policies.facts import Household, Person
from tests.batch.registers import GIVEN, SURNAMES, heading
from tests.benchmarks.households import households

POOL: Final = 20_000
"""Different households, apart from their days and money."""
STRETCH: Final = 100_000
"""Households made at a time."""
FACTS: Final[dict[str, Fact]] = {fact.key: fact for fact in (*vocabulary(Household), *vocabulary(Person))}
TYPES: Final = {YesNo: pl.Boolean, Choice: pl.String, Amount: pl.Float64, When: pl.Date}
SCHEMA: Final = pl.Schema(
    {
        "household_reference": pl.String,
        "member_reference": pl.String,
        "region_code": pl.String,
        **{key: TYPES[type(fact)] for key, fact in FACTS.items()},
    }
)
MONEY: Final = ("income_per_capita", "medical_expense")


def crowd(path: Path, people: int, seed: int = 1) -> Path:
    """Write a file of *people* rows, households together, with the columns of SCHEMA."""

    def source(*_: Any) -> Iterator[pl.DataFrame]:
        yield from stretches(people, seed)

    register_io_source(source, schema=SCHEMA).sink_parquet(path, row_group_size=250_000)
    return path


def stretches(people: int, seed: int = 1) -> Iterator[pl.DataFrame]:
    """Yield the rows of a file in frames of whole households, but for the last of all, which may be cut short."""
    members, sizes = _pool()
    starts = sizes.cum_sum() - sizes
    first = 0
    while people > 0:
        numbers = pl.int_range(first, first + STRETCH, dtype=pl.UInt64, eager=True)
        drawn = (numbers.hash(seed) % POOL).cast(pl.UInt32)
        counts = sizes.gather(drawn)
        # Each household's place in the stretch, repeated for every member, and where its members begin.
        home = pl.select(pl.int_range(STRETCH, dtype=pl.UInt32).repeat_by(counts).explode()).to_series()
        place = pl.int_range(home.len(), dtype=pl.UInt32, eager=True) - (counts.cum_sum() - counts).gather(home)
        rows = members[starts.gather(drawn).gather(home) + place]
        yield _own(rows, numbers.gather(home), place, seed).head(people).select(*SCHEMA)
        people -= home.len()
        first += STRETCH


def _own(rows: pl.DataFrame, numbers: pl.Series, place: pl.Series, seed: int) -> pl.DataFrame:
    """Give each household and each member days, money and references of their own."""
    person = numbers * 64 + place
    days, money = pl.lit(person.hash(seed + 1) % 364), pl.lit(numbers.hash(seed + 2) % 4001)
    born = pl.col("birth_date") - pl.duration(days=days.cast(pl.Int64))
    return rows.with_columns(
        ("H" + numbers.cast(pl.String)).alias("household_reference"),
        born.alias("birth_date"),
        *((pl.col(key) * (0.8 + money / 10_000)).round(2).alias(key) for key in MONEY),
    )


@lru_cache(maxsize=1)
def _pool() -> tuple[pl.DataFrame, pl.Series]:
    """Return the members of the pool, and how many each household has."""
    rows, sizes = [], []
    for household in households(POOL):
        facts = {key: household.get(key) for key in ("region_code", *FACTS)}
        sizes.append(len(household["members"]))
        rows += [facts | member | {"member_reference": member["reference"]} for member in household["members"]]
    wanted = {**SCHEMA, "birth_date": pl.String}
    del wanted["household_reference"]
    frame = pl.DataFrame([{key: row.get(key) for key in wanted} for row in rows], schema=wanted, strict=False)
    return frame.with_columns(pl.col("birth_date").str.to_date()), pl.Series(sizes, dtype=pl.UInt32)


def village_list(people: int, seed: int = 1) -> pl.DataFrame:
    """Return the rows of a list as an official keeps it: names, ID numbers, answers in Chinese, all of it text."""
    rows = pl.concat(stretches(people, seed))
    numbers = pl.int_range(rows.height, dtype=pl.UInt64, eager=True)
    surname, given = (
        pl.Series(list(among)).gather(numbers.hash(seed + at) % len(among))
        for at, among in enumerate((SURNAMES, GIVEN))
    )
    facts = [_answers(fact, rows[key]).alias(heading(fact)) for key, fact in FACTS.items()]
    return pl.DataFrame(
        [
            rows["household_reference"].alias("户编号"),
            rows["member_reference"].alias("人口编号"),
            (surname + given).alias("姓名"),
            rows["region_code"].alias("行政区划代码"),
            _id_numbers(rows, numbers).alias("身份证号码"),
            *facts,
        ]
    )


def _answers(fact: Fact, cells: pl.Series) -> pl.Series:
    match fact:
        case YesNo():
            return cells.replace_strict({True: "是", False: "否"}, default=None, return_dtype=pl.String)
        case Choice():
            return cells.replace_strict({option.value: option.label for option in fact.options}, return_dtype=pl.String)
        case Amount():
            return cells.cast(pl.String).str.strip_suffix(".0")
        case _:
            return cells.cast(pl.String)


def _id_numbers(rows: pl.DataFrame, numbers: pl.Series) -> pl.Series:
    """Return numbers that fit the birth date and the sex; none where the birth date is unknown."""
    odd = (rows["sex"] == "male").fill_null(True).cast(pl.UInt64)
    serial = (numbers % 500 * 2 + odd).cast(pl.String).str.zfill(3)
    bodies = "341103" + rows["birth_date"].dt.strftime("%Y%m%d") + serial
    weighted = [bodies.str.slice(place, 1).cast(pl.Int64) * (2 ** (17 - place) % 11) for place in range(17)]
    checks = pl.Series(list("10X98765432")).gather(sum(weighted[1:], weighted[0]) % 11)
    return bodies + checks


def workbook(path: Path, people: int, seed: int = 1) -> Path:
    """Write a village's list as Excel does: every distinct text stands in the book once."""
    frame = village_list(people, seed)
    with Book(path) as book:
        sheet = book.sheet("名单", [Column(name) for name in frame.columns])
        cells = [_shared(book, frame[name]).alias(name) for name in frame.columns]
        sheet.append(pl.DataFrame(cells), [pl.col(name) for name in frame.columns])
        book.save()
    return path


def _shared(book: Book, texts: pl.Series) -> pl.Series:
    known = {text: book.shared(text) for text in texts.unique(maintain_order=True).drop_nulls().to_list()}
    return texts.replace_strict(known, default='"/>', return_dtype=pl.String).fill_null('"/>')
