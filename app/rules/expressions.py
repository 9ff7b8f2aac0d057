"""The expression tree a policy is written in.

A policy module builds a tree out of these nodes and never runs it.  Every
reader of the tree is one `match` over the closed unions below, ending in
`assert_never`, so adding a node makes the type checker list every reader that
must learn it.

Two deliberate absences keep the tree plain data.  `==` is ordinary equality,
so a category is tested with `is_()`.  `and`, `or`, `not` cannot be overloaded,
so propositions combine through `all_of`, `any_of`, `not_`.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar, Generic, TypeAlias, TypeVar

from app.rules.law import Clause, Period
from app.rules.quantities import (
    Cases,
    Compare,
    Difference,
    Figure,
    Literal,
    MemberCount,
    Named,
    Node,
    Number,
    Product,
    scale_of,
)

# ── facts ──────────────────────────────────────────────────────────────────


class Entity:
    """Whom facts are about.  A subclass is a vocabulary, never an instance."""

    name: ClassVar[str]


class Code(StrEnum):
    """A closed list of answers: the wire code, and the words people read."""

    label: str

    def __new__(cls, code: str, label: str) -> "Code":
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = label
        return member


C = TypeVar("C", bound=Code)


class Fact(Node):
    """A declared property of an entity, unknown until somebody supplies it."""

    entity: type[Entity]
    key: str

    def __init__(self, label: str, *, unit: str = "", hint: str = "") -> None:
        self.label = label
        self.unit = unit
        self.hint = hint

    def __set_name__(self, owner: type[Entity], key: str) -> None:
        self.entity = owner
        self.key = key

    @property
    def name(self) -> str:
        """The full name on the wire: `person.self_care`."""
        return f"{self.entity.name}.{self.key}"

    @property
    def asked_as(self) -> "Fact":
        """The fact to ask for when this one is unknown."""
        return self

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name} {self.label}>"


class YesNo(Fact):
    """A fact answered yes or no."""


class When(Fact):
    """A fact answered with a date."""


class Amount(Fact, Number):
    """A fact answered with a number, never negative; money in 分 inside.

    With *since*, its value is the completed years from that date to the day
    of the screening whenever the date is known.
    """

    def __init__(self, label: str, *, unit: str, hint: str = "", since: When | None = None) -> None:
        super().__init__(label, unit=unit, hint=hint)
        self.since = since

    @property
    def scale(self) -> int:
        return scale_of(self.unit)

    @property
    def asked_as(self) -> Fact:
        return self if self.since is None else self.since


class Choice(Fact, Generic[C]):
    """A fact answered with one code of a closed list."""

    def __init__(self, label: str, options: type[C], *, hint: str = "") -> None:
        super().__init__(label, hint=hint)
        self.options = options

    def is_(self, *options: C) -> "IsIn":
        return IsIn(self, frozenset(options))


def vocabulary(entity: type[Entity]) -> tuple[Fact, ...]:
    """Return the facts of *entity* in the order of its class body."""
    return tuple(fact for fact in vars(entity).values() if isinstance(fact, Fact))


# ── propositions ───────────────────────────────────────────────────────────


@dataclass(frozen=True)
class IsIn(Node):
    """A choice is one of these codes."""

    choice: "Choice[Any]"
    options: frozenset[Code]


@dataclass(frozen=True)
class InForce(Node):
    """The day of the screening lies in a period."""

    period: Period


@dataclass(frozen=True)
class AllOf(Node):
    parts: tuple["Proposition", ...]


@dataclass(frozen=True)
class AnyOf(Node):
    parts: tuple["Proposition", ...]


@dataclass(frozen=True)
class Not(Node):
    part: "Proposition"


@dataclass(frozen=True)
class AnyMember(Node):
    """At least one member passes a test."""

    test: "Proposition"


@dataclass(frozen=True)
class EveryMember(Node):
    """Every member passes a test."""

    test: "Proposition"


@dataclass(frozen=True)
class Group(Node):
    """A named group of people or households, known by older names too."""

    label: str
    test: "Proposition"
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Condition(Node):
    """A proposition the law states in words: the unit of explanation."""

    label: str
    test: "Proposition"
    clause: Clause


Leaf: TypeAlias = YesNo | Compare | IsIn | InForce | AnyMember | EveryMember
Branch: TypeAlias = AllOf | AnyOf | Not | Group | Condition
Proposition: TypeAlias = Leaf | Branch
Quantity: TypeAlias = Amount | Figure | Literal | MemberCount | Product | Difference | Cases | Named

# ── the words a policy module uses ─────────────────────────────────────────


def all_of(*parts: Proposition) -> AllOf:
    """同时满足。"""
    return AllOf(parts)


def any_of(*parts: Proposition) -> AnyOf:
    """满足其一。"""
    return AnyOf(parts)


def not_(part: Proposition) -> Not:
    """不属于。"""
    return Not(part)


def any_member(test: Proposition) -> AnyMember:
    """家庭成员中至少一人满足。"""
    return AnyMember(test)


def every_member(test: Proposition) -> EveryMember:
    """家庭成员均满足。"""
    return EveryMember(test)


def group(label: str, test: Proposition, *aliases: str) -> Group:
    """给一类人或家庭起一个名字。"""
    return Group(label, test, aliases)


def condition(label: str, test: Proposition, clause: Clause) -> Condition:
    """State one condition in the words of the law, with its clause."""
    return Condition(label, test, clause)


def cases(*branches: tuple[Proposition, Quantity], otherwise: Quantity | None = None) -> Cases:
    """按情形取值，先列者优先。"""
    return Cases(branches, otherwise)


def named(label: str, quantity: Quantity, *, unit: str) -> Named:
    """给一个算出来的数起一个名字。"""
    return Named(label, unit, quantity)


MEMBERS = MemberCount()
