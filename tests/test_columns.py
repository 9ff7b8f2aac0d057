"""The columnar reader against the reference: readings, missing items, and the tidy result."""

import random

import polars as pl
import pytest

from app.batch.tidy import TidyReader, categories
from app.rules.columns import HOUSEHOLD_NUMBER, MEMBER_COUNT, Columns
from app.rules.decision import readings
from app.rules.evaluate import missing
from app.rules.expressions import Amount, AnyMember, Choice, EveryMember, When, YesNo, vocabulary
from app.rules.form import single_fact
from app.screening import Screener
from policies import POLICIES
from policies.facts import Household, Person
from tests.strategies import DAYS, random_profile

SCREENER = Screener(POLICIES)
FACTS = (*vocabulary(Household), *vocabulary(Person))
TYPES = {YesNo: pl.Boolean, Choice: pl.String, Amount: pl.Int64, When: pl.Date}
COLUMNS = {
    HOUSEHOLD_NUMBER: pl.Int64,
    MEMBER_COUNT: pl.Int64,
    "household_reference": pl.String,
    "member_reference": pl.String,
    **{fact.key: TYPES[type(fact)] for fact in FACTS},
}


def frame(profiles):
    """Return the members of *profiles* as the columnar reader takes them."""
    rows = [
        {
            HOUSEHOLD_NUMBER: number,
            MEMBER_COUNT: len(profile.members),
            "household_reference": str(number),
            "member_reference": reference,
            **profile.facts,
            **member,
        }
        for number, profile in enumerate(profiles)
        for reference, member in zip(profile.references, profile.members, strict=True)
    ]
    return pl.DataFrame(rows, schema=COLUMNS)


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_every_integer_unpacks_to_what_the_reference_reads(day):
    chance = random.Random(day.toordinal())
    profiles = [random_profile(chance, chance.choice((0.1, 0.3, 0.6))) for _ in range(60)]
    columns = Columns(day, FACTS)
    packed = {policy: columns.packed(form) for policy, form in SCREENER.reader.forms.items()}
    frames = dict(zip(("person", "household"), columns.frames(frame(profiles)), strict=True))
    found = {
        policy: frames[policy.subject.name].with_columns(expression.alias("v"))["v"].to_list()
        for policy, (_, expression) in packed.items()
    }
    row = 0
    for number, profile in enumerate(profiles):
        screening = SCREENER.screen(profile, day)
        for position in range(len(profile.members)):
            for policy, (layout, _) in packed.items():
                whole = policy.subject is Household
                scope = screening.scope(None if whole else position)
                vector, lacking = layout.unpack(found[policy][number if whole else row])
                assert vector == tuple(int(reading) for reading in readings(layout.form, scope)), policy.code
                for place, leaf in enumerate(layout.form.leaves):
                    if vector[place] > 1 and single_fact(leaf) is None:
                        items = {item for at, item in lacking if at == place}
                        asked = {item.asked_as if isinstance(leaf, AnyMember | EveryMember) else item for item in items}
                        assert asked == set(missing(leaf, scope)), (policy.code, leaf)
            row += 1


@pytest.mark.parametrize("day", [DAYS[0], DAYS[5], DAYS[-1]], ids=str)
def test_the_tidy_result_says_what_the_single_screening_says(day):
    chance = random.Random(day.toordinal())
    profiles = [random_profile(chance, chance.choice((0.1, 0.3, 0.6))) for _ in range(100)]
    tidy = pl.concat(TidyReader(SCREENER, day).screen(frame(profiles)))
    assert dict(tidy.schema) == categories(POLICIES)
    found = {
        (row["household_reference"], row["member_reference"], row["policy"]): row for row in tidy.iter_rows(named=True)
    }
    for number, profile in enumerate(profiles):
        screening = SCREENER.screen(profile, day)
        for result in screening.results:
            member = None if result.position is None else profile.references[result.position]
            row, amount = found.pop((str(number), member, result.policy.code)), screening.amount(result)
            assert row["verdict"] == result.verdict
            assert (None if row["amount"] is None else float(row["amount"])) == amount.value
            assert row["amount_unit"] == (None if amount.value is None else amount.unit)
            assert row["reasons"] == [condition.label for condition in result.decision.conditions]
            assert row["missing_facts"] == list(dict.fromkeys(q.fact.key for q in screening.asks(result)))
            assert row["missing_figures"] == [figure.key for figure in screening.figures(result)]
    assert found == {}


def test_other_households_change_nothing():
    chance = random.Random(3)
    few = [random_profile(chance) for _ in range(5)]
    alone = pl.concat(TidyReader(SCREENER, DAYS[-1]).screen(frame(few)))
    many = pl.concat(
        TidyReader(SCREENER, DAYS[-1]).screen(frame([*few, *(random_profile(chance) for _ in range(300))]))
    )
    same = many.filter(pl.col("household_reference").cast(pl.Int64) < len(few))
    assert same.equals(alone)
