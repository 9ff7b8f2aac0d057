"""Puts the members of a part together: who is with whom, and what they say of their household."""

from typing import Final

import polars as pl

from app.batch.reading.facts import dtype_of
from app.batch.reading.headers import FACTS, MEMBER, label
from app.batch.reading.part import Part, coalesced
from app.batch.reading.references import read_references
from app.batch.reading.remarks import REFERENCE
from app.batch.reading.tables import ROW
from app.rules.columns import HOUSEHOLD_NUMBER, MEMBER_COUNT
from policies.facts import Assistance

FIRST: Final = "first"
"""The column that marks the first row of each household."""
SET_ASIDE: Final = "set_aside"
"""The column that says how many rows of the household were set aside."""

_HOUSEHOLD_FACTS: Final = tuple(key for key, fact in FACTS.items() if fact.entity.name == "household")


def name_members(part: Part) -> pl.Series:
    """Return each member's reference: the file's, or its place in the household."""
    place = _place(part.runs)
    texts = part.text(MEMBER)
    if texts is None:
        return place.cast(pl.String)
    named = part.told(MEMBER, texts, read_references(texts))
    named = coalesced(named, place.cast(pl.String))
    clear = (named.hash() + part.runs.cast(pl.UInt64) * 0x9E3779B97F4A7C15).n_unique() == named.len()
    if not clear:
        mask, first = later_twins(part, named)
        said = pl.concat_str(
            pl.lit("人口编号与第"), first.cast(pl.String), pl.lit("行的重复，请改用不同的编号（不填时为顺序号）")
        )
        part.remarks.fault(mask, part.header(MEMBER), pl.select(said).to_series())
    return named


def later_twins(part: Part, values: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Return which good rows repeat a value of an earlier one of their household, and the row of that."""
    frame = pl.DataFrame({"run": part.runs, "value": values, ROW: part.frame[ROW], "good": part.remarks.good})
    wanted = pl.when(pl.col("good") & pl.col("value").is_not_null()).then(pl.col(ROW))
    first = frame.select(wanted.min().over("run", "value").alias("first"))["first"]
    usable = frame["good"] & values.is_not_null()
    return usable & (first != frame[ROW]), first


def agree(part: Part) -> None:
    """Let what one row says of the household hold for all, and refuse what differs."""
    for key in _HOUSEHOLD_FACTS:
        known = part.facts.get(key)
        if known is None:
            continue
        good = part.remarks.good
        frame = pl.DataFrame({"run": part.runs, "value": known, ROW: part.frame[ROW]})
        if part.remarks.bad.any():
            frame = frame.with_columns(value=pl.when(good).then("value"))
        unlike = (pl.col("run") == pl.col("run").shift(1)) & pl.col("value").ne_missing(pl.col("value").shift(1))
        runs = frame.filter(unlike)["run"].unique()
        if runs.is_empty():
            continue
        at = part.runs.is_in(runs.implode()).arg_true()
        among = frame[at].with_columns(
            said=pl.col("value").drop_nulls().first().over("run"),
            by=pl.when(pl.col("value").is_not_null()).then(ROW).min().over("run"),
        )
        differs = among["value"] != among["said"]
        if differs.any():
            words = among.select(
                pl.concat_str(
                    pl.lit("与同户第"), pl.col("by").cast(pl.String), pl.lit("行不一致，同一户应填写相同的内容，请核对")
                )
            ).to_series()
            mask = pl.repeat(False, part.height, dtype=pl.Boolean, eager=True).scatter(at, differs.fill_null(False))
            told = pl.repeat(None, part.height, dtype=pl.String, eager=True).scatter(at, words)
            part.remarks.fault(mask, part.header_of_fact(key), told)
        part.facts[key] = known.scatter(at, coalesced(among["value"], among["said"]))


def share_dibao(part: Part) -> None:
    """Tell a household on dibao from members who are on it alone, by 是否享受低保 of every member.

    Where some are not, it is not said whether the household has another standing.
    """
    meaning, receives = "on_dibao", part.on_dibao
    if receives is None:
        return
    good = part.remarks.good
    frame = pl.DataFrame({"run": part.runs, "yes": receives, "good": good})
    every = pl.when("good").then(pl.col("yes").fill_null(False)).all().over("run")
    none = pl.when("good").then(~pl.col("yes").fill_null(True)).all().over("run")
    asked = frame.select(every=every, none=none)
    claimed = part.facts.get("assistance")
    part.claim("single_dibao", pl.select(pl.when(~asked["every"]).then(receives)).to_series(), meaning)
    if claimed is not None and part.sources.get("assistance") == "poverty_attribute":
        said = f"本户没有人享受低保，与{label('poverty_attribute')}不一致，{label('assistance')}按未知处理，请核对"
        part.remarks.doubt(asked["none"] & claimed.is_not_null(), part.header(meaning), said)
        part.facts["assistance"] = pl.select(pl.when(asked["every"]).then(claimed)).to_series()
    all_on_it = pl.select(pl.when(asked["every"]).then(pl.lit(Assistance.DIBAO.value))).to_series()
    part.claim("assistance", all_on_it, meaning)


def assembled(part: Part, members: pl.Series, regions: pl.Series, numbered: int) -> pl.DataFrame:
    """Return the good rows as `rules.columns` takes them, the households numbered on from *numbered*."""
    good = part.remarks.good
    facts = [
        part.facts[key].alias(key) if key in part.facts else pl.lit(None, dtype_of(fact)).alias(key)
        for key, fact in FACTS.items()
    ]
    frame = pl.select(
        part.frame[ROW],
        part.runs.alias("run"),
        part.references.alias(REFERENCE),
        members.alias(MEMBER),
        regions.alias("region_code"),
        *facts,
    )
    bad = part.remarks.bad
    if bad.any():
        aside = pl.DataFrame({"run": part.runs, SET_ASIDE: bad}).group_by("run").agg(pl.col(SET_ASIDE).sum())
        frame = frame.filter(good).join(aside, on="run", how="left", maintain_order="left")
    else:
        frame = frame.with_columns(pl.lit(0, pl.UInt32).alias(SET_ASIDE))
    number = frame["run"].rle_id().cast(pl.Int64)
    counts = number.value_counts(sort=False).sort(number.name)["count"]
    return frame.drop("run").with_columns(
        (number + numbered).alias(HOUSEHOLD_NUMBER),
        counts.gather(number).cast(pl.Int64).alias(MEMBER_COUNT),
        number.ne_missing(number.shift(1)).alias(FIRST),
    )


def _place(runs: pl.Series) -> pl.Series:
    """Return the place of each row in its run, from 1."""
    at = pl.int_range(runs.len(), dtype=pl.UInt32, eager=True)
    starts = runs.ne_missing(runs.shift(1))
    return at - pl.select(pl.when(starts).then(at).forward_fill()).to_series() + 1
