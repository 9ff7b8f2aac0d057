"""The numbers a rule may compare.

Every number is an exact integer: money is carried in 分 (a hundredth of a
yuan), ages and counts as they are.  There is no division: a comparison per
head multiplies the other side by the number of members instead, so nothing
rounds, overflows or divides by zero.  `scale` says how many units make one of
the unit that people read (100 for money, 1 for the rest), and two numbers of
different scale cannot be compared, added or subtracted.
"""

import operator as functions
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, NoReturn, cast

from app.rules.law import Clause

if TYPE_CHECKING:
    from app.rules.expressions import Proposition, Quantity
    from app.rules.policy import Unit


@dataclass(frozen=True)
class Operator:
    """One comparison: its symbol, its meaning, and how Chinese says it."""

    symbol: str
    apply: Callable[[Any, Any], Any]  # numbers and columns alike
    phrase: str
    denial: str
    upward: bool
    """True where a larger left side makes it hold."""


AT_LEAST = Operator("≥", functions.ge, "不低于", "低于", True)
OVER = Operator(">", functions.gt, "高于", "不高于", True)
AT_MOST = Operator("≤", functions.le, "不高于", "高于", False)
UNDER = Operator("<", functions.lt, "低于", "不低于", False)
OPERATORS = (AT_LEAST, OVER, AT_MOST, UNDER)


class Node:
    """An expression.  It describes a value; it has none."""

    def __bool__(self) -> NoReturn:
        raise TypeError(
            "a rule has no truth value of its own.\n"
            "- instead of `a and b`, write `all_of(a, b)`\n"
            "- instead of `a or b`, write `any_of(a, b)`\n"
            "- instead of `not a`, write `not_(a)`\n"
            "- instead of `16 <= age < 60`, write `all_of(age >= 16, age < 60)`"
        )


class Number(Node):
    """A node that can be compared and reckoned with."""

    @property
    def scale(self) -> int:
        return 1

    def __ge__(self, other: "Quantity | int") -> "Compare":
        return Compare(AT_LEAST, _own(self), _like(self, other))

    def __gt__(self, other: "Quantity | int") -> "Compare":
        return Compare(OVER, _own(self), _like(self, other))

    def __le__(self, other: "Quantity | int") -> "Compare":
        return Compare(AT_MOST, _own(self), _like(self, other))

    def __lt__(self, other: "Quantity | int") -> "Compare":
        return Compare(UNDER, _own(self), _like(self, other))

    def __mul__(self, factor: "Quantity | int") -> "Product":
        factor = Literal(factor, 1) if isinstance(factor, int) else factor
        return Product(_own(self), factor)

    def __sub__(self, other: "Quantity | int") -> "Difference":
        return Difference(_own(self), _like(self, other))


def _own(number: Number) -> "Quantity":
    # `Quantity` names every subclass of Number; only this cast has to know.
    return cast("Quantity", number)


def _like(number: Number, other: "Quantity | int") -> "Quantity":
    """Return *other* as a quantity of the scale of *number*."""
    if isinstance(other, int):
        return Literal(other * number.scale, number.scale)
    if other.scale != number.scale:
        raise TypeError(f"{number} and {other} are not in the same unit")
    return other


def scale_of(unit: str) -> int:
    """Return how many exact units make one *unit*: 100 for money, else 1."""
    return 100 if unit.startswith("元") else 1


@dataclass(frozen=True)
class Compare(Node):
    """A comparison of two quantities of one scale."""

    operator: Operator
    left: "Quantity"
    right: "Quantity"


@dataclass(frozen=True)
class Literal(Number):
    """A number written straight into the rule, in exact units."""

    value: int
    scale: int = 1


@dataclass(frozen=True)
class MemberCount(Number):
    """How many members the household has."""


@dataclass(frozen=True)
class Value:
    """A value of a figure from the day it takes effect; *exact* is in exact units."""

    start: date
    exact: int
    unit: str
    minimum: bool
    """True where the source says 不低于: the district may pay more."""
    clause: Clause


@dataclass(frozen=True, eq=False)
class Figure(Number):
    """A number fixed by law or by the district, dated and cited value by value.

    On a day without a value it is unknown, and *supplied_by* must supply it.
    """

    key: str
    label: str
    unit: str
    supplied_by: "Unit"
    values: tuple[Value, ...] = ()

    @property
    def scale(self) -> int:
        return scale_of(self.unit)

    def on(self, day: date) -> Value | None:
        """Return the value in force on *day*, or None."""
        enacted = [value for value in self.values if value.start <= day]
        return max(enacted, key=lambda value: value.start, default=None)


@dataclass(frozen=True)
class Product(Number):
    """One quantity times a plain number."""

    left: "Quantity"
    right: "Quantity"

    @property
    def scale(self) -> int:
        return self.left.scale * self.right.scale


@dataclass(frozen=True)
class Difference(Number):
    """One quantity less another of the same scale."""

    left: "Quantity"
    right: "Quantity"

    @property
    def scale(self) -> int:
        return self.left.scale


@dataclass(frozen=True)
class Cases(Number):
    """The quantity of the first case that holds; unknown when none is known to."""

    branches: tuple[tuple["Proposition", "Quantity"], ...]
    otherwise: "Quantity | None" = None

    @property
    def scale(self) -> int:
        return self.branches[0][1].scale


@dataclass(frozen=True)
class Named(Number):
    """A reckoned quantity under the name that people know it by."""

    label: str
    unit: str
    quantity: "Quantity"

    @property
    def scale(self) -> int:
        return self.quantity.scale
