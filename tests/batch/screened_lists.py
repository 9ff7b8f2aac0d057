"""Lists screened for the tests of the writing side, from random households with invented people."""

import random
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
from python_calamine import CalamineWorkbook

from app.batch.screened import About, Screened, no_remarks
from app.batch.tidy import Schema, TidyReader
from app.rules.expressions import Amount, When, YesNo, vocabulary
from app.screening import Profile, Screener
from policies import POLICIES
from policies.facts import Household, Person
from tests.strategies import random_profile

DAY = date(2026, 11, 23)
ABOUT = About(DAY, "sha256:0123", "0.1", "本结果只是筛查，不是行政决定。")
SCREENER = Screener(POLICIES)
OWN = ["乡(镇)", "村", "户编号", "人口编号", "姓名", "证件号码", "与户主关系", "备注"]

ROWS: Schema = {
    "row": pl.Int64,
    "household": pl.Int64,
    "members": pl.Int64,
    "household_reference": pl.String,
    "member_reference": pl.String,
    "first": pl.Boolean,
    **{
        fact.key: pl.Boolean
        if isinstance(fact, YesNo)
        else pl.Int64
        if isinstance(fact, Amount)
        else pl.Date
        if isinstance(fact, When)
        else pl.String
        for entity in (Household, Person)
        for fact in vocabulary(entity)
    },
}


def random_list(seed: int, households: int, holes: float = 0.25, most: int = 5) -> list[Profile]:
    chance = random.Random(seed)
    return [random_profile(chance, holes, most) for _ in range(households)]


def rows_of(profiles: Sequence[Profile], first_row: int = 2) -> pl.DataFrame:
    """Return the facts as the reading side gives them."""
    rows: list[dict[str, Any]] = []
    for number, profile in enumerate(profiles):
        for position, member in enumerate(profile.members):
            rows.append(
                {
                    "row": first_row + len(rows),
                    "household": number,
                    "members": len(profile.members),
                    "household_reference": profile.reference or f"H{first_row}-{number}",
                    "member_reference": profile.references[position],
                    "first": position == 0,
                    **profile.facts,
                    **member,
                }
            )
    return pl.DataFrame(rows, schema=ROWS)


def originals_of(rows: pl.DataFrame, remark: str = "") -> pl.DataFrame:
    """Return an official's own columns for *rows*."""
    number = pl.col("row").cast(pl.String)
    relation = pl.when("first").then(pl.lit("户主")).otherwise(pl.lit("之子"))
    return rows.select(
        "row",
        pl.lit("乌衣镇").alias("乡(镇)"),
        pl.concat_str(pl.lit("第"), (pl.col("household") % 3).cast(pl.String), pl.lit("村")).alias("村"),
        pl.col("household_reference").alias("户编号"),
        pl.col("member_reference").alias("人口编号"),
        pl.concat_str(pl.lit("某"), number).alias("姓名"),
        pl.concat_str(pl.lit("341103193001"), number.str.zfill(6)).alias("证件号码"),
        relation.alias("与户主关系"),
        pl.lit(remark or None, pl.String).alias("备注"),
    )


def screened(profiles: Sequence[Profile], first_row: int = 2, day: date = DAY, remark: str = "") -> Screened:
    rows = rows_of(profiles, first_row)
    tidy = tuple(TidyReader(SCREENER, day).screen(rows))
    return Screened(originals_of(rows, remark), rows, tidy, no_remarks(), no_remarks())


def remarks(*listed: tuple[int, str, str]) -> pl.DataFrame:
    return pl.DataFrame(list(listed), schema=no_remarks().schema, orient="row")


def read_sheet(path: Path, name: str) -> pl.DataFrame:
    """Return a sheet as people see it, all of it text; an empty cell is null."""
    head, *rows = CalamineWorkbook.from_path(path).get_sheet_by_name(name).to_python(skip_empty_area=False)
    schema = {str(title) or f"column {place}": pl.String for place, title in enumerate(head)}
    return pl.DataFrame([[_text(cell) for cell in row] for row in rows], schema=schema, orient="row")


def _text(cell: object) -> str | None:
    whole = isinstance(cell, float) and cell.is_integer()
    return (str(int(cell)) if whole else str(cell)) or None  # type: ignore[call-overload]
