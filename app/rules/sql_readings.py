"""Read the leaves of a rule as SQL: what each says, and what it lacks."""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from itertools import product
from typing import TypeAlias, assert_never

from sqlglot import exp

from app.rules import sql_words as sql
from app.rules.evaluate import Reading
from app.rules.expressions import (
    AllOf,
    Amount,
    AnyMember,
    AnyOf,
    Condition,
    EveryMember,
    Fact,
    Group,
    InForce,
    IsIn,
    Leaf,
    Not,
    Proposition,
    Quantity,
    YesNo,
)
from app.rules.form import single_fact, take_apart
from app.rules.outcome import decide
from app.rules.quantities import Cases, Compare, Difference, Figure, Literal, MemberCount, Named, Product
from app.rules.sql_terms import Terms

Item: TypeAlias = Fact | Figure
Absence: TypeAlias = tuple[Item, exp.Expression]
"""A fact or a figure, and on which rows it is wanted and missing; that is never unknown."""
MOST_MEMBER_VECTORS = 3**7


class Readings:
    """Reads leaves through *terms*."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms

    def reading(self, leaf: Leaf) -> exp.Expression:
        """Return the reading of *leaf* for every row: 0 false, 1 true, 2 open, 3 waiting."""
        if isinstance(leaf, InForce):
            return sql.number(self.terms.day in leaf.period)
        truth = self.terms.truth(leaf)
        branches = [(truth, sql.number(Reading.TRUE)), (sql.negated(truth), sql.number(Reading.FALSE))]
        waiting = self._waiting(leaf)
        if waiting is not None:
            branches.append((waiting, sql.number(Reading.WAITING)))
        return sql.case(*branches, otherwise=sql.number(Reading.OPEN))

    def absences(self, leaf: Leaf) -> list[Absence]:
        """Return what an unknown *leaf* of several may be waiting for, with whether it is."""
        if single_fact(leaf) is not None or isinstance(leaf, InForce):
            return []
        open_ = sql.is_null(self.terms.truth(leaf))
        if isinstance(leaf, AnyMember | EveryMember):
            asked = [(item, self.terms.for_someone(where)) for item, where in self._of_members(leaf.test)]
            figures = [pair for pair in self._missing(leaf) if isinstance(pair[0], Figure)]
            return _while(open_, asked + _merged(figures))
        return _while(open_, _merged(self._missing(leaf)))

    def missing(self, quantity: Quantity) -> list[Absence]:
        """Return what an amount may lack, each once, with whether it does."""
        return _merged(self._missing(quantity))

    def _waiting(self, leaf: Leaf) -> exp.Expression | None:
        """Return whether an unknown *leaf* waits for a figure; None where it never can."""
        match leaf:
            case Compare():
                absent = [where for item, where in self._missing(leaf) if isinstance(item, Figure)]
                return sql.any_true(absent) if absent else None
            case AnyMember(test) | EveryMember(test):
                listed = self._missing(test)
                if not any(isinstance(item, Figure) for item, _ in listed):
                    return None
                facts = sql.any_true([where for item, where in listed if isinstance(item, Fact)])
                asking = sql.all_true([sql.is_null(self.terms.truth(test)), facts])
                return sql.negated(self.terms.for_someone(asking))
            case _:
                return None

    def _of_members(self, test: Proposition) -> list[Absence]:
        """Return what an open test of members asks for, on the rows of the members that it asks."""
        leaves = take_apart(test).leaves
        vector = sql.total([sql.times(self.reading(leaf), sql.number(4**i)) for i, leaf in enumerate(leaves)])
        found: list[Absence] = []
        for leaf, listed in zip(leaves, _vectors_open_in(test, self.terms.day), strict=True):
            asked = sql.is_in(vector, [sql.number(number) for number in listed]) if listed else sql.false()
            fact = single_fact(leaf)
            if fact is not None:
                found.append((fact, asked))
            else:
                found += _while(asked, [pair for pair in self.absences(leaf) if isinstance(pair[0], Fact)])
        return _merged(found)

    def _missing(self, rule: Proposition | Quantity) -> list[Absence]:
        """Return what *rule* may lack, each with whether it does: the columns of `evaluate.missing`."""
        match rule:
            case YesNo() | Amount():
                return [(rule, sql.is_null(self.terms.value(rule)))]
            case IsIn(choice):
                return [(choice, sql.is_null(sql.column(choice.key)))]
            case Figure():
                return [(rule, sql.true())] if rule.on(self.terms.day) is None else []
            case Compare(_, left, right):
                return _while(sql.is_null(self.terms.truth(rule)), self._missing(left) + self._missing(right))
            case Product(left, right) | Difference(left, right):
                return self._missing(left) + self._missing(right)
            case Cases():
                return self._missing_from_cases(rule)
            case Named(_, _, inner):
                return self._missing(inner)
            case AllOf(parts) | AnyOf(parts):
                return [pair for part in parts for pair in self._missing(part)]
            case Not(part) | Group(_, part) | Condition(_, part):
                return self._missing(part)
            case AnyMember(test) | EveryMember(test):
                absent = _while(sql.is_null(self.terms.truth(test)), self._missing(test))
                return [(item, self.terms.for_someone(where)) for item, where in absent]
            case InForce() | Literal() | MemberCount():
                return []
            case _:
                assert_never(rule)

    def _missing_from_cases(self, rule: Cases) -> list[Absence]:
        of_cases: list[Absence] = []
        of_branches: list[Absence] = []
        undecided = sql.true()  # no case before this one holds for certain
        for when, branch in rule.branches:
            truth = self.terms.truth(when)
            of_cases += _while(sql.all_true([undecided, sql.is_null(truth)]), self._missing(when))
            possible = sql.first_known(truth, sql.true())
            of_branches += _while(sql.all_true([undecided, possible]), self._missing(branch))
            undecided = sql.all_true([undecided, sql.negated(sql.first_known(truth, sql.false()))])
        if rule.otherwise is not None:
            of_branches += _while(undecided, self._missing(rule.otherwise))
        else:  # where no case holds for certain, none of the branches is known to matter
            of_branches = _while(sql.negated(undecided), of_branches)
        return of_cases + of_branches


@cache
def _vectors_open_in(test: Proposition, day: date) -> tuple[tuple[int, ...], ...]:
    """Return for each leaf of *test* the packed readings of one member that leave it to be asked for."""
    form = take_apart(test)
    possible = [_possible_readings(leaf, day) for leaf in form.leaves]
    open_in: list[list[int]] = [[] for _ in form.leaves]
    for number, readings in enumerate(product(*possible)):
        if number == MOST_MEMBER_VECTORS:
            raise TypeError("what is asked of each member is too much for many households at once")
        for place in decide(form, readings).open:
            open_in[place].append(sum(reading << 2 * i for i, reading in enumerate(readings)))
    return tuple(tuple(listed) for listed in open_in)


def _possible_readings(leaf: Leaf, day: date) -> tuple[int, ...]:
    if isinstance(leaf, InForce):
        return (int(day in leaf.period),)
    settled_by_facts = single_fact(leaf) is not None
    return (0, 1, 2) if settled_by_facts else (0, 1, 2, 3)


def _while(when: exp.Expression, absences: Iterable[Absence]) -> list[Absence]:
    return [(item, sql.all_true([when, where])) for item, where in absences]


def _merged(absences: Sequence[Absence]) -> list[Absence]:
    merged: dict[Item, list[exp.Expression]] = {}
    for item, where in absences:
        merged.setdefault(item, []).append(where)
    return [(item, sql.any_true(listed)) for item, listed in merged.items()]
