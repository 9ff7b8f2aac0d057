"""DuckDB as an engine that screens a table: in this process, on this machine."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

import polars as pl
from sqlglot import exp

from app.batch.sql_engine import module
from app.batch.sql_plan import Table
from app.rules import sql_words as sql


class DuckDb:
    """DuckDB in this process; *source* is a Parquet file, or a pattern of several."""

    dialect: str = "duckdb"
    facts: exp.Table = sql.table("facts")

    def __init__(self, source: str, *, memory_limit: str | None = None, scratch: Path | None = None) -> None:
        duckdb = module("duckdb", "DuckDB", "engines")
        # Nothing is downloaded: whatever a statement needs is in the wheel.
        settings = {"autoinstall_known_extensions": "false"}
        if memory_limit is not None:
            settings["memory_limit"] = memory_limit
        if scratch is not None:
            settings["temp_directory"] = str(scratch)
        self.connection = duckdb.connect(config=settings)
        self.connection.execute("SET enable_progress_bar = false")
        facts = self.connection.read_parquet(source)
        facts.create_view("facts")
        self.columns: Mapping[str, exp.DataType] = {
            name: exp.DataType.build(str(kind), dialect="duckdb")
            for name, kind in zip(facts.columns, facts.types, strict=True)
        }

    def rows(self, statement: exp.Query) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = self.connection.execute(statement.sql("duckdb")).fetchall()
        return found

    def take(self, name: str, table: Table, rows: str) -> str:
        form = {column: exp.DataType.build(kind).sql("duckdb") for column, kind in table.items()}
        self.connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT UNNEST(FROM_JSON(?, ?), recursive := true)",
            [rows, json.dumps([form])],
        )
        for column, kind in form.items():
            self._number_words(name, column, kind)
        return name

    def _number_words(self, table: str, column: str, kind: str) -> None:
        """Let *column* hold the numbers of its few words: Parquet is written in half the time, and reads the same."""
        words = {
            "TEXT": f"SELECT {column} AS word FROM {table}",
            "TEXT[]": f"SELECT UNNEST({column}) AS word FROM {table}",
        }
        if kind not in words:
            return
        distinct = f"SELECT DISTINCT word FROM ({words[kind]}) WHERE word IS NOT NULL ORDER BY word"
        if self.connection.execute(distinct).fetchall():
            of_words = f"words_of_{table}_{column}"
            self.connection.execute(f"CREATE TYPE {of_words} AS ENUM ({distinct})")
            self.connection.execute(f"ALTER TABLE {table} ALTER {column} TYPE {of_words}{kind.removeprefix('TEXT')}")

    def write(self, statement: exp.Query, target: str) -> None:
        half = f"{target}.{uuid4().hex}.part"
        try:
            self.connection.sql(statement.sql("duckdb")).write_parquet(half, compression="zstd")
            Path(half).replace(target)
        finally:
            Path(half).unlink(missing_ok=True)

    def height(self, target: str) -> int:
        # DuckDB would take a name with brackets for a pattern.
        return int(pl.scan_parquet(target, glob=False).select(pl.len()).collect().item())

    def close(self) -> None:
        self.connection.close()
