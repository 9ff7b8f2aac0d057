"""Looks for a household in the results of lists."""

from io import BytesIO
from typing import Any

import polars as pl

from app.batch.jobs.files import RESULT, BatchFiles, made_by
from app.batch.jobs.sealing import damage_is_said, opened_key
from app.models import Batch
from app.security.keyring import Keyring


def rows_about(
    files: BatchFiles, keyring: Keyring, batch: Batch, reference: str, member: str | None
) -> list[dict[str, Any]]:
    """Return the result's rows about a household, or about one of its members; none where the result is gone."""
    key = opened_key(keyring, batch)
    try:
        with damage_is_said():
            content = files.reader(batch.id, made_by(batch.attempts, RESULT, "parquet"), key).read()
    except FileNotFoundError:
        return []
    wanted = pl.col("household_reference").cast(pl.String) == reference
    if member is not None:
        wanted &= (pl.col("member_reference").cast(pl.String) == member).fill_null(value=False)
    return pl.scan_parquet(BytesIO(content)).filter(wanted).collect().to_dicts()
