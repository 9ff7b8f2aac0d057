"""One integer for everything that a policy's rule says of one subject.

Two bits for the reading of each leaf, and behind them one bit for each fact or
figure that a leaf of several may be waiting for.  Readers of many households
compute it a row; the few distinct integers are decided like any other vector.
"""

from dataclasses import dataclass

from app.rules.expressions import Fact
from app.rules.form import Form
from app.rules.quantities import Figure

BITS = 63


@dataclass(frozen=True, eq=False)
class Layout:
    """How the integer of one rule is laid out."""

    form: Form
    items: tuple[tuple[int, Fact | Figure], ...]
    """The leaf and what it lacks, a bit each."""

    def __post_init__(self) -> None:
        if self.bits > BITS:
            raise ValueError("the rule says more than one integer holds")

    @property
    def bits(self) -> int:
        """How many bits the integer has."""
        return 2 * len(self.form.leaves) + len(self.items)

    def weight(self, leaf: int) -> int:
        """Return what a reading of the leaf so numbered is multiplied by."""
        return 1 << 2 * leaf

    def item_weight(self, number: int) -> int:
        """Return the bit of the item so numbered."""
        return 1 << 2 * len(self.form.leaves) + number

    def unpack(self, value: int) -> tuple[tuple[int, ...], tuple[tuple[int, Fact | Figure], ...]]:
        """Return the readings, and which items are missing."""
        readings = tuple(value >> 2 * leaf & 3 for leaf in range(len(self.form.leaves)))
        missing = tuple(item for number, item in enumerate(self.items) if value & self.item_weight(number))
        return readings, missing
