"""The households of a list that qualify for something, with their facts: what it takes to screen them again.

The list itself is deleted when its screening ends.  What is kept for handing over are the facts as they were read,
without names and document numbers, of the households that qualify for something, in files of one part of the list
each: a few households are found without reading all.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple

import polars as pl

from app.batch.reading.headers import FACTS, MEMBER, REGION
from app.batch.reading.households import FIRST, SET_ASIDE
from app.batch.reading.remarks import REFERENCE
from app.batch.screened import Screened
from app.intake.door import stated
from app.rules.columns import HOUSEHOLD_NUMBER
from app.rules.policy import Policy, Verdict
from app.screening import Profile
from policies.facts import Household, Person

KIND: Final = "qualifying"
"""How the name of each file begins; the number of its first household follows."""
_HOUSEHOLD_IS, _MEMBER_IS = "household is eligible:", "member is eligible:"
"""How the columns begin that say whether a row is eligible by a policy; a household's is on its first row."""
_OF_HOUSEHOLD: Final = tuple(key for key, fact in FACTS.items() if fact.entity is Household)
_OF_PERSON: Final = tuple(key for key, fact in FACTS.items() if fact.entity is Person)


class Found(NamedTuple):
    """A result of a list: a policy, and the member's reference, or None for the household."""

    policy: str
    member: str | None


class Qualifying(NamedTuple):
    """A household that is eligible for something."""

    number: int
    """Its number in the list, from 0."""
    reference: str | None
    region_code: str | None
    set_aside: int
    """How many of its rows were set aside."""
    stated: Mapping[str, Any]
    """The household as the wire writes it."""
    eligible: tuple[Found, ...]


class QualifyingFiles:
    """The files of a list in the making."""

    def __init__(self, folder: Path, policies: Sequence[Policy]) -> None:
        self.folder, self.policies = folder, policies
        self.households = 0
        """How many households qualify for something, so far."""

    def add(self, screened: Screened) -> None:
        """Add a part of the list."""
        if not screened.rows.height:
            return
        rows = _marked(screened, self.policies)
        if rows.height:
            self.households += rows[HOUSEHOLD_NUMBER].n_unique()
            rows.write_parquet(self.folder / f"{name_of(rows[HOUSEHOLD_NUMBER][0])}.parquet")


def name_of(first: int) -> str:
    """Return the name of the file that begins with the household of that number, without its ending."""
    return f"{KIND}-{first:010}"


def first_in(name: str) -> int:
    """Return the number of the first household in the file called *name*, without its ending."""
    return int(name.removeprefix(f"{KIND}-"))


def _marked(screened: Screened, policies: Sequence[Policy]) -> pl.DataFrame:
    """Return the rows of the households that qualify for something, and what each row is eligible for."""
    rows = screened.rows
    heads = rows[FIRST].arg_true()
    nobody = pl.repeat(False, rows.height, dtype=pl.Boolean, eager=True)
    marks = []
    for policy, frame in zip(policies, screened.tidy, strict=True):
        eligible = frame["verdict"] == Verdict.ELIGIBLE.value
        if policy.subject is Household:
            marks.append(nobody.scatter(heads, eligible).alias(_HOUSEHOLD_IS + policy.code))
        else:
            marks.append(eligible.alias(_MEMBER_IS + policy.code))
    kept = rows.select(HOUSEHOLD_NUMBER, REFERENCE, MEMBER, REGION, SET_ASIDE, *FACTS).hstack(marks)
    some = kept.select(pl.any_horizontal(pl.col(mark.name for mark in marks)).any().over(HOUSEHOLD_NUMBER)).to_series()
    return kept.filter(some)


def read_qualifying(
    contents: Iterable[BinaryIO],
    after: int,
    limit: int,
    policies: Collection[str] | None = None,
    references: Collection[str] | None = None,
) -> list[Qualifying]:
    """Return up to *limit* households behind the one numbered *after* that are eligible for one of the *policies*.

    *contents* are the files in their order, of which no more are read than it takes.  With *references*, only those
    households.
    """
    found: list[Qualifying] = []
    for content in contents:
        found += _in_one(pl.read_parquet(content), after, limit - len(found), policies, references)
        if len(found) == limit:
            break
    return found


def _in_one(
    rows: pl.DataFrame, after: int, limit: int, policies: Collection[str] | None, references: Collection[str] | None
) -> Iterator[Qualifying]:
    marks = [name for name in rows.columns if name.startswith((_HOUSEHOLD_IS, _MEMBER_IS))]
    wanted = [name for name in marks if policies is None or _policy_of(name) in policies]
    if not wanted:
        return
    asked = pl.any_horizontal(pl.col(wanted).any().over(HOUSEHOLD_NUMBER)) & (pl.col(HOUSEHOLD_NUMBER) > after)
    if references is not None:
        asked &= pl.col(REFERENCE).is_in(list(references))
    chosen = rows.filter(asked)
    numbers = chosen[HOUSEHOLD_NUMBER].unique().sort().head(limit)
    chosen = chosen.filter(pl.col(HOUSEHOLD_NUMBER).is_in(numbers.implode()))
    for (number,), household in chosen.group_by(HOUSEHOLD_NUMBER, maintain_order=True):
        assert isinstance(number, int)
        yield _household(number, household.to_dicts(), wanted)


def _household(number: int, people: Sequence[Mapping[str, Any]], marks: Iterable[str]) -> Qualifying:
    head = people[0]
    region = next((each[REGION] for each in people if each[REGION] is not None), None)
    profile = Profile(
        {key: head[key] for key in _OF_HOUSEHOLD},
        tuple({key: each[key] for key in _OF_PERSON} for each in people),
        tuple(each[MEMBER] for each in people),
        head[REFERENCE],
    )
    eligible = []
    for mark in marks:
        named = mark.startswith(_MEMBER_IS)
        eligible += [Found(_policy_of(mark), each[MEMBER] if named else None) for each in people if each[mark]]
    return Qualifying(
        number,
        head[REFERENCE],
        region,
        head[SET_ASIDE],
        stated(profile, region, head["local"]),
        tuple(eligible),
    )


def _policy_of(mark: str) -> str:
    return mark.partition(":")[2]
