"""The ends of cells, the names of places, and text made fit for XML."""

import re
from collections.abc import Collection
from typing import Final

import polars as pl

from app.batch.styles import Style

LONGEST_CELL: Final = 32_767
CUT: Final = "…（过长，已截短）"
LONGEST_SHEET_NAME: Final = 31

# XML cannot hold these at all; and Excel reads `_x0041_` as the letter A.
_ILLEGAL: Final = "[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]"
_LETTER: Final = "_(x[0-9A-Fa-f]{4})"
_NEEDS_CARE: Final = rf"[&<>\r\n\t]|{_ILLEGAL}|{_LETTER}|^\s|\s$"
_NOT_IN_SHEET_NAMES: Final = re.compile(r"[\[\]:*?/\\]")


def column_letters(place: int) -> str:
    """Return the letters of a column counted from 0: 27 is AB."""
    letters, place = "", place + 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def sheet_name(wanted: str, taken: Collection[str]) -> str:
    """Return *wanted* as Excel accepts it, told apart from the names *taken*."""
    clean = _NOT_IN_SHEET_NAMES.sub("·", wanted).strip("'")[:LONGEST_SHEET_NAME] or "表"
    name, number = clean, 1
    while name.casefold() in {other.casefold() for other in taken}:
        number += 1
        mark = f"({number})"
        name = clean[: LONGEST_SHEET_NAME - len(mark)] + mark
    return name


def escape(text: str, *, quoted: bool = False) -> str:
    """Return *text* as XML holds it, what XML cannot hold left out."""
    if len(text) > LONGEST_CELL:
        text = text[: LONGEST_CELL - len(CUT)] + CUT
    text = re.sub(_LETTER, r"_x005F_\1", re.sub(_ILLEGAL, "", text))
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")
    return text.replace('"', "&quot;").replace("\n", "&#10;") if quoted else text


def text_element(text: str) -> str:
    """Return a text as a shared string holds it."""
    return f'<t xml:space="preserve">{escape(text)}</t>'


def text_cells(texts: pl.Series, style: Style = Style.TEXT) -> pl.Series:
    """Return the cells of a column of texts; a null is an empty cell."""
    texts = texts.cast(pl.String)
    too_long = texts.str.len_chars() > LONGEST_CELL
    if too_long.any():
        cut = texts.str.slice(0, LONGEST_CELL - len(CUT)) + CUT
        texts = cut.zip_with(too_long, texts)
    opening = "<is><t>"
    if texts.str.contains(_NEEDS_CARE).any():
        opening = '<is><t xml:space="preserve">'
        texts = (
            texts.str.replace_all(_ILLEGAL, "")
            .str.replace_all(_LETTER, "_x005F_$1")
            .str.replace_all("&", "&amp;", literal=True)
            .str.replace_all("<", "&lt;", literal=True)
            .str.replace_all(">", "&gt;", literal=True)
            .str.replace_all("\r", "&#13;", literal=True)
        )
    filled = pl.concat_str(pl.lit(f'" s="{style:d}" t="inlineStr">{opening}'), pl.col("t"), pl.lit("</t></is></c>"))
    empty = pl.lit(f'" s="{style:d}"/>')
    blank = pl.col("t").is_null() | (pl.col("t") == "")
    return texts.to_frame("t").select(pl.when(blank).then(empty).otherwise(filled).alias(texts.name))[texts.name]


def number_cells(numbers: pl.Expr, style: Style = Style.PLAIN) -> pl.Expr:
    """Return the cells of a column of numbers; a null is an empty cell."""
    filled = pl.concat_str(pl.lit(f'" s="{style:d}"><v>'), numbers.cast(pl.String), pl.lit("</v></c>"))
    return pl.when(numbers.is_null()).then(pl.lit(f'" s="{style:d}"/>')).otherwise(filled)
