"""How much an eligible subject receives."""

from dataclasses import dataclass
from enum import StrEnum

from app.rules.evaluate import Scope, bounds, evaluate, missing
from app.rules.expressions import Amount, Fact, Quantity
from app.rules.policy import Entitlement
from app.rules.quantities import (
    Cases,
    Difference,
    Figure,
    Literal,
    MemberCount,
    Named,
    Product,
    scale_of,
)


class AmountStatus(StrEnum):
    FIXED = "fixed"
    PENDING = "pending"
    """A figure that the district has not supplied, or a fact, is missing."""
    NONE = "none"
    """The source fixes no amount."""


@dataclass(frozen=True)
class Sum:
    """An amount; *exact* in exact units, `None` unless the status is fixed."""

    status: AmountStatus
    exact: int | None = None
    unit: str = ""
    minimum: bool = False
    missing_facts: tuple[Fact, ...] = ()
    missing_figures: tuple[Figure, ...] = ()

    @property
    def value(self) -> int | float | None:
        """The amount in *unit*."""
        return None if self.exact is None else in_unit(self.exact, self.unit)

    @property
    def text(self) -> str:
        """The amount in words."""
        if self.status is AmountStatus.NONE:
            return "文件未定金额"
        if self.value is not None:
            return f"{'不低于' if self.minimum else ''}{self.value}{self.unit}"
        if not self.missing_facts:
            return "金额待区定"
        facts = "、".join(fact.asked_as.label for fact in self.missing_facts)
        return f"金额待核实{facts}后确定"


NO_SUM = Sum(AmountStatus.NONE)


def in_unit(exact: int, unit: str) -> int | float:
    """Return *exact* units as people write them: 20050 分 of 元/年 is 200.5."""
    whole, rest = divmod(exact, scale_of(unit))
    return whole if rest == 0 else exact / scale_of(unit)


def reckon(entitlement: Entitlement, scope: Scope) -> Sum:
    """Return what *entitlement* comes to for the subject in *scope*."""
    if entitlement.quantity is None:
        return NO_SUM
    chosen = _branch(entitlement.quantity, scope)
    match chosen:
        case Figure() if value := chosen.on(scope.day):
            return Sum(AmountStatus.FIXED, value.exact, value.unit, value.minimum)
        case Product() | Difference() | Literal() | MemberCount() | Amount():
            low, high = bounds(chosen, scope)
            if low == high:
                return Sum(AmountStatus.FIXED, int(max(low, 0)), entitlement.unit)
        case _:
            pass
    absent = list(dict.fromkeys(missing(chosen, scope)))
    return Sum(
        AmountStatus.PENDING,
        unit=chosen.unit if isinstance(chosen, Figure) else entitlement.unit,
        missing_facts=tuple(item for item in absent if isinstance(item, Fact)),
        missing_figures=tuple(item for item in absent if isinstance(item, Figure)),
    )


def _branch(quantity: Quantity, scope: Scope) -> Quantity:
    """Return the branch of a schedule that applies, or it where none is known to."""
    match quantity:
        case Named(_, _, inner):
            return _branch(inner, scope)
        case Cases(branches, otherwise):
            for when, branch in branches:
                truth = evaluate(when, scope)
                if truth is None:
                    return quantity
                if truth:
                    return _branch(branch, scope)
            return quantity if otherwise is None else _branch(otherwise, scope)
        case _:
            return quantity
