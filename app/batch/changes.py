"""What has changed since an earlier result: who newly qualifies, who no longer does, and why.

Two tidy files are compared household by household.  Both are first split into buckets
by the household's reference, so that a province fits into the memory of a village.
"""

import tempfile
from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Final

import polars as pl

from app.batch.awards import AMOUNT
from app.batch.causes import Causes, Differences
from app.batch.outcomes import CONTENT
from app.batch.parquet_result import read_made
from app.batch.reading.stretches import stretches
from app.batch.reading.unreadable import UnreadableFileError
from app.batch.tidy import SCHEMA, TEXTS, VERDICTS, Schema
from app.rules.policy import Policy, Verdict

KEYS: Final = ("household_reference", "member_reference", "policy")
BUCKET: Final = 1_000_000
"""Rows of a bucket, about."""
_NTH: Final = "nth"
_VERDICTS: Final = [verdict.value for verdict in Verdict]
_DTYPES: Final = {**{name: (dtype,) for name, dtype in SCHEMA.items()}, "verdict": (VERDICTS, pl.String)}
_COMPARED: Final = (*CONTENT, "handling_unit")


class Change(StrEnum):
    """How a result differs from the one before."""

    NEW = "newly_eligible"
    LOST = "no_longer_eligible"
    AMOUNT = "amount_changed"
    OPEN = "now_undetermined"
    SETTLED = "now_ineligible"

    @property
    def label(self) -> str:
        return {
            "newly_eligible": "新增符合",
            "no_longer_eligible": "不再符合",
            "amount_changed": "金额变化",
            "now_undetermined": "转为待核实",
            "now_ineligible": "待核实转为不符合",
        }[self.value]


CHANGES: Final = pl.Enum([change.value for change in Change])
CHANGE_SCHEMA: Final[Schema] = {
    "household_reference": pl.String,
    "member_reference": pl.String,
    "policy": pl.String,
    "change": CHANGES,
    "verdict_before": VERDICTS,
    "verdict": VERDICTS,
    "amount_before": AMOUNT,
    "amount_unit_before": pl.String,
    "amount": AMOUNT,
    "amount_unit": pl.String,
    "causes": TEXTS,
    "facts": TEXTS,
    "explanation": pl.String,
    "handling_unit": pl.String,
}
"""`causes` are codes of `causes.Cause`; `facts` the keys of the facts that may have turned the result."""


def changes(previous: Path, current: Path, policies: Sequence[Policy], bucket: int = BUCKET) -> Iterator[pl.DataFrame]:
    """Yield what differs in *current* from *previous*, both tidy Parquet files, in no particular order."""
    check_tidy(previous)
    made = read_made(current)
    if made is None:
        raise ValueError("the current result does not say how it was made")
    causes = Causes(policies, Differences.between(read_made(previous), made, policies))
    rows = max(pl.scan_parquet(path).select(pl.len()).collect().item() for path in (previous, current))
    buckets = -(-rows // bucket)
    if buckets <= 1:
        yield _compare(_rows(previous).collect(), _rows(current).collect(), causes)
        return
    with tempfile.TemporaryDirectory(dir=current.parent, prefix=".") as folder:
        old, new = (Path(folder) / name for name in ("before", "after"))
        _split(previous, old, buckets)
        _split(current, new, buckets)
        for number in range(buckets):
            before, after = (_bucket(side / str(number)) for side in (old, new))
            yield _compare(before, after, causes)


def check_tidy(path: Path) -> None:
    """Refuse what is not a tidy result: a file, or a folder of files as a cluster writes."""
    if path.is_dir() and not (path / "_SUCCESS").exists():
        raise UnreadableFileError("以前的结果没有写完（文件夹里没有 _SUCCESS），无法比较变化：请选用写完的结果")
    try:
        schema = pl.scan_parquet(path).collect_schema()
        fitting = all(schema.get(name) in _DTYPES[name] for name in SCHEMA) and (
            schema["verdict"] == VERDICTS
            or _rows(path).select(pl.col("verdict").is_in(_VERDICTS).all()).collect().item()
        )
    except (pl.exceptions.PolarsError, OSError):
        fitting = False
    if not fitting:
        raise UnreadableFileError("这不是以前筛查得到的Parquet结果，无法比较变化：请选用批量筛查时保存的.parquet结果")


def _rows(path: Path) -> pl.LazyFrame:
    """Return the rows of a tidy result; the verdicts that SQL engines write are plain text."""
    return pl.scan_parquet(path).select(*SCHEMA).with_columns(pl.col("verdict").cast(VERDICTS))


def _split(path: Path, folder: Path, buckets: int) -> None:
    """Write the rows of *path* into a folder a bucket."""
    folder.mkdir()
    number = (pl.col("household_reference").hash(seed=1) % buckets).cast(pl.UInt32).alias("bucket")
    for place, batch in enumerate(stretches(_rows(path).select(*SCHEMA, number), len(SCHEMA))):
        for (which,), part in batch.partition_by("bucket", as_dict=True, include_key=False).items():
            (folder / str(which)).mkdir(exist_ok=True)
            part.write_ipc(folder / str(which) / f"{place:06}.ipc", compression="lz4")


def _bucket(folder: Path) -> pl.DataFrame:
    """Return the rows of a bucket in their order."""
    parts = [pl.read_ipc(path) for path in sorted(folder.glob("*.ipc"))]
    return pl.concat(parts) if parts else pl.DataFrame(schema=SCHEMA)


def _compare(before: pl.DataFrame, after: pl.DataFrame, causes: Causes) -> pl.DataFrame:
    """Return the changes between two frames of tidy rows."""
    # Numbers stand for keys and contents until the few rows are left that differ.
    pairs = _marked(after).join(_marked(before), on=["key", _NTH], how="full", coalesce=True, suffix="_before")
    differ = pairs.filter(pl.col("content").ne_missing(pl.col("content_before"))).select("place", "place_before")
    new = _taken(after, differ["place"])
    old = _taken(before, differ["place_before"])
    keys = [pl.select(pl.coalesce(new[name], old[name])).to_series() for name in KEYS]
    found = pl.DataFrame(
        [
            *(key.alias(name) for name, key in zip(KEYS, keys, strict=True)),
            *(
                side[name].alias(f"{name}{suffix}")
                for side, suffix in ((new, ""), (old, "_before"))
                for name in _COMPARED
            ),
        ]
    )
    found = found.with_columns(_change().cast(CHANGES).alias("change")).filter(pl.col("change").is_not_null())
    return causes.explain(found).select(list(CHANGE_SCHEMA)).cast(CHANGE_SCHEMA)  # type: ignore[arg-type]


def _marked(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a number for the keys and one for the content of each row, and its place.

    Rows with the same keys are told apart by their order: references need not be unique in a bad list.
    """
    marks = frame.select(
        pl.int_range(pl.len(), dtype=pl.UInt32).alias("place"),
        pl.struct(KEYS).hash().alias("key"),
        pl.struct(CONTENT).hash().alias("content"),
    )
    nth = pl.lit(0, pl.UInt32)
    if marks["key"].n_unique() < marks.height:
        nth = pl.int_range(pl.len(), dtype=pl.UInt32).over("key")
    return marks.with_columns(nth.alias(_NTH))


def _taken(frame: pl.DataFrame, places: pl.Series) -> pl.DataFrame:
    """Return the rows at *places*; a place that is null is a row of nulls."""
    return frame.select(pl.all().gather(places))


def _change() -> pl.Expr:
    eligible, undetermined = Verdict.ELIGIBLE.value, Verdict.UNDETERMINED.value
    was, now = pl.col("verdict_before"), pl.col("verdict")
    amounts = (pl.col("amount").ne_missing(pl.col("amount_before"))) | (
        pl.col("amount_unit").ne_missing(pl.col("amount_unit_before"))
    )
    return (
        pl.when((now == eligible) & was.ne_missing(eligible))
        .then(pl.lit(Change.NEW.value))
        .when((was == eligible) & now.ne_missing(eligible) & now.ne_missing(undetermined))
        .then(pl.lit(Change.LOST.value))
        .when((now == eligible) & (was == eligible) & amounts)
        .then(pl.lit(Change.AMOUNT.value))
        .when((now == undetermined) & was.is_not_null() & (was != undetermined))
        .then(pl.lit(Change.OPEN.value))
        .when((was == undetermined) & now.is_not_null() & (now != undetermined))
        .then(pl.lit(Change.SETTLED.value))
    )
