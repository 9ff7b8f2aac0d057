"""What a policy is: its conditions, its entitlement and its responsible units."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property

from app.rules.expressions import (
    AllOf,
    AnyOf,
    Condition,
    Entity,
    Group,
    InForce,
    Proposition,
    Quantity,
)
from app.rules.kleene import Truth
from app.rules.law import Clause, Period


class Verdict(StrEnum):
    """The answer to a screening, in Kleene's three values."""

    ELIGIBLE = "eligible"
    UNDETERMINED = "undetermined"
    INELIGIBLE = "ineligible"

    @classmethod
    def of(cls, truth: Truth) -> "Verdict":
        if truth is None:
            return cls.UNDETERMINED
        return cls.ELIGIBLE if truth else cls.INELIGIBLE

    @property
    def label(self) -> str:
        return {"eligible": "符合", "undetermined": "待核实", "ineligible": "不符合"}[self.value]


class Force(StrEnum):
    """Whether the plan commits itself or points a way."""

    FIRM = "firm"
    DIRECTION = "direction"

    @property
    def label(self) -> str:
        return {"firm": "明确落实", "direction": "逐步推进"}[self.value]


class Kind(StrEnum):
    """What a benefit consists of."""

    CASH = "cash"
    WAIVER = "waiver"
    SERVICE = "service"
    INSURANCE = "insurance"
    HOUSING = "housing"
    PRIORITY = "priority"

    @property
    def label(self) -> str:
        return {
            "cash": "发放资金",
            "waiver": "费用减免",
            "service": "服务",
            "insurance": "参保资助与报销",
            "housing": "住房保障",
            "priority": "优先安排",
        }[self.value]


@dataclass(frozen=True)
class UnitName:
    """What a unit is called from a day on, and the event that named it so."""

    start: date
    name: str
    reason: str


@dataclass(frozen=True)
class Merger:
    """From which day a unit is part of another, whose code is *into*, and the event that joined them."""

    start: date
    into: str
    reason: str


@dataclass(frozen=True)
class Unit:
    """An office: its wire code, the plan's name for it, its later names, and what it became part of."""

    code: str
    name_in_source: str
    renamed: tuple[UnitName, ...] = ()
    merged: Merger | None = None

    def name_on(self, day: date) -> str:
        """Return the name the office bears on *day*."""
        current = self.name_in_source
        for later in sorted(self.renamed, key=lambda name: name.start):
            if later.start <= day:
                current = later.name
        return current


@dataclass(frozen=True)
class Section:
    """A section of the plan with the units it charges, in the plan's order."""

    number: str
    title: str
    lead_units: tuple[Unit, ...]
    cooperating_units: tuple[Unit, ...]


class ConflictRule(StrEnum):
    """How two benefits for one person stand to each other."""

    CHOOSE_HIGHER = "choose_higher"
    EXCLUDED = "excluded"
    SAME_MONEY = "same_money"
    ONE_ONLY = "one_only"


@dataclass(frozen=True)
class Conflict:
    """A benefit that cannot simply be added to this one; holds on both sides."""

    policy: str
    rule: ConflictRule
    text: str
    clause: Clause


@dataclass(frozen=True)
class Entitlement:
    """What an eligible subject receives.

    *quantity* is absent where the source fixes no amount.  *unit* is how people
    read it; a figure's own dated unit goes before it.  *form* says how it is paid.
    """

    form: str
    quantity: Quantity | None = None
    unit: str = ""


@dataclass(frozen=True)
class Procedure:
    """How a resident obtains the benefit."""

    steps: tuple[str, ...]
    materials: tuple[str, ...]
    where: str


@dataclass(frozen=True, eq=False)
class Policy:
    """One benefit, complete in one module."""

    code: str
    title: str
    subject: type[Entity]
    section: Section
    clause: Clause
    """The plan's own sentence that grants the benefit."""
    force: Force
    kind: Kind
    in_force: Period
    conditions: tuple[Condition, ...]
    entitlement: Entitlement
    procedure: Procedure
    handling_unit: Unit | None = None
    """Where a resident goes; the section's first lead unit unless said otherwise."""
    already: Proposition | None = None
    """When this holds, the subject receives the benefit already."""
    one_identity: bool = False
    """Several groups lead here: name each one held, count the amount once."""
    conflicts: tuple[Conflict, ...] = ()
    notes: tuple[str, ...] = field(default=())

    @property
    def handled_by(self) -> Unit:
        return self.handling_unit or self.section.lead_units[0]

    @cached_property
    def eligible(self) -> AllOf:
        """The conditions, all of which must hold, that of being in force last."""
        in_force = Condition("政策在施行期内", InForce(self.in_force), self.clause)
        return AllOf((*self.conditions, in_force))

    @property
    def identities(self) -> tuple[Group, ...]:
        """The groups of which any one leads here, in the order of the conditions."""
        tests = [part.test for part in self.eligible.parts if isinstance(part, Condition)]
        return tuple(
            group for test in tests if isinstance(test, AnyOf) for group in test.parts if isinstance(group, Group)
        )
