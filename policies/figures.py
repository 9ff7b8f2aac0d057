"""Figures: declared by the policies, filled from `figures.toml`, checked on import."""

import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from app.rules import Figure, Grade, Source, Unit, Value
from app.rules.quantities import scale_of
from policies import documents

FILE = Path(__file__).with_name("figures.toml")
KNOWN = {"from", "value", "unit", "minimum", "document", "clause"}

declared: dict[str, Figure] = {}
"""Every figure that a policy declares, by key."""


class FigureError(ValueError):
    """`figures.toml` says something that cannot be used; the message says what."""


def load(text: str) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of each figure key; raise FigureError on a malformed file."""
    try:
        tables = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise FigureError(f"figures.toml 不是合法的TOML：{error}") from None
    rows: dict[str, list[dict[str, Any]]] = {}
    for policy, figures in tables.items():
        for name, values in figures.items():
            rows[f"{policy}.{name}"] = values
    return rows


_ROWS = load(FILE.read_text(encoding="utf-8"))


def figure(key: str, label: str, unit: str, supplied_by: Unit) -> Figure:
    """Declare a figure: dated values come from the file, none makes it unknown.

    Declaring one key again, from another policy, returns the same figure.
    """
    if key in declared:
        return declared[key]
    values = tuple(read_value(key, unit, row) for row in _ROWS.get(key, []))
    starts = [value.start for value in values]
    if len(set(starts)) < len(starts):
        raise FigureError(f"{key}：同一天有两个数值")
    declared[key] = Figure(key, label, unit, supplied_by, values)
    return declared[key]


def read_value(key: str, unit: str, row: dict[str, Any]) -> Value:
    """Return one dated value of the file; money becomes 分."""
    if unknown := set(row) - KNOWN:
        raise FigureError(f"{key}：不认识的项 {'、'.join(sorted(unknown))}")
    source = getattr(documents, str(row.get("document")), None)
    if not isinstance(source, Source):
        raise FigureError(f"{key}：document 不是 policies/documents.py 中的文件")
    if source.grade not in (Grade.OFFICIAL, Grade.COPIED):
        raise FigureError(f"{key}：《{source.title}》不足以作为数额依据")
    start, amount, clause = row.get("from"), row.get("value"), row.get("clause")
    if type(start) is not date:
        raise FigureError(f"{key}：from 应为日期，如 2022-07-01")
    if not isinstance(amount, int | Decimal) or isinstance(amount, bool) or amount < 0:
        raise FigureError(f"{key}：value 应为不小于零的数")
    if not isinstance(clause, str) or not clause:
        raise FigureError(f"{key}：缺少 clause（条款）")
    own_unit = row.get("unit", unit)
    exact = Decimal(amount) * scale_of(own_unit)
    if exact != exact.to_integral_value() or exact > 10**13:
        raise FigureError(f"{key}：value 最多两位小数，且不能过大")
    minimum = bool(row.get("minimum", False))
    return Value(start, int(exact), own_unit, minimum, source.article(clause, ""))


def check_all_declared() -> None:
    """Raise FigureError when the file fills a figure that no policy declares."""
    if unknown := set(_ROWS) - set(declared):
        raise FigureError(f"没有政策使用这些数额：{'、'.join(sorted(unknown))}")
