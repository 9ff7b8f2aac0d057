"""What an entitlement comes to on every row: which branch of its schedule, in one small integer."""

from decimal import Decimal
from functools import reduce
from typing import Final, NamedTuple

import polars as pl

from app.rules.columns import Columns
from app.rules.columns_words import Absence
from app.rules.expressions import Fact, Quantity
from app.rules.policy import Policy
from app.rules.quantities import Figure, scale_of

AMOUNT: Final = pl.Decimal(20, 2)


class Award(NamedTuple):
    """An amount alike on all rows, or that each row reckons its own; and what it waits for where there is none."""

    amount: Decimal | None = None
    unit: str | None = None
    reckoned: bool = False
    facts: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()

    @property
    def pending(self) -> bool:
        return self.unit is None


class Awards:
    """Gives every row the integer of its award, and reads that integer."""

    def __init__(self, policy: Policy, columns: Columns) -> None:
        self._unit, self._day = policy.entitlement.unit, columns.day
        self._branches: list[Quantity] = []
        self._wanted: list[Fact | Figure] = []
        self.columns: list[pl.Expr] = []
        """What is computed for every row."""
        self.reckons = False
        """Whether some rows reckon amounts of their own."""
        quantity = policy.entitlement.quantity
        self.given = quantity is not None
        """Whether there is any amount to speak of; without, there is one award, of number 0."""
        if quantity is None:
            return
        self._award, self._exact = f"{policy.code}.award", f"{policy.code}.exact"
        branch = columns.branch(quantity, self._branches)
        reckoned = [
            (branch == place, columns.exact(each))
            for place, each in enumerate(self._branches)
            if not isinstance(each, Figure)
        ]
        chosen = branch.cast(pl.Int64) + 1
        if reckoned:
            self.reckons = True
            exact: pl.Expr = pl.lit(None, pl.Int64)
            for here, units in reckoned:
                exact = pl.when(here).then(units).otherwise(exact)
                chosen = pl.when(here & units.is_null()).then(0).otherwise(chosen)
            self.columns.append(exact.alias(self._exact))
        absences = columns.absences_of(quantity)
        self._wanted = [item for item, _ in absences]
        self.columns.append((chosen.fill_null(0) + self._choices * _bits(absences)).alias(self._award))

    @property
    def _choices(self) -> int:
        return len(self._branches) + 1

    @property
    def count(self) -> int:
        """How many awards there can be."""
        return self._choices << len(self._wanted)

    def numbers(self, wide: pl.DataFrame) -> pl.Series:
        """Return the number of each row's award."""
        return wide[self._award]

    def read(self, number: int) -> Award:
        """Return the award of a number."""
        wanted, choice = divmod(number, self._choices)
        if choice:
            branch = self._branches[choice - 1]
            if not isinstance(branch, Figure):
                return Award(unit=self._unit, reckoned=True)
            value = branch.on(self._day)
            if value is not None:
                return Award(Decimal(value.exact) / scale_of(value.unit), value.unit)
        items = [item for place, item in enumerate(self._wanted) if wanted >> place & 1]
        return Award(
            facts=tuple(item.asked_as.key for item in items if isinstance(item, Fact)),
            figures=tuple(item.key for item in items if isinstance(item, Figure)),
        )

    def amounts(self, wide: pl.DataFrame) -> pl.Series:
        """Return what each row reckons, in the unit that people read."""
        scale = pl.lit(Decimal(scale_of(self._unit)), AMOUNT)
        return wide.select((pl.col(self._exact).cast(AMOUNT) / scale).cast(AMOUNT)).to_series()


def _bits(absences: list[Absence]) -> pl.Expr:
    parts = [absent.cast(pl.Int64) * (1 << place) for place, (_, absent) in enumerate(absences)]
    return reduce(lambda left, right: left + right, parts, pl.lit(0, pl.Int64))
