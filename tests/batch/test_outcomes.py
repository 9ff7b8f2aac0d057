"""Outcomes stand for tidy rows, and their words for those of a single screening."""

import polars as pl
import pytest

from app.batch.outcomes import CONTENT, Outcomes, aligned
from app.batch.tidy import TidyReader
from app.batch.wording import amount_words, open_points
from app.rules.policy import Verdict
from policies import POLICIES
from tests.batch.screened_lists import DAY, SCREENER, random_list, rows_of, screened


def test_the_outcome_of_a_row_says_what_its_tidy_row_says() -> None:
    part = screened(random_list(1, 60))
    outcomes = Outcomes(POLICIES)
    numbers = aligned(part.rows, part.tidy, outcomes)
    assert numbers.columns == [policy.code for policy in POLICIES if policy.code in numbers.columns]
    for frame in part.tidy:
        code = frame["policy"][0]
        column = numbers[code]
        if outcomes.policy(code).subject.name == "household":
            column = column.filter(part.rows["first"])
        for row, number in zip(frame.select(CONTENT).iter_rows(), column, strict=True):
            outcome = outcomes.known[number]
            assert outcome.policy.code == code
            assert outcome.verdict == row[0]
            assert (outcome.amount, outcome.amount_unit) == row[1:3]
            assert [list(each) for each in outcome[4:]] == list(row[3:])


def test_numbers_of_the_reader_tell_outcomes_as_their_content_does() -> None:
    reader, outcomes, by_content = TidyReader(SCREENER, DAY), Outcomes(POLICIES), Outcomes(POLICIES)
    own = 0
    for seed in (1, 2, 3):
        rows = rows_of(random_list(seed, 40))
        frames, said = zip(*reader.numbered(rows), strict=True)
        numbers, expected = aligned(rows, frames, outcomes, said), aligned(rows, frames, by_content)
        for code in numbers.columns:
            found = [outcomes.known[number] for number in numbers[code]]
            assert found == [by_content.known[number] for number in expected[code]]
        own += sum(numbers is None for numbers in said)
    assert 0 < own < 3 * len(POLICIES)  # some amounts are each household's own, most are not


def test_the_words_of_an_amount_are_those_of_a_single_screening() -> None:
    profiles = random_list(2, 80, holes=0.15)
    part = screened(profiles)
    outcomes = Outcomes(POLICIES)
    numbers = aligned(part.rows, part.tidy, outcomes)
    place, compared = 0, 0
    for profile in profiles:
        for result in SCREENER.screen(profile, DAY).results:
            if result.verdict is not Verdict.ELIGIBLE:
                continue
            row = place + (result.position or 0)
            outcome = outcomes.known[numbers[result.policy.code][row]]
            said = SCREENER.screen(profile, DAY).amount(result).text
            assert amount_words(outcome, DAY) == said
            compared += 1
        place += len(profile.members)
    assert compared > 500


def test_an_undetermined_outcome_always_says_what_it_waits_for() -> None:
    part = screened(random_list(3, 60, holes=0.6))
    outcomes = Outcomes(POLICIES)
    aligned(part.rows, part.tidy, outcomes)
    undetermined = [outcome for outcome in outcomes.known if outcome.verdict is Verdict.UNDETERMINED]
    assert undetermined
    assert all(open_points(outcome) for outcome in undetermined)


def test_a_policy_never_states_one_amount_both_as_exact_and_as_the_least() -> None:
    from app.batch.wording import _stated, minima  # the words of an amount rest on this
    from app.rules.quantities import scale_of

    for policy in POLICIES:
        if policy.entitlement.quantity is None:
            continue
        for figure in _stated(policy.entitlement.quantity):
            value = figure.on(DAY)
            if value is not None and not value.minimum:
                assert (value.exact / scale_of(value.unit), value.unit) not in minima(policy, DAY)


def test_frames_that_do_not_follow_their_rows_are_refused() -> None:
    part = screened(random_list(4, 5))
    others = rows_of(random_list(5, 6))
    with pytest.raises(ValueError, match="does not follow"):
        aligned(others, part.tidy, Outcomes(POLICIES))
    turned = tuple(frame.reverse() for frame in part.tidy)
    with pytest.raises(ValueError, match="does not follow"):
        aligned(part.rows, turned, Outcomes(POLICIES))


def test_members_with_the_same_number_keep_their_own_results() -> None:
    rows = rows_of(random_list(6, 20)).with_columns(
        pl.lit("1").alias("member_reference"), pl.lit("H").alias("household_reference")
    )
    from app.batch.tidy import TidyReader

    tidy = tuple(TidyReader(SCREENER, DAY).screen(rows))
    numbers = aligned(rows, tidy, Outcomes(POLICIES))
    assert numbers.height == rows.height
