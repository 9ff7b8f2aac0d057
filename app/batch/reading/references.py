"""The names that a file gives its households and members: serial numbers, nothing personal."""

import re
from typing import Final

import polars as pl
from pydantic_core import PydanticCustomError

from app.batch.reading.distinct import Cells, Said, read_rest
from app.batch.reading.words import plain, trimmed
from app.intake.wire import LONGEST_TEXT, read_reference

LOST_DIGITS: Final = "编号是数字格式，末几位已丢失，请把该列设为文本后重新填写"
TOO_LONG: Final = f"太长，最多{LONGEST_TEXT}个字"

# Below the table: sums, notes, and who filled it in. They stand in any column, often the first.
_BELOW: Final = re.compile(
    r"(备注|注[:：\d]|说明|填表|制表|填报|审核|审批|负责人|经办|联系人|签字|签名|盖章|日期|合计|总计|小计|共计|单位|打印|第\d+页)"
)

# Regular names that can be neither an ID number nor a telephone number.
_REGULAR: Final = r"^[0-9A-Za-z]{1,10}$|^[0-9]{12}$|^[0-9]{14,17}$"
_LOST: Final = re.compile(r"[0-9](\.[0-9]+)?[Ee]\+[0-9]{2}")


def read_references(cells: pl.Series) -> Cells:
    """Read a column of references; a blank one is null."""
    quick = pl.select(pl.when(cells.str.contains(_REGULAR)).then(cells).alias(cells.name)).to_series()
    return read_rest(cells, quick, _say, needed=True)


def is_below(text: str) -> bool:
    """Whether a cell begins like what stands below a table."""
    return _BELOW.match(plain(text)) is not None


def _say(text: str) -> Said:
    name = trimmed(text)
    if not name or is_below(name):
        return Said()
    if _LOST.fullmatch(name):
        return Said(fault=LOST_DIGITS)
    if len(name) > LONGEST_TEXT:
        return Said(fault=TOO_LONG)
    try:
        return Said(read_reference(name))
    except PydanticCustomError as refused:
        return Said(fault=str(refused))
