"""Excel workbooks, written row by row from columns of text.

A cell is the end of its XML element: everything behind the row's number in
`<c r="B7" …>`.  Rows are put together by polars, so that a hundred thousand rows
of sixty cells take about a second; the usual libraries take five to eight.

Cells name their own place although the standard lets them leave it out: Excel
does not need it, but many programs that read Excel files do.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, NamedTuple

import polars as pl

from app.batch.cells import column_letters, escape, sheet_name, text_element
from app.batch.draft import Draft
from app.batch.parts import Package, Part
from app.batch.styles import Style, style_sheet

MOST_ROWS: Final = 1_048_576
MOST_COLUMNS: Final = 16_384
BLOCK: Final = 8192
"""Rows that are made at a time."""
MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml."
_DEFAULTS: Final = (
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
)
_PAGE: Final = 250
"""Characters that an A4 page holds across and that can still be read."""
_LINE: Final = 15
"""The height of a line, in points."""
_TALLEST: Final = 26
"""Lines of a row: Excel's rows hold no more."""
_DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'


class Column(NamedTuple):
    """A column's head, its width in characters, and the style of the cells that people will fill in."""

    title: str
    width: float = 12.0
    head: Style = Style.HEAD
    blank: Style = Style.PLAIN


class Book:
    """A workbook that stands under its name once it is complete, and not at all before."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.package = Package(path.parent)
        self.sheets: list[Sheet] = []
        """In the order of their tabs, which may be changed; a sheet taken out is left out."""
        self._begun = 0
        self._texts: dict[str, int] = {}

    def __enter__(self) -> "Book":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of what was not saved."""
        self.package.close()

    def sheet(self, name: str, columns: Sequence[Column], **options: int) -> "Sheet":
        """Begin a sheet; *options* are those of `Sheet`."""
        taken = {sheet.name for sheet in self.sheets}
        self._begun += 1
        self.sheets.append(Sheet(self, self._begun, sheet_name(name, taken), columns, **options))
        return self.sheets[-1]

    def shared(self, text: str, style: Style = Style.PLAIN) -> str:
        """Return a cell with a text that stands in the book once, however many cells show it."""
        number = self._texts.setdefault(text, len(self._texts))
        return f'" s="{style:d}" t="s"><v>{number}</v></c>'

    def save(self) -> None:
        """Complete the book and put it in place of what may be there under its name."""
        parts = [self._part(name, text) for name, text in self._frame()]
        parts += [sheet.end() for sheet in self.sheets]
        with Draft(self.path) as draft:
            with draft.open() as file:
                self.package.write_to(file, parts)
            draft.settle()

    def _part(self, name: str, text: str) -> Part:
        part = self.package.part(name)
        part.write(text.encode())
        part.end()
        return part

    def _frame(self) -> list[tuple[str, str]]:
        """Return every part that is not a sheet."""
        numbers = [sheet.number for sheet in self.sheets]
        kinds = [("workbook.xml", "sheet.main"), ("styles.xml", "styles"), ("sharedStrings.xml", "sharedStrings")]
        kinds += [(f"worksheets/sheet{number}.xml", "worksheet") for number in numbers]
        types = "".join(f'<Override PartName="/xl/{name}" ContentType="{_TYPE}{kind}+xml"/>' for name, kind in kinds)
        targets = [(f"rId{number}", "worksheet", f"worksheets/sheet{number}.xml") for number in numbers]
        targets += [("styles", "styles", "styles.xml"), ("texts", "sharedStrings", "sharedStrings.xml")]
        links = "".join(
            f'<Relationship Id="{id}" Type="{RELATIONS}/{kind}" Target="{target}"/>' for id, kind, target in targets
        )
        relationships = f'<Relationships xmlns="{_PACKAGE}/relationships">'
        root = f'<Relationship Id="rId1" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/>'
        texts = "".join(f"<si>{text_element(text)}</si>" for text in self._texts)
        return [
            (
                "[Content_Types].xml",
                f'{_DECLARATION}<Types xmlns="{_PACKAGE}/content-types">{_DEFAULTS}{types}</Types>',
            ),
            (
                "_rels/.rels",
                f"{_DECLARATION}{relationships}{root}</Relationships>",
            ),
            ("xl/workbook.xml", self._workbook()),
            ("xl/_rels/workbook.xml.rels", f"{_DECLARATION}{relationships}{links}</Relationships>"),
            ("xl/styles.xml", style_sheet()),
            ("xl/sharedStrings.xml", f'{_DECLARATION}<sst xmlns="{MAIN}">{texts}</sst>'),
        ]

    def _workbook(self) -> str:
        listed = "".join(
            f'<sheet name="{escape(sheet.name, quoted=True)}" sheetId="{sheet.number}" r:id="rId{sheet.number}"/>'
            for sheet in self.sheets
        )
        names = "".join(name for place, sheet in enumerate(self.sheets) for name in sheet.names(place))
        return (
            f'{_DECLARATION}<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}">'
            f"<bookViews><workbookView/></bookViews><sheets>{listed}</sheets>"
            f"{f'<definedNames>{names}</definedNames>' if names else ''}</workbook>"
        )


class Sheet:
    """A sheet in the making: a head, then rows."""

    def __init__(
        self,
        book: Book,
        number: int,
        name: str,
        columns: Sequence[Column],
        *,
        frozen: int = 0,
        filtered: int = 1,
        height: int = 0,
    ) -> None:
        """*frozen* columns stay in sight; *filtered* sheets have arrows to filter by; *height* is the head's."""
        self.book, self.number, self.name, self.columns, self.filtered = book, number, name, columns, filtered
        self.frozen = frozen
        self.letters = [column_letters(place) for place in range(len(columns))]
        self.rows = 0
        self.tail = ""
        """XML that comes behind the rows: validations."""
        self.part = book.package.part(f"xl/worksheets/sheet{number}.xml")
        self.part.write(self._opening(frozen).encode())
        if columns:
            height = height or _LINE * max(lines_of(column.title, column.width) for column in columns) + 3
            tall = f' ht="{height}" customHeight="1"'
            heads = zip(columns, self.letters, strict=True)
            cells = "".join(f'<c r="{at}1{book.shared(column.title, column.head)}' for column, at in heads)
            self.part.write(f'<row r="1"{tall}>{cells}</row>'.encode())
            self.rows = 1

    @property
    def room(self) -> int:
        """How many more rows fit."""
        return MOST_ROWS - self.rows

    def append(
        self,
        frame: pl.DataFrame,
        cells: Sequence[pl.Expr],
        lines: pl.Expr | None = None,
        prepare: Callable[[pl.DataFrame], pl.DataFrame] = lambda rows: rows,
    ) -> None:
        """Add a row for each row of *frame*, one cell for each column; of so many *lines*, where cells are wrapped.

        Cells are made later, of what *prepare* makes of the frame.
        """
        # Not every program works out the heights of rows, so that they are told.
        height = pl.lit("") if lines is None else _height(lines)
        pieces: list[pl.Expr] = [pl.lit('<row r="'), pl.col("_n"), pl.lit('"'), height]
        pieces.append(pl.lit(f'><c r="{self.letters[0]}'))
        for place, cell in enumerate(cells):
            pieces += [pl.col("_n"), cell]
            if place + 1 < len(cells):
                pieces.append(pl.lit(f'<c r="{self.letters[place + 1]}'))
        row = pl.concat_str(*pieces, pl.lit("</row>")).str.join("\n").cast(pl.Binary)
        self.part.make(_rows(frame, row, self.rows + 1, prepare))
        self.rows += frame.height

    def write(self, *cells: tuple[str | int | None, Style] | str | int | None) -> None:
        """Add one row, of texts and whole numbers, with a style where it is not the plain one."""
        self.rows += 1
        written, tallest = [], 1
        for place, cell in enumerate(cells):
            at = column_letters(place)
            value, style = cell if isinstance(cell, tuple) else (cell, _style(cell))
            if style is Style.WRAPPED and isinstance(value, str) and place < len(self.columns):
                tallest = max(tallest, lines_of(value, self.columns[place].width))
            if value is None:
                written.append(f'<c r="{at}{self.rows}" s="{style:d}"/>')
            elif isinstance(value, str):
                written.append(f'<c r="{at}{self.rows}{self.book.shared(value, style)}')
            else:
                written.append(f'<c r="{at}{self.rows}" s="{style:d}"><v>{value}</v></c>')
        tall = f' ht="{_LINE * min(tallest, _TALLEST)}"' if tallest > 1 else ""
        self.part.write(f'<row r="{self.rows}"{tall}>{"".join(written)}</row>'.encode())

    def end(self) -> Part:
        whole = f"A1:{self.letters[-1]}{max(self.rows, 2)}" if self.letters else "A1"
        filtering = f'<autoFilter ref="{whole}"/>' if self.filtered and self.letters else ""
        self.part.write(
            f"</sheetData>{filtering}{self.tail}"
            '<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.5" header="0.2" footer="0.2"/>'
            f'<pageSetup paperSize="9" orientation="landscape" fitToWidth="{self._pages()}" fitToHeight="0"/>'
            "<headerFooter><oddFooter>&amp;C第&amp;P页，共&amp;N页</oddFooter></headerFooter>"
            f'<ignoredErrors><ignoredError sqref="{whole}" numberStoredAsText="1"/></ignoredErrors>'
            "</worksheet>".encode()
        )
        self.part.end()
        return self.part

    def _pages(self) -> int:
        """Return how many pages the columns take, those that stay in sight on each of them."""
        always = sum(column.width for column in self.columns[: self.frozen])
        others = sum(column.width for column in self.columns[self.frozen :])
        return max(1, math.ceil(others / max(_PAGE - always, _PAGE / 2)))

    def names(self, place: int) -> list[str]:
        """Return what the workbook names of its sheet at *place*: what is filtered, what every page repeats."""
        if not self.letters:
            return []
        quoted = escape("'" + self.name.replace("'", "''") + "'")
        found = []
        if self.filtered:
            area = f"{quoted}!$A$1:${self.letters[-1]}${max(self.rows, 2)}"
            name = f'<definedName name="_xlnm._FilterDatabase" localSheetId="{place}" hidden="1">'
            found.append(f"{name}{area}</definedName>")
        repeated = f"{quoted}!$A:${self.letters[self.frozen - 1]}," if self.frozen else ""
        titles = f'<definedName name="_xlnm.Print_Titles" localSheetId="{place}">{repeated}{quoted}!$1:$1</definedName>'
        return [*found, titles]

    def _opening(self, frozen: int) -> str:
        pane = ""
        if self.columns:
            across = f' xSplit="{frozen}"' if frozen else ""
            where = "bottomRight" if frozen else "bottomLeft"
            corner = f'{column_letters(frozen)}2" activePane="{where}" state="frozen"'
            pane = f'<pane{across} ySplit="1" topLeftCell="{corner}/>'
        widths = "".join(
            f'<col min="{place}" max="{place}" width="{column.width:.1f}" style="{column.blank:d}" customWidth="1"/>'
            for place, column in enumerate(self.columns, 1)
        )
        return (
            f'{_DECLARATION}<worksheet xmlns="{MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
            f'<sheetViews><sheetView workbookViewId="0">{pane}</sheetView></sheetViews>'
            f"{f'<cols>{widths}</cols>' if widths else ''}<sheetData>"
        )


def _rows(
    frame: pl.DataFrame, row: pl.Expr, first: int, prepare: Callable[[pl.DataFrame], pl.DataFrame]
) -> Iterator[bytes]:
    """Yield the XML of rows, the first of which has the number *first*."""
    for block in prepare(frame).iter_slices(BLOCK):
        numbers = pl.int_range(first, first + block.height, eager=True).cast(pl.String).alias("_n")
        yield block.with_columns(numbers).select(row).item()
        yield b"\n"
        first += block.height


def lines_of(text: str, width: float) -> int:
    """Return how many lines *text* takes in a column of *width*, about."""
    # A Chinese character takes two columns of the screen and three bytes.
    return math.ceil((len(text.encode()) + len(text)) / 2 / max(width - 1, 1)) or 1


def _height(lines: pl.Expr) -> pl.Expr:
    points = (lines.clip(1, _TALLEST) * _LINE).cast(pl.String)
    return pl.when(lines > 1).then(pl.concat_str(pl.lit(' ht="'), points, pl.lit('"'))).otherwise(pl.lit(""))


def _style(value: str | int | None) -> Style:
    return Style.COUNT if isinstance(value, int) else Style.PLAIN
