"""Reads a column by its distinct texts: a million cells hold a few thousand different ones.

What one text says is decided by a plain function.  A column of mostly regular texts is read
in one sweep first, and only the rest goes through the function, text by text.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple, TypeAlias

import polars as pl
from polars.datatypes import DataTypeClass

from app.batch.reading.spoilt import UNCALCULATED

DataType: TypeAlias = pl.DataType | DataTypeClass
_FEW: Final = 6


class Said(NamedTuple):
    """What one cell says: a value, nothing, why it cannot be, or why it says nothing."""

    value: Any = None
    fault: str | None = None
    doubt: str | None = None


NOTHING: Final = Said()
FORMULA_ERRORS: Final = frozenset(
    "#N/A #REF! #DIV/0! #VALUE! #NAME? #NUM! #NULL! #SPILL! #CALC! #FIELD! #BLOCKED! #BUSY! #GETTING_DATA".split()
)
_MEND: Final = "请在Excel或WPS中改正公式，或直接填写内容"
_SAVE: Final = "请在Excel或WPS中打开、保存后重新上传"


def spoilt(text: str, ignored: bool) -> Said | None:
    """Return what is to be said of a cell that shows an error or a formula that was not worked out; else None.

    *ignored* says that such a cell counts as unknown; else it is a fault.
    """
    if not text.startswith("#"):
        return None
    then = "按未知处理" if ignored else "没有读取"
    if text == UNCALCULATED:
        said = f"单元格是公式，但没有保存计算结果，{then}：{_SAVE}"
    elif text.strip().upper() in FORMULA_ERRORS:
        said = f"单元格是公式错误（如#N/A、#REF!），{then}：{_MEND}"
    else:
        return None
    return Said(doubt=said) if ignored else Said(fault=said)


Say: TypeAlias = Callable[[str], Said]


class Cells(NamedTuple):
    """A column as read."""

    values: pl.Series
    faults: Mapping[str, str]
    """Why a text cannot be, by the text."""
    doubts: Mapping[str, str]


def read(cells: pl.Series, say: Say, dtype: DataType, *, needed: bool = False) -> Cells:
    """Read every distinct text of *cells*; an error instead of what is *needed* is a fault, and elsewhere a doubt."""
    values: dict[str, Any] = {}
    faults: dict[str, str] = {}
    doubts: dict[str, str] = {}
    texts = cells.unique().drop_nulls().to_list()
    for text in texts:
        value, fault, doubt = spoilt(text, not needed) or say(text)
        if value is not None:
            values[text] = value
        if fault is not None:
            faults[text] = fault
        if doubt is not None:
            doubts[text] = doubt
    if dtype == pl.String and not (faults or doubts) and all(text == value for text, value in values.items()):
        # Codes as they are: there is nothing to replace, but for texts that say nothing.
        silent = [text for text in texts if text not in values]
        return Cells(cells.set(cells.is_in(silent), None) if silent else cells, faults, doubts)
    return Cells(replaced(cells, values, dtype), faults, doubts)


def read_rest(cells: pl.Series, quick: pl.Series, say: Say, *, needed: bool = False) -> Cells:
    """Read the texts of *cells* that have no value yet, and join them to the *quick* ones."""
    rest = quick.is_null() & cells.is_not_null() & (cells != "")
    if not rest.any():
        return Cells(quick, {}, {})
    slow = read(cells.filter(rest), say, quick.dtype, needed=needed)
    return Cells(quick.scatter(rest.arg_true(), slow.values), slow.faults, slow.doubts)


def replaced(cells: pl.Series, values: Mapping[str, Any], dtype: DataType) -> pl.Series:
    """Return the value of each text; null where it has none."""
    if not values:
        return pl.Series(cells.name, [None], dtype=dtype).new_from_index(0, cells.len())
    if len(values) > _FEW:
        return cells.replace_strict(values, default=None, return_dtype=dtype)
    found: pl.Expr = pl.lit(None, dtype)
    for text, value in values.items():
        found = pl.when(cells == text).then(pl.lit(value, dtype)).otherwise(found)
    return pl.select(found.alias(cells.name)).to_series()
