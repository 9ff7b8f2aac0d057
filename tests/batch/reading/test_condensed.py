"""Large sheets are read condensed: whatever a sheet holds, the texts are those that the whole reader gives."""

import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from xml.sax.saxutils import escape

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from app.batch.cells import text_cells
from app.batch.reading import archives, condensed_cells, cut_xml, grids
from app.batch.reading.archives import check_workbook
from app.batch.reading.grids import CondensedGrid, Grid, Grids, guarded
from app.batch.reading.skeleton import Skeleton
from app.batch.reading.unreadable import UnreadableFileError
from app.batch.spreadsheet import Book, Column
from tests.batch.workbooks import letters, parts_of, write_parts, write_workbook

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
FORMATS = (0, 14, 2, 22, 46, 164, 165, 166, 9)
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><numFmts count="3"><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m&quot;月&quot;"/>'
    '<numFmt numFmtId="165" formatCode="0.00&quot;元&quot;"/><numFmt numFmtId="166" formatCode="[h]:mm"/></numFmts>'
    f'<cellXfs count="{len(FORMATS)}">{"".join(f"<xf numFmtId={chr(34)}{at}{chr(34)}/>" for at in FORMATS)}</cellXfs>'
    "</styleSheet>"
)

# ── what spreadsheets write ──

TEXTS = st.one_of(
    st.sampled_from(
        [
            "",
            "是",
            "H1",
            " 张三 ",
            "李\n四",
            "a&b",
            "<某>",
            '"',
            "_x000D_",
            "_x0041_",
            "\t",
            "34110319430501001X",
            "＃",
            "1.0",
        ]
    ),
    st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=6),
)
NUMBERS = st.one_of(
    st.integers(-(10**18), 10**18).map(str),
    st.integers(0, 60_000).map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.decimals(-100_000, 100_000, places=2).map(str),
    st.sampled_from(
        ["0", "-0", "0.0", "00", "1E+3", "1.5E-7", "341103194305010018", "0.1", "-1.50", "2958466", "1e400"]
    ),
)
STYLE = st.integers(-1, len(FORMATS)).map(lambda at: "" if at < 0 else f' s="{at}"')
FORMULA = st.sampled_from(["", "", "<f>A1+1</f>", "<f>IF(A1&gt;2,1,2)</f>", '<f t="shared" si="0"/>', "<f/>"])


def text_element(text: str, kept: bool) -> str:
    return f"<t{' xml:space=' + chr(34) + 'preserve' + chr(34) if kept else ''}>{escape(text)}</t>"


ELEMENTS = st.one_of(
    st.builds(text_element, TEXTS, st.booleans()),
    st.builds(
        lambda texts: "".join(f"<r><rPr><b/></rPr>{text_element(text, True)}</r>" for text in texts),
        st.lists(TEXTS, max_size=3),
    ),
    st.just("<t>東</t><rPh><t>ひがし</t></rPh>"),
    st.sampled_from(["<t/>", "<t></t>", "<t>&#x4E2D;&#10;</t>", "<t>a\r\nb</t>", ""]),
)
WRITTEN = st.one_of(
    st.builds(lambda style, number: f'{style} t="s"><v>{number}</v></c>', STYLE, st.integers(0, 5)),
    st.builds(lambda style, number: f'{style} t="s"><v>{number}</v></c>', STYLE, st.integers(0, 5)),
    st.builds(lambda style, text: f'{style} t="inlineStr"><is>{text}</is></c>', STYLE, ELEMENTS),
    st.builds(lambda style, formula, value: f"{style}>{formula}<v>{value}</v></c>", STYLE, FORMULA, NUMBERS),
    st.builds(
        lambda style, value: f'{style} t="n"><v>{value}</v></c>', STYLE, NUMBERS.filter(lambda said: "e4" not in said)
    ),
    st.builds(lambda formula, text: f' t="str">{formula}<v>{escape(text)}</v></c>', FORMULA, TEXTS),
    st.builds(lambda style, value: f'{style} t="b"><v>{value}</v></c>', STYLE, st.integers(0, 1)),
    st.builds(
        lambda formula, value: f' t="e">{formula}<v>{value}</v></c>', FORMULA, st.sampled_from(["#N/A", "#DIV/0!"])
    ),
    st.builds(lambda style, formula: f"{style}>{formula}</c>", STYLE, FORMULA),
    st.builds(lambda style: f"{style}/>", STYLE),
    st.sampled_from(
        [
            "><v></v></c>",
            "><v/></c>",
            "><f>1+1</f><v /></c>",
            ' t="str"><v /></c>',
            "><f>1+1</f><v /></c>",
            ' t="str"><v /></c>',
            ' t="s"><v></v></c>',
            ' t="str"><v></v></c>',
            ' s="1" cm="1"><v>7</v></c>',
        ]
    ),
)
# ── and what they do not ──

STRANGE = [
    ' t="d"><v>2020-01-02</v></c>',
    ' t="d"><v>2020-01-02T03:04:05</v></c>',
    ' t="s"><v>99</v></c>',
    ' t="s"><v>+1</v></c>',
    ' t="s"><v>x</v></c>',
    ' t="s"><v>01</v></c>',
    ' t="x"><v>1</v></c>',
    ' t="e"><v>#SPILL!</v></c>',
    ' t="e"><v>#UNKNOWN!</v></c>',
    ' t="e"/>',
    ' t="n"><v>x</v></c>',
    "><v>x</v></c>",
    "><v> 1 </v></c>",
    "><v>1</v><f>A1</f></c>",
    ' t="inlineStr"><v>x</v></c>',
    ' t="inlineStr"><is/></c>',
    ' t="inlineStr"><is><t><![CDATA[<某>]]></t></is></c>',
    ' t="str"><v>a<!-- --></v></c>',
    ' t="str"><v>&nbsp;</v></c>',
    ' t="str"><is><t>某</t></is></c>',
    "><v>1</v>\n</c>",
    "><x>1</x></c>",
    "><v>1</c>",
    "><f>A1<v>1</v></c>",
    " t='s'><v>1</v></c>",
    ' t="s" s="1"><v>1</v></c>',
    ' s="1" s="2"><v>1</v></c>',
    ' s="&#49;"><v>43000</v></c>',
    ' s="01"><v>43000</v></c>',
    ">1</c>",
    "><v>1</v></c>x",
    "><v>1</v></c><c><v>5</v></c>",
    '><v>1</v></c><!-- <c r="A9"><v>1</v></c> -->',
    ' t="str"><v>&#60;c r="A1"></v></c>',
    " /><!-- -->",
]
ROW_ENDS = st.sampled_from(["</row>", "</row>", "</row>\n", "</row>\r\n  "])


@st.composite
def sheets(draw: st.DrawFn, cells: st.SearchStrategy[str], *, strange: bool) -> str:
    """Draw a sheet's XML."""
    rows = []
    row = draw(st.integers(1, 4))
    left = draw(st.integers(0, 27))
    for _ in range(draw(st.integers(1, 6))):
        placed = []
        column = left
        for _ in range(draw(st.integers(0, 5))):
            column += draw(st.sampled_from([0, 0, 0, 1, 3]))
            at = f"{letters(column)}{row}"
            if strange and draw(st.integers(0, 30)) == 0:
                at = draw(st.sampled_from([at.lower(), f"{at}0", "A1", "", f"${at}", "ZZZ1"]))
            placed.append(f'<c r="{at}"{draw(cells)}')
            column += 1
        more = draw(st.sampled_from(["", "", ' spans="1:3" ht="15" customHeight="1"', ' x14ac:dyDescent="0.2"']))
        if not placed and draw(st.booleans()):
            rows.append(f'<row r="{row}"{more}/>')
        else:
            rows.append(f'<row r="{row}"{more}>{"".join(placed)}{draw(ROW_ENDS)}')
        row += draw(st.sampled_from([1, 1, 1, 2, 5]))
        if strange and draw(st.integers(0, 30)) == 0:
            row -= 2
    head = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n<worksheet xmlns="{MAIN}"><cols><col min="1" max="1"/></cols>'
    merged = draw(
        st.sampled_from(["", "", '<mergeCells count="1"><mergeCell ref="A1:B2"/></mergeCells>', "<mergeCells/>"])
    )
    if strange:
        head = draw(
            st.sampled_from(
                [head, "<worksheet>", '<?xml version="1.0" encoding="GBK"?><worksheet>', "<!-- <row -->" + head]
            )
        )
        merged = draw(
            st.sampled_from(
                [merged, '<mergeCells><mergeCell ref="A1:"/></mergeCells>', "<!-- <row r='1'> -->", "<row "]
            )
        )
        joint = draw(st.sampled_from(["", "", "", " ", "<!-- -->"]))
        return f"{head}<sheetData>{joint.join(rows)}</sheetData>{merged}</worksheet>"
    return f"{head}<sheetData>{''.join(rows)}</sheetData>{merged}</worksheet>"


def workbook(path: Path, sheet: str, shared: list[str], *, is_1904: bool = False) -> Path:
    parts = parts_of([[["户编号"]]])
    items = "".join(f"<si>{text}</si>" for text in shared)
    parts["xl/worksheets/sheet1.xml"] = sheet.encode("gbk" if "GBK" in sheet else "utf-8", "replace")
    parts["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}" count="9" uniqueCount="6">{items}</sst>'
    parts["xl/styles.xml"] = STYLES
    if is_1904:
        parts["xl/workbook.xml"] = str(parts["xl/workbook.xml"]).replace(
            "<sheets>", '<workbookPr date1904="1"/><sheets>'
        )
    write_parts(path, parts)
    return path


def laid_out(grid: Callable[[], Grid]) -> Any:
    """Return everything that a grid says, or why there is none."""

    def everything() -> Any:
        found = grid()
        rows = found.texts(0, 10_000).rows()
        return found.head(), rows, found.height, found.left, list(found.merged), dict(found.spoilt)

    try:
        return guarded(everything)
    except UnreadableFileError as refused:
        return str(refused)


def both(path: Path, *, stretch: int = 4_000_000) -> tuple[Any, Any, bool]:
    """Lay the first sheet out by both readers; tell whether the condensed one did it itself."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cut_xml, "STRETCH", stretch)
        patch.setattr(archives, "_BLOCK", max(stretch // 2, 20))
        whole = laid_out(lambda: Grids(path, check_workbook(path)).grid("表1"))
        patch.setattr(grids, "LARGE", 0)
        itself = []

        def grid() -> Grid:
            found = Grids(path, check_workbook(path, large=0)).grid("表1")
            itself.append(isinstance(found, CondensedGrid))
            return found

        return whole, laid_out(grid), itself == [True]


@given(
    sheets(WRITTEN, strange=False),
    st.lists(ELEMENTS, min_size=6, max_size=6),
    st.booleans(),
    st.sampled_from([90, 300, 4_000_000]),
)
@settings(max_examples=150, deadline=None)
def test_what_spreadsheets_write_is_read_the_same(sheet: str, shared: list[str], is_1904: bool, stretch: int) -> None:
    with TemporaryDirectory() as folder:
        whole, found, itself = both(
            workbook(Path(folder) / "list.xlsx", sheet, shared, is_1904=is_1904), stretch=stretch
        )
    assert found == whole
    assert itself or isinstance(whole, str) or not whole[0]


@given(
    sheets(st.one_of(WRITTEN, WRITTEN, WRITTEN, st.sampled_from(STRANGE)), strange=True),
    st.lists(ELEMENTS, min_size=6, max_size=6),
)
@settings(max_examples=150, deadline=None)
def test_what_they_do_not_write_is_read_the_same_too(sheet: str, shared: list[str]) -> None:
    with TemporaryDirectory() as folder:
        whole, found, _ = both(workbook(Path(folder) / "list.xlsx", sheet, shared))
    assert found == whole


@pytest.mark.parametrize("cell", STRANGE)
def test_each_cell_that_they_do_not_write_is_read_the_same(tmp_path: Path, cell: str) -> None:
    rows = f'<row r="1"><c r="A1" t="s"><v>1</v></c><c r="B1"{cell}<c r="C1"><v>2</v></c></row>'
    sheet = f"<worksheet><sheetData>{rows}</sheetData></worksheet>"
    whole, found, _ = both(workbook(tmp_path / "list.xlsx", sheet, [f"<t>{n}</t>" for n in range(6)]))
    assert found == whole


def read_condensed(path: Path) -> Any:
    """Return what both readers give, if the condensed one needed no help of the other."""
    whole, found, itself = both(path, stretch=2_000)
    assert itself
    assert found == whole
    return found


def test_what_openpyxl_writes_is_read_condensed(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["某村困难群众花名册"])
    sheet.append(["户编号", "姓名", "出生日期", "人均纯收入", "寄宿生", "备注"])
    for number in range(200):
        born = date(1943, 5, 1) + timedelta(days=number)
        sheet.append([f"H{number}", "张三 ", born, number * 1.1, number % 2 == 0, None if number % 3 else "=1+1"])
    sheet["A5"] = 341103194305010018
    sheet.merge_cells("A1:F1")
    sheet.column_dimensions["B"].hidden = True
    book.save(tmp_path / "list.xlsx")
    rename(tmp_path / "list.xlsx", "Sheet", "表1")
    _, rows, height, left, merged, spoilt = read_condensed(tmp_path / "list.xlsx")
    assert rows[3] == ("H1", "张三 ", "1943-05-02", "1.1", "否", "")
    assert (rows[4][0], height, left, merged) == ("3.41103194305010E+17", 201, 0, [((0, 0), (0, 5))])
    assert set(spoilt.values()) == {"#未计算"}


def rename(path: Path, old: str, new: str) -> None:
    """Give a sheet another name."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(f'name="{old}"'.encode(), f'name="{new}"'.encode())
    write_parts(path, dict(parts))


def test_what_we_write_ourselves_is_read_condensed(tmp_path: Path) -> None:
    frame = pl.DataFrame({"a": [f"H{n // 3}" for n in range(3_000)], "b": ["张三", None, "a&b"] * 1_000})
    with Book(tmp_path / "list.xlsx") as book:
        sheet = book.sheet("表1", [Column("户编号"), Column("姓名")])
        texts = frame["b"].to_list()
        shown = [book.shared(text) if text else '" s="0"/>' for text in texts]
        sheet.append(frame.select(text_cells(frame["a"])).with_columns(b=pl.Series(shown)), [pl.col("a"), pl.col("b")])
        book.save()
    assert read_condensed(tmp_path / "list.xlsx")[1][1:] == [(a, b or "") for a, b in frame.rows()]


def test_more_different_cells_than_are_worth_asking_about_are_read_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [["户编号", "性别"], *([f"H{n}&", "女"] for n in range(50))]
    write_workbook(tmp_path / "list.xlsx", rows)
    monkeypatch.setattr(condensed_cells, "_MOST_ASKED", 49)
    whole, found, itself = both(tmp_path / "list.xlsx")
    assert (found, itself) == (whole, False)


def test_cells_that_are_alike_are_asked_about_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    ask = Skeleton.cells
    monkeypatch.setattr(Skeleton, "cells", lambda self, listed, cells: asked.extend(cells) or ask(self, listed, cells))
    write_workbook(tmp_path / "list.xlsx", [["户编号"], *([date(1943, 5, 1 + n % 3)] for n in range(500))])
    read_condensed(tmp_path / "list.xlsx")
    assert len(asked) == 1 + 3  # the format, and each day
