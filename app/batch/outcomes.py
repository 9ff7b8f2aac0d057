"""The few distinct outcomes behind the many rows of a tidy result.

A list of reasons on every row is the same few lists over and over.  What is
written for people is therefore worded once for each outcome, and the rows carry
its number.
"""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from itertools import zip_longest
from typing import NamedTuple

import polars as pl

from app.rules.policy import Policy, Verdict

CONTENT = ("verdict", "amount", "amount_unit", "reasons", "missing_facts", "missing_figures")
"""The columns of a tidy frame that say what was found."""


class Outcome(NamedTuple):
    """What a policy says of a subject."""

    policy: Policy
    verdict: Verdict
    amount: Decimal | None
    amount_unit: str | None
    reasons: tuple[str, ...]
    missing_facts: tuple[str, ...]
    missing_figures: tuple[str, ...]


class Outcomes:
    """Numbers outcomes as they turn up."""

    def __init__(self, policies: Sequence[Policy]) -> None:
        self.known: list[Outcome] = []
        self.codes = [policy.code for policy in policies]
        self._by_code = {policy.code: policy for policy in policies}
        self._numbers: dict[tuple[str, bool], dict[int, int]] = defaultdict(dict)
        """For each policy, the numbers of its outcomes by their hash, or by its own numbers."""

    def policy(self, code: str) -> Policy:
        return self._by_code[code]

    def number(self, tidy: pl.DataFrame, said: pl.Series | None = None) -> pl.Series:
        """Return the number of the outcome of each row of *tidy*, the frame of one policy.

        *said* are the policy's own numbers of what the rows say, the same for all parts of a file, if it has some.
        """
        if tidy.is_empty():
            return pl.Series([], dtype=pl.UInt32)
        policy = self._by_code[tidy["policy"][0]]
        # 64 bits: among a million outcomes, two share a hash once in some ten million files.
        keys = tidy.select(pl.struct(CONTENT).hash().alias("key"))["key"] if said is None else said
        numbers = self._numbers[policy.code, said is None]
        places = keys.arg_unique()
        fresh = tidy[places].select(keys[places].alias("key"), *CONTENT)
        for key, *content in fresh.filter(~pl.col("key").is_in(list(numbers))).iter_rows():
            numbers[key] = len(self.known)
            self.known.append(_outcome(policy, *content))
        present = fresh["key"].to_list()
        found = pl.Series([numbers[key] for key in present], dtype=pl.UInt32)
        if said is None:
            return keys.replace_strict(present, found, return_dtype=pl.UInt32)
        return pl.zeros(max(present) + 1, dtype=pl.UInt32, eager=True).scatter(fresh["key"], found).gather(keys)


def _outcome(
    policy: Policy,
    verdict: str,
    amount: Decimal | None,
    unit: str | None,
    reasons: list[str],
    facts: list[str],
    figures: list[str],
) -> Outcome:
    return Outcome(policy, Verdict(verdict), amount, unit, tuple(reasons), tuple(facts), tuple(figures))


def aligned(
    rows: pl.DataFrame,
    tidy: Sequence[pl.DataFrame],
    outcomes: Outcomes,
    said: Sequence[pl.Series | None] = (),
) -> pl.DataFrame:
    """Return a column for each policy with the number of its outcome on each of *rows*.

    A policy without a frame, as where *rows* is empty, has nulls.  The frames of *tidy* come in
    the order of *rows*, one row a member, or one row a household where *rows* is `first`:
    references need not be unique in a bad list.
    """
    place = (rows["first"].cast(pl.UInt32).cum_sum() - 1).cast(pl.UInt32)
    households = int(rows["first"].sum())
    found: dict[str, pl.Series] = {}
    for frame, keys in zip_longest(tidy, said):
        if frame.is_empty():
            continue
        numbers, code = outcomes.number(frame, keys), frame["policy"][0]
        if outcomes.policy(code).subject.name == "household":
            _check(frame, households, rows.filter("first")["household_reference"])
            numbers = numbers.gather(place)
        else:
            _check(frame, rows.height, rows["household_reference"])
        found[code] = numbers
    nothing = pl.repeat(None, rows.height, dtype=pl.UInt32, eager=True)
    return pl.DataFrame([found.get(code, nothing).alias(code) for code in outcomes.codes])


def _check(frame: pl.DataFrame, height: int, references: pl.Series) -> None:
    if frame.height != height or not frame["household_reference"].eq_missing(references).all():
        raise ValueError("a tidy frame does not follow the rows that it was made from")
