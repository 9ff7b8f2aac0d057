"""ID numbers and certificates: a column of them says what each says alone."""

import random

import polars as pl
import pytest

from app.batch.reading.documents import LOST_DIGITS, Read, read_documents
from app.identity import Certificate, IdentityError, IdNumber, read_certificate, read_document, read_id_number
from tests.batch.registers import checked

KINDS = (read_id_number, read_certificate, read_document)


def numbers(chance: random.Random) -> list[str]:
    """Return numbers of every length, right and wrong in every place, written in every way."""
    found = []
    for _ in range(400):
        year, serial = chance.randint(1880, 2040), chance.randint(0, 999)
        born = f"{year}{chance.randint(0, 13):02d}{chance.randint(0, 32):02d}"
        number = checked(f"{chance.randint(100000, 999999)}{born}{serial:03d}")
        place = chance.randrange(18)
        found += [
            number,
            number.lower(),
            f" {number}",
            number[:place] + chance.choice("0123456789X") + number[place + 1 :],
            f"{number}{chance.randint(0, 9)}{chance.randint(0, 5)}",
            f"{number}{chance.randint(1, 7)}{chance.randint(1, 4)}{chance.choice('Bb')}{chance.randint(0, 9)}",
            number[:15],
            number[:-1],
        ]
    return [*found, "李四", "34110319430501001Ｘ", "1" * 18]


def read_alone(kind: Read, text: str) -> tuple[IdNumber | Certificate | None, str]:
    try:
        return kind(text), ""
    except IdentityError as refused:
        return None, str(refused)


@pytest.mark.parametrize("kind", KINDS)
def test_a_column_says_what_each_number_says_alone(kind: Read) -> None:
    texts = numbers(random.Random(11643))
    read = read_documents(pl.Series(texts), kind)
    right = 0
    for text, row in zip(texts, read.proved.rows(), strict=True):
        alone, fault = read_alone(kind, text)
        if alone is None:
            assert row == (None,) * 5
            assert read.faults[text] == fault
            continue
        right += 1
        number, category, grade = (
            (alone.id, alone.disability_category, alone.disability_grade)
            if isinstance(alone, Certificate)
            else (alone, None, None)
        )
        assert row == (number.number, number.birth_date, number.sex, category, grade)
        assert text not in read.faults
    assert right > 100


@pytest.mark.parametrize("text", ["3.41103E+17", "3.41103194305010E+17", "3.4e17"])
def test_a_number_in_scientific_notation_has_lost_its_last_digits(text: str) -> None:
    assert read_documents(pl.Series([text])).faults == {text: LOST_DIGITS}


@pytest.mark.parametrize("text", [None, "", " ", "无", "不详", "/"])
def test_no_number_is_no_mistake(text: str | None) -> None:
    read = read_documents(pl.Series([text], dtype=pl.String))
    assert read.proved.row(0) == (None,) * 5
    assert read.faults == {}
