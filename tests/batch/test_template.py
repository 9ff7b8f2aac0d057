"""The empty list asks for every fact, in words that the reading side knows."""

from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from app.batch.reading.headers import meaning_of
from app.batch.template import CERTIFICATE, HOUSEHOLD, ID_NUMBER, MEMBER, REGION, entries, template
from app.rules.expressions import Amount, Choice, YesNo, vocabulary
from policies.facts import Household, Person

FACTS = (*vocabulary(Household), *vocabulary(Person))


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Worksheet:
    path: Path = tmp_path_factory.mktemp("template") / "名单.xlsx"
    template(path)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["名单", "填写说明", "示例"]
    return book["名单"]


def heads(page: Worksheet) -> list[str]:
    return [str(cell.value) for cell in page[1]]


def test_every_fact_has_a_column_that_the_reading_side_knows(page: Worksheet) -> None:
    assert heads(page)[:5] == [HOUSEHOLD, MEMBER, REGION, ID_NUMBER, CERTIFICATE]
    assert [meaning_of(head) for head in heads(page)[5:]] == [fact.key for fact in FACTS]
    assert all(meaning_of(head) for head in heads(page))


def test_choices_are_chosen_from_a_list(page: Worksheet) -> None:
    lists = {str(v.sqref): v.formula1 for v in page.data_validations.dataValidation if v.type == "list"}
    for place, fact in enumerate(FACTS, 6):
        letter = page.cell(1, place).column_letter
        cells = f"{letter}2:{letter}1048576"
        if isinstance(fact, YesNo):
            assert lists.pop(cells) == '"是,否"'
        elif isinstance(fact, Choice):
            assert lists.pop(cells) == f'"{",".join(option.label for option in fact.options)}"'
    assert not lists


def test_numbers_are_not_negative_and_stay_numbers(page: Worksheet) -> None:
    numbers = [v for v in page.data_validations.dataValidation if v.type in ("decimal", "whole")]
    assert len(numbers) == sum(isinstance(fact, Amount) for fact in FACTS)
    assert all((v.operator, v.formula1) == ("greaterThanOrEqual", "0") for v in numbers)


def test_every_column_and_its_head_show_a_note(page: Worksheet) -> None:
    notes = [v for v in page.data_validations.dataValidation if v.showInputMessage]
    assert len(notes) == 2 * len(heads(page))
    assert all(note.prompt and len(note.prompt) <= 255 and len(note.promptTitle) <= 32 for note in notes)


def test_ids_are_text(page: Worksheet) -> None:
    for letter in "ABCDE":
        assert page.column_dimensions[letter].number_format == "@"


def test_hints_of_the_data_dictionary_are_in_the_notes() -> None:
    by_key = {entry.key: entry for entry in entries()}
    assert all(fact.hint in by_key[fact.key].note for fact in FACTS)


def test_no_note_is_cut() -> None:
    assert all(len(entry.note) <= 255 and len(entry.title) <= 32 for entry in entries())
