"""What we write, our own reading side reads: the template, and a result screened again."""

from datetime import date
from pathlib import Path

import openpyxl
import polars as pl

from app.batch.csv_result import CsvResult
from app.batch.reading.chunks import Register, read_chunks
from app.batch.screened import Screened
from app.batch.template import template
from app.batch.tidy import TidyReader
from app.batch.workbook import WorkbookResult
from policies import POLICIES
from tests.batch.screened_lists import ABOUT, DAY, SCREENER

HOME = "341103"


def notes(path: Path) -> tuple[str, ...]:
    return Register(path).sheet.notes


def screen(path: Path) -> list[Screened]:
    reader = TidyReader(SCREENER, DAY)
    found = []
    for chunk in read_chunks(path, day=DAY, home=HOME):
        assert chunk.originals is not None
        tidy = tuple(reader.screen(chunk.rows))
        found.append(Screened(chunk.originals, chunk.rows, tidy, chunk.rejects, chunk.warnings))
    return found


def filled(path: Path) -> Path:
    """Return the template with its own example in the list."""
    template(path)
    book = openpyxl.load_workbook(path)
    for row in book["示例"].iter_rows(min_row=2):
        for cell in row:
            book["名单"][cell.coordinate].value = cell.value
    book.save(path)
    return path


def test_the_template_filled_in_is_read_without_complaint(tmp_path: Path) -> None:
    (part,) = screen(filled(tmp_path / "名单.xlsx"))
    assert notes(tmp_path / "名单.xlsx") == ()
    assert part.rejects.is_empty()
    assert part.warnings.is_empty()
    assert part.rows["birth_date"].to_list() == [date(1940, 3, 15), date(1978, 9, 2), date(2014, 6, 21)]
    assert part.rows["rural"].to_list() == [True] * 3
    assert part.rows["local"].to_list() == [True] * 3
    assert part.rows["assistance"].to_list() == ["dibao"] * 3
    assert part.rows["income_per_capita"].to_list() == [720_000] * 3
    assert part.rows["schooling"][2] == "primary"


def test_a_result_screened_again_gives_the_same_result(tmp_path: Path) -> None:
    (part,) = screen(filled(tmp_path / "名单.xlsx"))
    for path, kind in ((tmp_path / "a.xlsx", WorkbookResult), (tmp_path / "a.csv", CsvResult)):
        with kind(path, POLICIES, ABOUT) as result:
            result.add(part)
            result.finish()
        (again,) = screen(path)
        assert notes(path) == ()
        assert again.rejects.is_empty()
        assert pl.concat(again.tidy).equals(pl.concat(part.tidy))
