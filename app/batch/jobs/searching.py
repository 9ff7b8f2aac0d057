"""Looks for a household in what is kept of lists."""

import sys
from io import BytesIO
from typing import Any

import polars as pl

from app.batch.jobs.files import RESULT, BatchFiles, made_by
from app.batch.jobs.sealing import damage_is_said, opened_key
from app.batch.qualifying import KIND, read_qualifying
from app.models import Batch
from app.security.keyring import Keyring


def rows_about(
    files: BatchFiles, keyring: Keyring, batch: Batch, reference: str, member: str | None
) -> list[dict[str, Any]]:
    """Return the result's rows about a household, or about one of its members; none where the result is gone."""
    content = _read(files, keyring, batch, RESULT)
    if content is None:
        return []
    wanted = pl.col("household_reference").cast(pl.String) == reference
    if member is not None:
        wanted &= (pl.col("member_reference").cast(pl.String) == member).fill_null(value=False)
    return pl.scan_parquet(content).filter(wanted).collect().to_dicts()


def stated_about(
    files: BatchFiles, keyring: Keyring, batch: Batch, reference: str, member: str | None
) -> list[dict[str, Any]]:
    """Return the facts that are kept for handing over a household, or what of them is about one of its members."""
    names = files.made(batch.id, batch.attempts, KIND)
    contents = (content for name in names if (content := _read(files, keyring, batch, name)) is not None)
    found = []
    for household in read_qualifying(contents, -1, sys.maxsize, references={reference}):
        members = [each for each in household.stated["members"] if member in (None, each["reference"])]
        if members:
            found.append({**household.stated, "members": members})
    return found


def _read(files: BatchFiles, keyring: Keyring, batch: Batch, name: str) -> BytesIO | None:
    """Return a Parquet file that was made of a list; None where it is gone."""
    key = opened_key(keyring, batch)
    try:
        with damage_is_said():
            return BytesIO(files.reader(batch.id, made_by(batch.attempts, name, "parquet"), key).read())
    except FileNotFoundError:
        return None
