"""Figures: declared by the policies, filled from `figures.toml`, checked on import."""

import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeGuard

from app.rules import Figure, Grade, Source, Unit, Value
from app.rules.quantities import scale_of
from policies import documents

FILE = Path(__file__).with_name("figures.toml")
KNOWN = {"from", "value", "unit", "minimum", "document", "clause"}
LARGEST = 10**13
"""In exact units: a hundred thousand million yuan."""

declared: dict[str, Figure] = {}
"""Every figure that a policy declares, by key."""


class FigureError(ValueError):
    """`figures.toml` says something that cannot be used; the message says what."""


def load(text: str) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of each figure key; raise FigureError on a malformed file."""
    try:
        tables = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise FigureError(f"figures.toml 不是合法的TOML，请按所示行列改正：{error}") from None
    rows: dict[str, list[dict[str, Any]]] = {}
    for policy, figures in tables.items():
        for name, values in figures.items() if isinstance(figures, dict) else [("", figures)]:
            if not (isinstance(values, list) and all(isinstance(row, dict) for row in values)):
                raise FigureError(f"{policy}：每个数值请单写一节，以 [[政策代码.数额名]] 开头")
            rows[f"{policy}.{name}"] = values
    return rows


_ROWS = load(FILE.read_text(encoding="utf-8"))


def figure(key: str, label: str, unit: str, supplied_by: Unit) -> Figure:
    """Declare a figure: dated values come from the file, none makes it unknown.

    Declaring one key again, from another policy, returns the same figure.
    """
    known = declared.get(key)
    if known is not None:
        if (known.label, known.unit, known.supplied_by) != (label, unit, supplied_by):
            raise FigureError(f"{key}：两处声明的名称、单位或公布单位不同，请改成一样，或换一个键")
        return known
    values = tuple(read_value(key, unit, row) for row in _ROWS.get(key, []))
    starts = [value.start for value in values]
    if len(set(starts)) < len(starts):
        raise FigureError(f"{key}：同一天有两个数值，请只留一个")
    declared[key] = Figure(key, label, unit, supplied_by, values)
    return declared[key]


def read_value(key: str, unit: str, row: dict[str, Any]) -> Value:
    """Return one dated value of the file; money becomes 分."""
    if unknown := set(row) - KNOWN:
        raise FigureError(f"{key}：不认识的项 {'、'.join(sorted(unknown))}，可用的项是 {'、'.join(sorted(KNOWN))}")
    source = getattr(documents, str(row.get("document")), None)
    if not isinstance(source, Source):
        raise FigureError(f"{key}：document 应为 policies/documents.py 中的名字，请先在那里登记文件")
    if source.grade not in (Grade.OFFICIAL, Grade.COPIED):
        raise FigureError(f"{key}：《{source.title}》只见于转述，不足以作为数额依据，请换成见到原文或转载全文的文件")
    start, amount, clause = row.get("from"), row.get("value"), row.get("clause")
    if type(start) is not date:
        raise FigureError(f"{key}：from 应为日期，请写成 2022-07-01 的样子")
    if not _is_amount(amount):
        raise FigureError(f"{key}：value 应为不小于零的数，请写成 800 或 80.50 的样子")
    if not isinstance(clause, str) or not clause:
        raise FigureError(f"{key}：缺少 clause，请写明出自哪一条")
    own_unit, minimum = row.get("unit", unit), row.get("minimum", False)
    if not isinstance(own_unit, str) or scale_of(own_unit) != scale_of(unit):
        raise FigureError(f"{key}：unit 与政策所用的“{unit}”不能换算，请改成同类单位或删去")
    if not isinstance(minimum, bool):
        raise FigureError(f"{key}：minimum 请写 true 或 false")
    exact = Decimal(amount) * scale_of(own_unit)
    if exact != exact.to_integral_value() or exact > LARGEST:
        places = "最多两位小数" if scale_of(own_unit) == 100 else "不能有小数"
        raise FigureError(f"{key}：value {places}，也不能过大，请核对")
    return Value(start, int(exact), own_unit, minimum, source.article(clause, ""))


def _is_amount(value: Any) -> TypeGuard[int | Decimal]:
    number = isinstance(value, int | Decimal) and not isinstance(value, bool)
    return number and Decimal(value).is_finite() and value >= 0


def check_all_declared() -> None:
    """Raise FigureError when the file fills a figure that no policy declares."""
    if unknown := set(_ROWS) - set(declared):
        raise FigureError(f"没有政策使用这些数额：{'、'.join(sorted(unknown))}，请核对名称或删去")
