"""The same answers everywhere: every layout, every format, both engines, against the API's own answer."""

import polars as pl
import pytest

from tests.batch import parity
from tests.batch.parity import blocks, compare, differences, screened_singly, tidy
from tests.batch.registers import FORMATS, LAYOUTS

HOUSEHOLDS = next(blocks(500, 500, seed=3))
SMALL = HOUSEHOLDS[:40]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_format_and_engine_answers_as_one_household_at_a_time(layout):
    told = list(compare(HOUSEHOLDS, layout, FORMATS, screened_singly))
    assert [form for form, _, _ in told] == [*FORMATS, parity.ENGINE]
    assert {form: wrong for form, _, wrong in told if wrong} == {}
    assert min(answers for _, answers, _ in told) > 40 * len(HOUSEHOLDS)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_api_answers_what_the_comparison_is_made_with(layout):
    assert differences(screened_singly(SMALL, layout), parity.answered(SMALL, layout)) == {}


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("verdict", pl.lit("eligible")),
        ("amount", pl.lit(7, parity.SCHEMA["amount"])),
        ("reasons", pl.col("reasons").list.head(0)),
        ("missing_facts", pl.lit(["age"])),
        ("missing_figures", pl.lit(["x"])),
        ("handling_unit", pl.lit("x")),
        ("policy", pl.lit("x")),
    ],
)
def test_a_single_answer_that_differs_is_told(tmp_path, name, other):
    found = tidy(parity.screened(tmp_path, SMALL, "keys", "csv"))
    assert differences(found, found) == {}
    # An answer without any of it would be the same again.
    at = found.with_row_index().filter((pl.col("verdict") == "undetermined") & (pl.col("reasons").list.len() > 0))[
        "index"
    ][0]
    changed = found.with_row_index().with_columns(
        pl.when(pl.col("index") == at).then(other).otherwise(name).alias(name)
    )
    assert differences(changed.select(found.columns), found)


def test_an_answer_that_is_missing_or_given_twice_is_told(tmp_path):
    found = tidy(parity.screened(tmp_path, SMALL, "keys", "csv"))
    assert differences(found.slice(1), found)
    assert differences(pl.concat([found, found.head(1)]), found)["answered twice"] == 1
