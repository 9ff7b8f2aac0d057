"""Who and where a row is about, from the official's own columns: for lists that people work through."""

from collections.abc import Sequence
from typing import Final

import polars as pl

from app.batch.reading.distinct import replaced
from app.batch.reading.headers import meaning_of
from app.batch.reading.words import trimmed
from app.batch.screened import ROW
from app.regions import TOWNSHIPS

WHERE: Final = ("township", "village")
WHO: Final = (*WHERE, "household_reference", "member_reference", "name", ROW)
TITLES: Final = ("乡镇", "村", "户编号", "人口编号", "姓名", "原表行号")
WIDTHS: Final = (10.0, 12.0, 18.0, 18.0, 10.0, 8.0)

_ROLES: Final = {
    "township": "township",
    "village": "village",
    "name": "name",
    "head": "head_name",
    "relation": "relation",
}
"""What the table of headings calls each column that is looked for."""


def column_of(role: str, columns: Sequence[str]) -> str | None:
    """Return the official's column for *role*, if there is one."""
    return next((column for column in columns if meaning_of(column) == _ROLES[role]), None)


def people(originals: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Return WHO each of *rows* is about, and `head`, whose household it is; unknown is null."""
    own = {role: column_of(role, originals.columns) for role in _ROLES}
    chosen = [
        pl.lit(None, pl.String).alias(role) if column is None else _tidied(originals[column], role).alias(role)
        for role, column in own.items()
    ]
    asked = rows.select(ROW, "household_reference", "member_reference", "first", _region(rows))
    found = asked.join(originals.select(ROW, *chosen), on=ROW, how="left", maintain_order="left")
    household = pl.col("first").cast(pl.UInt32).cum_sum()
    is_head = pl.col("relation").str.strip_chars() == "户主"
    by_relation = pl.when(is_head).then("name").drop_nulls().first().over(household)
    known = pl.col("region").str.slice(0, 9).replace_strict(dict(TOWNSHIPS), default=None, return_dtype=pl.String)
    township = pl.coalesce("township", known)
    village = pl.coalesce("village", pl.when(pl.col("region").str.len_chars() > 9).then("region"))
    return found.with_columns(township=township, village=village, head=pl.coalesce("head", by_relation)).select(
        *WHO, "head"
    )


def _tidied(texts: pl.Series, role: str) -> pl.Series:
    """Return *texts*, those of places without what hides around them: one village is one, however it is typed."""
    if role not in WHERE:
        return texts
    return replaced(texts, {text: trimmed(text) or None for text in texts.unique().drop_nulls().to_list()}, pl.String)


def _region(rows: pl.DataFrame) -> pl.Expr:
    known = pl.col("region_code") if "region_code" in rows.columns else pl.lit(None, pl.String)
    return known.alias("region")
