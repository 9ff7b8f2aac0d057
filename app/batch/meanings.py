"""What the integers of a rule come to, each decided once.

A million people give one rule thousands of different integers, and most of them come
to "ineligible" by the same few conditions.  Once a verdict is settled, the conditions
that share its truth are all there is to say: so each condition's truth is remembered
by the bits of its own leaves, and only what stays open is decided as a whole, once for
all integers that differ only in conditions that hold whatever is learned.
"""

from typing import NamedTuple

from app.rules.decision import Decision
from app.rules.expressions import Condition, Fact, Proposition
from app.rules.form import leaves_of
from app.rules.kleene import Truth, all_true
from app.rules.outcome import truth_of
from app.rules.packing import Layout
from app.rules.policy import Policy, Verdict
from app.rules.quantities import Figure
from app.screening import Screener


class Meaning(NamedTuple):
    """What the integer of a rule comes to."""

    verdict: Verdict
    reasons: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()


class Meanings:
    """Reads the integers of one policy's rule."""

    def __init__(self, policy: Policy, screener: Screener, layout: Layout) -> None:
        self._policy, self._screener, self._layout = policy, screener, layout
        self._parts = [_Part(part, layout) for part in policy.eligible.parts]
        self._settled: dict[tuple[Truth, ...], Meaning] = {}
        self._open: dict[int, Meaning] = {}
        self._masks: dict[tuple[Truth, ...], int] = {}

    def of(self, value: int) -> Meaning:
        truths = tuple(part.truth(value) for part in self._parts)
        truth = all_true(truths)
        if truth is None:
            if truths not in self._masks:
                self._masks[truths] = self._telling(truths)
            mine = value & self._masks[truths]
            if mine not in self._open:
                self._open[mine] = self._decided(value)
            return self._open[mine]
        if truths not in self._settled:
            reasons = [part.label for part, its in zip(self._parts, truths, strict=True) if its is truth and part.label]
            self._settled[truths] = Meaning(Verdict.of(truth), tuple(reasons))
        return self._settled[truths]

    def _telling(self, truths: tuple[Truth, ...]) -> int:
        """Return the bits that an open decision depends on: those of conditions that do not hold yet.

        What is learned never reverses what holds.  A fact is asked for by all of its leaves, so where one
        of them tells something, so do the others.
        """
        form, layout = self._layout.form, self._layout
        leaves = {place for part, its in zip(self._parts, truths, strict=True) if its is None for place in part.leaves}
        leaves |= {place for variable in form.variables if leaves & {*variable.leaves} for place in variable.leaves}
        items = sum(layout.item_weight(number) for number in range(len(layout.items)))
        return items + sum(3 * layout.weight(place) for place in leaves)

    def _decided(self, value: int) -> Meaning:
        vector, lacking = self._layout.unpack(value)
        decision = self._screener.reader.decide(self._policy, vector)
        return Meaning(
            decision.verdict,
            tuple(condition.label for condition in decision.conditions),
            tuple(missing_facts(decision, self._layout, lacking)),
            tuple(missing_figures(decision, self._layout, lacking)),
        )


class _Part:
    """One condition, and its truth by the bits of its leaves."""

    def __init__(self, part: Proposition, layout: Layout) -> None:
        self.part, self.layout = part, layout
        self.label = part.label if isinstance(part, Condition) else ""
        self.leaves = {layout.form.index[leaf] for leaf in leaves_of(part)}
        self._mask = sum(3 * layout.weight(place) for place in self.leaves)
        self._known: dict[int, Truth] = {}

    def truth(self, value: int) -> Truth:
        mine = value & self._mask
        if mine not in self._known:
            readings, _ = self.layout.unpack(mine)
            truths = [None if reading > 1 else reading == 1 for reading in readings]
            self._known[mine] = truth_of(self.part, self.layout.form, truths)
        return self._known[mine]


def missing_facts(decision: Decision, layout: Layout, lacking: tuple[tuple[int, Fact | Figure], ...]) -> list[str]:
    """Return the keys of the facts to ask for, of the subject and of whom its leaves ask."""
    keys = [ask.fact.key for ask in decision.asks]
    for leaf in decision.deeper:
        place = layout.form.index[leaf]
        keys += [item.asked_as.key for at, item in lacking if at == place and isinstance(item, Fact)]
    return list(dict.fromkeys(keys))


def missing_figures(decision: Decision, layout: Layout, lacking: tuple[tuple[int, Fact | Figure], ...]) -> list[str]:
    """Return the keys of the figures that the verdict waits for."""
    keys = []
    for leaf in decision.waiting:
        place = layout.form.index[leaf]
        keys += [item.key for at, item in lacking if at == place and isinstance(item, Figure)]
    return list(dict.fromkeys(keys))
