"""Writes the workbooks that tests need, with every trap of real ones, from nothing but a zip."""

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape

_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_TYPES: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_STYLES: Final = (
    f'<styleSheet xmlns="{_MAIN}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'
)


@dataclass(frozen=True)
class Raw:
    """A cell's XML between `<c r="…"` and `</c>`, for what no writer would write."""

    xml: str


def write_workbook(path: Path, *sheets: Sequence[Sequence[Any]], **more: Any) -> Path:
    """Write one sheet for each table of cells: text, numbers, booleans, dates, None or Raw."""
    write_parts(path, {**parts_of(sheets, **more)})
    return path


def write_parts(path: Path, parts: dict[str, str | bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def parts_of(
    sheets: Sequence[Sequence[Sequence[Any]]],
    *,
    merged: Sequence[str] = (),
    hidden_columns: str = "",
    hidden_sheets: Sequence[int] = (),
    top: int = 1,
    left: int = 0,
) -> dict[str, str | bytes]:
    """Return the parts of a workbook; *merged*, *hidden_columns* and the place of the table are of its first sheet."""
    count = range(1, len(sheets) + 1)
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/>'
        + "".join(
            f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_TYPES}.worksheet+xml"/>' for n in count
        )
        + "</Types>",
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>'
        + "".join(
            f'<sheet name="表{n}" sheetId="{n}" r:id="rId{n}"{" state=" + chr(34) + "hidden" + chr(34) if n - 1 in hidden_sheets else ""}/>'
            for n in count
        )
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        + "".join(
            f'<Relationship Id="rId{n}" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in count
        )
        + f'<Relationship Id="rIdS" Type="{_RELATIONS}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": _STYLES,
    }
    for number, rows in zip(count, sheets, strict=True):
        first = number == 1
        data = "".join(
            f'<row r="{at}">{"".join(_cell(f"{letters(left + place)}{at}", cell) for place, cell in enumerate(row))}</row>'
            for at, row in enumerate(rows, start=top)
        )
        columns = (
            f'<cols><col min="{hidden_columns}" max="{hidden_columns}" hidden="1"/></cols>'
            if first and hidden_columns
            else ""
        )
        spans = "".join(f'<mergeCell ref="{ref}"/>' for ref in merged) if first else ""
        merges = f"<mergeCells>{spans}</mergeCells>" if spans else ""
        parts[f"xl/worksheets/sheet{number}.xml"] = (
            f'<worksheet xmlns="{_MAIN}">{columns}<sheetData>{data}</sheetData>{merges}</worksheet>'
        )
    return parts


def _cell(place: str, value: Any) -> str:
    match value:
        case None | "":
            return ""
        case Raw(xml):
            return f'<c r="{place}"{xml}</c>'
        case bool():
            return f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
        case int() | float():
            return f'<c r="{place}"><v>{value}</v></c>'
        case date():
            return f'<c r="{place}" s="1"><v>{(value - date(1899, 12, 30)).days}</v></c>'
        case _:
            return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'


def letters(place: int) -> str:
    """Return the letters of a column counted from 0."""
    found = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        found = chr(65 + rest) + found
    return found
