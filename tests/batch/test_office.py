"""Workbooks of ours as LibreOffice understands them: opened, and saved again, nothing is missing or changed."""

import shutil
import subprocess
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from app.batch.run import run
from app.batch.screened import About
from app.batch.template import template
from app.screening import Screener
from policies import POLICIES
from tests.batch import registers

NAMES = ("result", "template")


@pytest.fixture(scope="module")
def saved_again(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Any, Any]]:
    """Workbooks as we wrote them, and as LibreOffice saved them."""
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("no LibreOffice: apt install libreoffice-calc")
    folder = tmp_path_factory.mktemp("office")
    source = registers.register(folder / "list.xlsx", 60, "register-1", "xlsx", slips=0.02, dirt=0.1)
    about = About(registers.DAY, "sha256:test", "test", "本结果只是筛查。")
    run(source, folder / "result.xlsx", screener=Screener(POLICIES), about=about, home=registers.HOME)
    template(folder / "template.xlsx")
    profile = f"-env:UserInstallation=file://{folder / 'profile'}"
    command = [office, profile, "--headless", "--convert-to", "xlsx", "--outdir", str(folder / "again")]
    subprocess.run(
        [*command, *(str(folder / f"{name}.xlsx") for name in NAMES)], check=True, capture_output=True, timeout=180
    )
    return {
        name: (
            openpyxl.load_workbook(folder / f"{name}.xlsx"),
            openpyxl.load_workbook(folder / "again" / f"{name}.xlsx"),
        )
        for name in NAMES
    }


def cells(sheet: Worksheet) -> list[tuple[Any, ...]]:
    """Return what the cells of *sheet* show, without the blank ones at the ends."""
    rows = [tuple(None if cell == "" else cell for cell in row) for row in sheet.iter_rows(values_only=True)]
    width = max((place + 1 for row in rows for place, cell in enumerate(row) if cell is not None), default=0)
    while rows and not any(cell is not None for cell in rows[-1]):
        rows.pop()
    return [row[:width] for row in rows]


@pytest.mark.parametrize("name", NAMES)
def test_every_sheet_and_cell_is_there_as_it_was_written(saved_again: dict[str, tuple[Any, Any]], name: str) -> None:
    ours, theirs = saved_again[name]
    assert theirs.sheetnames == ours.sheetnames
    for sheet in ours.sheetnames:
        assert cells(theirs[sheet]) == cells(ours[sheet]), sheet


@pytest.mark.parametrize("name", NAMES)
def test_heads_stay_in_sight_and_pages_can_be_read(saved_again: dict[str, tuple[Any, Any]], name: str) -> None:
    ours, theirs = saved_again[name]
    for sheet in ours.sheetnames:
        mine, its = ours[sheet], theirs[sheet]
        assert mine.freeze_panes is not None  # without a window, LibreOffice saves nothing of what is in sight
        assert its.auto_filter.ref == mine.auto_filter.ref
        assert (its.print_title_rows, its.print_title_cols) == (mine.print_title_rows, mine.print_title_cols)
        assert its.page_setup.fitToWidth == mine.page_setup.fitToWidth
        assert its.page_setup.orientation == "landscape"


def test_rows_of_several_lines_are_tall_enough(saved_again: dict[str, tuple[Any, Any]]) -> None:
    ours, theirs = saved_again["result"]
    asked = ours["待核实"]
    tall = [row for row, about in asked.row_dimensions.items() if row > 1 and (about.height or 0) > 15]
    assert tall
    assert all(theirs["待核实"].row_dimensions[row].height >= 2 * 12 for row in tall)


def test_drop_downs_offer_what_we_wrote(saved_again: dict[str, tuple[Any, Any]]) -> None:
    ours, theirs = (
        {
            str(rule.sqref).split(":")[0]: rule.formula1
            for rule in book["名单"].data_validations.dataValidation
            if rule.type == "list"
        }
        for book in saved_again["template"]
    )
    assert theirs == ours
