"""The same rules as an OpenFisca tax-benefit system: the peer.

Each policy becomes a variable, and so does what a quantifier says of a household, as an
author of an OpenFisca package would have it.  OpenFisca has no unknown, so facts are
integers with -1 for it, and a truth is 0, 1 for unknown, or 2: "and" is then the minimum
and "or" the maximum.  Wherever there was a choice, the quicker one was taken: figures are
constants of the day, and groups stand in the formulas rather than be variables.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, TypeAlias, assert_never

import numpy as np
from openfisca_core.entities import build_entity
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

from app.rules.expressions import (
    AllOf,
    Amount,
    AnyMember,
    AnyOf,
    Choice,
    Condition,
    EveryMember,
    Fact,
    Group,
    InForce,
    IsIn,
    Not,
    Proposition,
    Quantity,
    When,
    YesNo,
    vocabulary,
)
from app.rules.policy import Policy, Verdict
from app.rules.quantities import Cases, Compare, Difference, Figure, Literal, MemberCount, Named, Product
from app.screening import Profile
from policies.facts import Household, Person

VERDICTS = (Verdict.INELIGIBLE, Verdict.UNDETERMINED, Verdict.ELIGIBLE)
"""By truth."""
UNKNOWN = -1

Formula: TypeAlias = Callable[[Any], Any]


class OpenFisca:
    """A policy set as a tax-benefit system for one day."""

    def __init__(self, policies: Sequence[Policy], day: date) -> None:
        self.day, self.period = day, str(day)
        self.policies = tuple(policies)
        self.names = tuple(policy.code.replace("-", "_") for policy in policies)
        person = build_entity(key="person", plural="persons", label="", is_person=True)
        household = build_entity(
            key="household", plural="households", label="", roles=[{"key": "member", "plural": "members"}]
        )
        self.entities = {"person": person, "household": household}
        self.system = TaxBenefitSystem([person, household])
        self.quantifiers: dict[AnyMember | EveryMember, str] = {}
        for fact in (*vocabulary(Household), *vocabulary(Person)):
            reckoned = isinstance(fact, Amount) and fact.since is not None
            self._variable(stated(fact), fact.entity.name, UNKNOWN)
            if reckoned:
                self._variable(fact.key, fact.entity.name, UNKNOWN, self._completed_years(fact))
        for name, policy in zip(self.names, self.policies, strict=True):
            self._variable(name, policy.subject.name, 0, self.truth(policy.eligible))

    def verdicts(self, profile: Profile) -> dict[str, list[Verdict]]:
        """Return the verdicts of each policy on each subject."""
        calculated = self.calculate(self.situation(profile))
        return {
            policy.code: [VERDICTS[truth] for truth in truths]
            for policy, truths in zip(self.policies, calculated, strict=True)
        }

    def situation(self, profile: Profile) -> dict[str, Any]:
        """Return *profile* as the JSON that OpenFisca takes."""
        persons = {f"p{number}": self._said(facts) for number, facts in enumerate(profile.members)}
        return {"persons": persons, "households": {"h": {"members": list(persons), **self._said(profile.facts)}}}

    def calculate(self, situation: dict[str, Any]) -> list[Any]:
        """Return the truths of each policy, as OpenFisca's own API calculates them."""
        simulation = SimulationBuilder().build_from_dict(self.system, situation)
        return [simulation.calculate(name, self.period) for name in self.names]

    def _said(self, facts: dict[str, Any]) -> dict[str, dict[str, int]]:
        said = {}
        for fact in (*vocabulary(Household), *vocabulary(Person)):
            value = facts.get(fact.key)
            if value is not None:
                said[stated(fact)] = {self.period: _coded(fact, value)}
        return said

    def _variable(self, name: str, entity: str, default: int, formula: Formula | None = None) -> None:
        described: dict[str, Any] = {
            "value_type": int,
            "default_value": default,
            "entity": self.entities[entity],
            "definition_period": DateUnit.DAY,
            "label": name,
        }
        if formula is not None:
            described["formula"] = lambda population, period: formula(_View(population, period))
        self.system.add_variable(type(name, (Variable,), described))

    def _completed_years(self, fact: Amount) -> Formula:
        today, since, own = _coded_day(self.day), stated(fact.asked_as), stated(fact)
        return lambda view: np.where(view.read(since) < 0, view.read(own), (today - view.read(since)) // 10_000)

    # ── truths ──

    def truth(self, rule: Proposition) -> Formula:
        """Return the formula of a proposition."""
        match rule:
            case YesNo():
                table = np.array([0, 2, 1])
                return lambda view: table[view[rule]]
            case IsIn(choice, options):
                listed = np.array([*(2 * (option in options) for option in choice.options), 1])
                return lambda view: listed[view[choice]]
            case Compare(operator, Amount() as fact, Literal(value)):
                return lambda view: np.where(view[fact] < 0, 1, 2 * operator.apply(view[fact], value))
            case Compare():
                return self._comparison(rule)
            case InForce(period):
                held = 2 * (self.day in period)
                return lambda view: held
            case AllOf(parts):
                return self._joined(np.minimum, parts)
            case AnyOf(parts):
                return self._joined(np.maximum, parts)
            case Not(part):
                inner = self.truth(part)
                return lambda view: 2 - inner(view)
            case AnyMember() | EveryMember():
                return self._quantifier(rule)
            case Group(_, part) | Condition(_, part):
                return self.truth(part)
            case _:
                assert_never(rule)

    def _joined(self, join: Any, parts: tuple[Proposition, ...]) -> Formula:
        first, *rest = (self.truth(part) for part in parts)

        def formula(view: Any) -> Any:
            joined = first(view)
            for part in rest:
                joined = join(joined, part(view))
            return joined

        return formula

    def _quantifier(self, rule: AnyMember | EveryMember) -> Formula:
        name = self.quantifiers.get(rule)
        if name is None:
            name = self.quantifiers[rule] = f"quantifier_{len(self.quantifiers)}"
            stop = 2 if isinstance(rule, AnyMember) else 0
            self._variable(name, "household", 0, _over_members(self.truth(rule.test), stop))
        return lambda view: view.read(name, "household")

    # ── quantities: the least and the greatest that each can be ──

    def _comparison(self, rule: Compare) -> Formula:
        left, right, apply = self.bounds(rule.left), self.bounds(rule.right), rule.operator.apply
        upward = rule.operator.upward

        def formula(view: Any) -> Any:
            (left_low, left_high), (right_low, right_high) = left(view), right(view)
            least, most = apply(left_low, right_high), apply(left_high, right_low)
            if not upward:
                least, most = most, least
            return np.where(least, 2, np.where(most, 1, 0))

        return formula

    def bounds(self, quantity: Quantity) -> Formula:
        """Return the formula of the bounds of a quantity."""
        match quantity:
            case Amount():
                return lambda view: (
                    np.maximum(view[quantity], 0.0),
                    np.where(view[quantity] < 0, np.inf, view[quantity]),
                )
            case Figure():
                value = quantity.on(self.day)
                constant = (0.0, np.inf) if value is None else (float(value.exact), float(value.exact))
                return lambda view: constant
            case Literal(value):
                literal = (float(value), float(value))
                return lambda view: literal
            case MemberCount():
                return lambda view: (view.size, view.size)
            case Product(left, right):
                return _product(self.bounds(left), self.bounds(right))
            case Difference(left, right):
                return _difference(self.bounds(left), self.bounds(right))
            case Cases(branches, otherwise):
                listed = [(self.truth(when), self.bounds(branch)) for when, branch in branches]
                return _schedule(listed, None if otherwise is None else self.bounds(otherwise))
            case Named(_, _, inner):
                return self.bounds(inner)
            case _:
                assert_never(quantity)


class _View(dict[Fact, Any]):
    """The facts as one population sees them, each read once by a formula."""

    def __init__(self, population: Any, period: Any) -> None:
        self.population, self.period = population, period

    def __missing__(self, fact: Fact) -> Any:
        value = self[fact] = self.read(fact.key, fact.entity.name)
        return value

    def read(self, name: str, entity: str = "") -> Any:
        population = self.population
        if entity == "household" and population.entity.is_person:
            population = population.household
        return population(name, self.period)

    @property
    def size(self) -> Any:
        return (self.population.household if self.population.entity.is_person else self.population).nb_persons()


def _over_members(inner: Formula, stop: int) -> Formula:
    def formula(view: Any) -> Any:
        household = view.population
        truths = inner(_View(household.members, view.period))
        settled, unknown = household.any(truths == stop), household.any(truths == 1)
        return np.where(settled, stop, np.where(unknown, 1, 2 - stop))

    return formula


def _product(left: Formula, right: Formula) -> Formula:
    def times(a: Any, b: Any) -> Any:
        with np.errstate(invalid="ignore"):
            return np.where((a == 0) | (b == 0), 0, np.multiply(a, b))  # nothing times without limit is nothing

    def formula(view: Any) -> Any:
        a, b = left(view), right(view)
        corners = [times(x, y) for x in a for y in b]
        return np.minimum.reduce(corners), np.maximum.reduce(corners)

    return formula


def _difference(left: Formula, right: Formula) -> Formula:
    def formula(view: Any) -> Any:
        (low, high), (less, more) = left(view), right(view)
        return low - more, high - less

    return formula


def _schedule(branches: list[tuple[Formula, Formula]], otherwise: Formula | None) -> Formula:
    def formula(view: Any) -> Any:
        low, high = (-np.inf, np.inf) if otherwise is None else otherwise(view)
        for when, branch in reversed(branches):
            holds, (this_low, this_high) = when(view), branch(view)
            low = np.where(holds == 2, this_low, np.where(holds == 0, low, np.minimum(this_low, low)))
            high = np.where(holds == 2, this_high, np.where(holds == 0, high, np.maximum(this_high, high)))
        return low, high

    return formula


def stated(fact: Fact) -> str:
    return f"stated_{fact.key}" if isinstance(fact, Amount) and fact.since is not None else fact.key


def _coded(fact: Fact, value: Any) -> int:
    match fact:
        case Choice():
            return [str(option) for option in fact.options].index(value)
        case When():
            return _coded_day(value)
        case _:
            return int(value)


def _coded_day(day: date) -> int:
    return day.year * 10_000 + day.month * 100 + day.day
