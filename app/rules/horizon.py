"""The next day on which a verdict changes though no fact does.

Verdicts change by a birthday, by a figure's new value, or by a policy coming into
or going out of force.  Only such days are looked at, which finds the same day as
looking at every one of them.
"""

from collections.abc import Iterator
from datetime import date
from functools import cache

from app.rules.decision import Decision
from app.rules.evaluate import Facts, Scope, completed_years, evaluate
from app.rules.expressions import Amount, InForce, Leaf, When
from app.rules.outcome import truths_between
from app.rules.policy import Policy, Verdict
from app.rules.quantities import Compare, Literal
from app.rules.walk import change_days, facts_of, figures_of, walk

MONTHS = 24


def next_change(policy: Policy, scope: Scope, verdict: Verdict) -> tuple[date, Verdict] | None:
    """Return the first day after *scope*'s, within 24 months, with another verdict."""
    last = horizon(scope.day)
    people = scope.members if scope.person is None else (scope.person,)
    days = {day for day in _fixed_days(policy) if scope.day < day <= last}
    for since, limits in _age_limits(policy):
        for person in people:
            days.update(_birthdays(person, since, limits, scope.day, last))
    for day in sorted(days):
        later = Verdict.of(evaluate(policy.eligible, Scope(day, scope.household, scope.members, scope.person)))
        if later is not verdict:
            return day, later
    return None


def horizon(day: date) -> date:
    """Return the last day of the 24 months after *day*."""
    return anniversary(day, MONTHS // 12, eve=True)


def anniversary(day: date, years: int, *, eve: bool = False) -> date:
    """Return *day* so many years later; 29 February falls on 1 March, or with *eve* on 28 February."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, *((2, 28) if eve else (3, 1)))


def changes_within(policy: Policy, day: date) -> bool:
    """Whether a figure or a period of *policy* begins or ends within 24 months after *day*."""
    return any(day < fixed <= horizon(day) for fixed in _fixed_days(policy))


@cache
def _fixed_days(policy: Policy) -> tuple[date, ...]:
    return tuple(sorted(change_days(policy.eligible)))


@cache
def _age_limits(policy: Policy) -> tuple[tuple[When, frozenset[int] | None], ...]:
    """Return the dates that the rule counts years from, with the years that matter; None is all."""
    limits: dict[When, set[int] | None] = {}
    for node in walk(policy.eligible):
        if not isinstance(node, Compare):
            continue
        for fact in facts_of(node):
            if not isinstance(fact, Amount) or fact.since is None:
                continue
            if node.left is fact and isinstance(node.right, Literal):
                known = limits.setdefault(fact.since, set())
                if known is not None:
                    known |= {node.right.value, node.right.value + 1}
            else:
                limits[fact.since] = None
    return tuple((since, None if years is None else frozenset(years)) for since, years in limits.items())


@cache
def near_ages(policy: Policy) -> frozenset[int] | None:
    """Return the ages at which a birthday within the horizon may matter; None is every age."""
    ages: set[int] = set()
    for _, limits in _age_limits(policy):
        if limits is None:
            return None
        ages |= {limit - ahead for limit in limits for ahead in range(1, MONTHS // 12 + 1)}
    return frozenset(ages)


def _birthdays(person: Facts, since: When, limits: frozenset[int] | None, day: date, last: date) -> Iterator[date]:
    born = person.get(since.key)
    if born is None:
        return
    age = completed_years(born, day)
    for years in range(age + 1, age + 1 + MONTHS // 12):
        birthday = anniversary(born, years)
        if birthday <= last and (limits is None or years in limits):
            yield birthday


def time_matters(decision: Decision) -> bool:
    """Whether another day could bring another verdict, whatever the leaves that depend on the day then say."""
    form = decision.form
    bound = [(truth, truth) for truth in decision.truths]
    for i, leaf in enumerate(form.leaves):
        if _depends_on_day(leaf):
            bound[i] = (False, True)
    return truths_between(form.rule, form, bound) != (decision.outcome.truth,) * 2


@cache
def _depends_on_day(rule: Leaf) -> bool:
    counted = any(isinstance(fact, Amount) and fact.since is not None for fact in facts_of(rule))
    return counted or bool(figures_of(rule)) or any(isinstance(node, InForce) for node in walk(rule))
