"""Read every policy for one household: the fast reader, generated once at start-up.

The source it generates reads each fact once, each distinct leaf once, and looks
the vector of readings of every policy up in a table of decisions; a vector not met
before is decided by `outcome`, as everywhere.  A member whose readings were all met
together is looked up once, for all policies.  Figures and periods are constants
of a stretch of days between two dates on which one of them changes, so there is
one program a stretch.  Anything that it has no short form for is handed to the
reference reader.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import partial
from math import inf
from typing import Any, TypeAlias

from app.rules.decision import Decision, make
from app.rules.evaluate import Facts, Scope, read
from app.rules.expressions import Amount, AnyMember, EveryMember, Fact, Group, InForce, IsIn, Leaf, Quantity, YesNo
from app.rules.form import LEAVES, leaves_of, single_fact, take_apart
from app.rules.policy import Policy
from app.rules.quantities import Cases, Compare, Difference, Figure, Literal, MemberCount, Named, Product
from app.rules.walk import change_days, facts_of, figures_of, walk

SYMBOLS = {"≥": ">=", ">": ">", "≤": "<=", "<": "<"}
MOST_REMEMBERED = 50_000
"""The most decisions remembered of one policy, lest requests made up to be different fill the memory."""
MOST_MET = 10_000
"""The most members of whom all decisions together are remembered, a kilobyte each."""
Decisions: TypeAlias = tuple[Decision, ...]
Program: TypeAlias = Callable[[Facts, Sequence[Facts], date], tuple[Decisions, list[Decisions]]]


class FastReader:
    """Every policy, ready to be read for any household on any day."""

    def __init__(self, policies: Sequence[Policy]) -> None:
        self.policies = tuple(policies)
        self.household = tuple(p for p in self.policies if p.subject.name == "household")
        self.person = tuple(p for p in self.policies if p.subject.name == "person")
        self.forms = {policy: take_apart(policy.eligible) for policy in self.policies}
        self.changes = sorted({day for form in self.forms.values() for day in change_days(form.rule)})
        self._tables: dict[Policy, dict[Any, Decision]] = {policy: {} for policy in self.policies}
        self._programs: dict[int, Program] = {}

    def read(self, household: Facts, members: Sequence[Facts], day: date) -> tuple[Decisions, list[Decisions]]:
        """Return the decisions of the household policies, and of the person policies by member.

        Every fact must be present in its mapping, unknown ones as None.
        """
        stretch = bisect_right(self.changes, day)
        program = self._programs.get(stretch)
        if program is None:
            program = self._programs[stretch] = self._generate(day)
        return program(household, members, day)

    def decide(self, policy: Policy, vector: tuple[int, ...]) -> Decision:
        """Return the decision on one vector of readings, remembered from the first time on."""
        table = self._tables[policy]
        decision = table.get(vector)
        if decision is None:
            if len(table) >= MOST_REMEMBERED:
                table.clear()
            decision = table[vector] = make(policy, self.forms[policy], vector)
        return decision

    def _generate(self, day: date) -> Program:
        names: dict[str, Any] = {"inf": inf, "Scope": Scope, "read": read, "decide": self.decide}
        names["met"] = met = dict[tuple[int, ...], Decisions]()
        names["meet"] = partial(_meet, met)
        source = "\n".join(_Source(self, day, names).lines())
        exec(compile(source, f"<rules on {day}>", "exec"), names)
        program: Program = names["program"]
        return program

    def table(self, policy: Policy) -> dict[Any, Decision]:
        return self._tables[policy]


def _meet(met: dict[tuple[int, ...], Decisions], readings: tuple[int, ...], decisions: Decisions) -> Decisions:
    """Remember what all policies say of a member with these *readings*."""
    if len(met) >= MOST_MET:
        met.clear()
    met[readings] = decisions
    return decisions


class _NoShortFormError(Exception):
    """A quantity that the generated source leaves to the reference reader."""


class _Source:
    """Writes the program of one stretch of days."""

    def __init__(self, reader: FastReader, day: date, names: dict[str, Any]) -> None:
        self.reader, self.day, self.names = reader, day, names
        self.variables: dict[Leaf, str] = {}
        standing = [leaf for form in reader.forms.values() for leaf in form.leaves]
        inner = [leaf for q in standing if isinstance(q, AnyMember | EveryMember) for leaf in leaves_of(q.test)]
        inner += [node for leaf in standing for node in walk(leaf) if isinstance(node, YesNo | IsIn)]
        # Comparisons last: a schedule inside them looks at the leaves before them.
        inner.sort(key=lambda leaf: isinstance(leaf, Compare))
        standing.sort(key=lambda leaf: isinstance(leaf, Compare))
        for leaf in dict.fromkeys([*inner, *standing]):
            self.variables[leaf] = f"v{len(self.variables)}"

    def lines(self) -> Iterator[str]:
        leaves = list(self.variables)
        quantified = [leaf for leaf in leaves if isinstance(leaf, AnyMember | EveryMember)]
        of_member = [leaf for leaf in leaves if leaf not in quantified and self._of_member(leaf)]
        of_household = [leaf for leaf in leaves if leaf not in quantified and leaf not in of_member]
        tested = [leaf for q in quantified for leaf in leaves_of(q.test) if leaf in of_member]
        yield "def program(h, members, day):"
        yield " n = len(members); year = day.year; today = (day.month, day.day); p = None"
        yield from self._facts(of_household, "household", "h", " ")
        yield from self._facts(of_member, "household", "h", " ")
        yield from self._leaves(of_household, " ")
        yield from self._quantifiers(quantified, list(dict.fromkeys(tested)))
        yield f" whole = ({self._lookups(self.reader.household)})"
        yield " each = []"
        if self.reader.person:
            yield " for p in members:"
            yield from self._facts(of_member, "person", "p", "  ")
            yield from self._leaves(of_member, "  ")
            read = dict.fromkeys(leaf for policy in self.reader.person for leaf in self.reader.forms[policy].leaves)
            every = "".join(f"{self.variables[leaf]}, " for leaf in read)
            yield f"  each.append(met.get(m := ({every})) or meet(m, ({self._lookups(self.reader.person)})))"
        else:
            yield " each = [() for p in members]"
        yield " return whole, each"

    # ── facts and leaves ──

    def _of_member(self, leaf: Leaf) -> bool:
        return any(fact.entity.name == "person" for fact in facts_of(leaf, into_members=False))

    def _facts(self, leaves: list[Leaf], entity: str, mapping: str, indent: str) -> Iterator[str]:
        facts = dict.fromkeys(
            f for leaf in leaves for f in facts_of(leaf, into_members=False) if f.entity.name == entity
        )
        for fact in facts:
            yield f"{indent}{_local(fact)} = {mapping}[{fact.key!r}]"
            if isinstance(fact, Amount) and fact.since is not None:
                yield f"{indent}b = {mapping}[{fact.since.key!r}]"
                yield f"{indent}if b is not None: {_local(fact)} = year - b.year - (today < (b.month, b.day))"

    def _leaves(self, leaves: list[Leaf], indent: str) -> Iterator[str]:
        for leaf in leaves:
            yield f"{indent}{self.variables[leaf]} = {self._leaf(leaf)}"

    def _leaf(self, leaf: Leaf) -> str:
        match leaf:
            case YesNo():
                return f"2 if {_local(leaf)} is None else {_local(leaf)}"
            case IsIn(choice, options):
                listed = self._constant(frozenset(str(option) for option in options))
                return f"2 if {_local(choice)} is None else {_local(choice)} in {listed}"
            case InForce(period):
                return str(int(self.day in period))
            case Compare(operator, Amount() as fact, Literal(value)) if single_fact(leaf) is not None:
                return f"2 if {_local(fact)} is None else {_local(fact)} {SYMBOLS[operator.symbol]} {value}"
            case Compare():
                try:
                    return self._comparison(leaf)
                except _NoShortFormError:
                    return self._by_reference(leaf)
            case _:
                return self._by_reference(leaf)

    def _by_reference(self, leaf: Leaf) -> str:
        return f"read({self._constant(leaf)}, Scope(day, h, members, p))"

    def _comparison(self, leaf: Compare) -> str:
        (left_low, left_high), (right_low, right_high) = self._bounds(leaf.left), self._bounds(leaf.right)
        symbol = SYMBOLS[leaf.operator.symbol]
        least, most = f"{left_low} {symbol} {right_high}", f"{left_high} {symbol} {right_low}"
        if not leaf.operator.upward:
            least, most = most, least
        unknown = "2"
        if any(figure.on(self.day) is None for figure in figures_of(leaf)):
            branching = any(isinstance(node, Cases) for node in walk(leaf))
            unknown = self._by_reference(leaf) if branching else "3"
        return f"1 if {least} else ({unknown}) if {most} else 0"

    def _bounds(self, quantity: Quantity) -> tuple[str, str]:
        match quantity:
            case Amount():
                known = _local(quantity)
                return f"(0 if {known} is None else {known})", f"(inf if {known} is None else {known})"
            case Figure():
                value = quantity.on(self.day)
                return ("0", "inf") if value is None else (str(value.exact), str(value.exact))
            case Literal(value):
                return str(value), str(value)
            case MemberCount():
                return "n", "n"
            case Product(left, Literal() | MemberCount() as right):
                if isinstance(right, Literal) and right.value < 1:
                    raise _NoShortFormError
                (low, high), (times, _) = self._bounds(left), self._bounds(right)
                return f"({low} * {times})", f"({high} * {times})"
            case Difference(left, right):
                (low, high), (less, more) = self._bounds(left), self._bounds(right)
                return f"({low} - {more})", f"({high} - {less})"
            case Cases(branches, otherwise):
                low, high = ("-inf", "inf") if otherwise is None else self._bounds(otherwise)
                for case, branch in reversed(branches):
                    if not isinstance(case, YesNo | IsIn):
                        raise _NoShortFormError
                    holds = self.variables[case]
                    this_low, this_high = self._bounds(branch)
                    low = f"({this_low} if {holds} == 1 else {low} if {holds} == 0 else min({this_low}, {low}))"
                    high = f"({this_high} if {holds} == 1 else {high} if {holds} == 0 else max({this_high}, {high}))"
                return low, high
            case Named(_, _, inner):
                return self._bounds(inner)
            case _:
                raise _NoShortFormError

    # ── quantifiers and decisions ──

    def _quantifiers(self, quantified: Sequence[AnyMember | EveryMember], tested: list[Leaf]) -> Iterator[str]:
        quick: list[tuple[str, str, int]] = []
        for leaf in quantified:
            test = leaf.test.test if isinstance(leaf.test, Group) else leaf.test
            if isinstance(test, LEAVES) and test in tested and single_fact(test) is not None:
                quick.append((self.variables[leaf], self.variables[test], int(isinstance(leaf, AnyMember))))
            else:
                yield f" {self.variables[leaf]} = {self._by_reference(leaf)}"
        if not quick:
            return
        for variable, _, stop in quick:
            yield f" {variable} = {1 - stop}"
        yield " for p in members:"
        yield from self._facts(tested, "person", "p", "  ")
        yield from self._leaves(tested, "  ")
        for variable, tested_as, stop in quick:
            yield f"  if {variable} != {stop} and {tested_as} != {1 - stop}: {variable} = int({tested_as})"
        yield " p = None"

    def _lookups(self, policies: tuple[Policy, ...]) -> str:
        parts = []
        for policy in policies:
            table, key = self._constant(self.reader.table(policy)), self._constant(policy)
            vector = "".join(f"{self.variables[leaf]}, " for leaf in self.reader.forms[policy].leaves)
            parts.append(f"{table}.get(k := ({vector})) or decide({key}, k), ")
        return "".join(parts)

    def _constant(self, value: Any) -> str:
        name = f"c{len(self.names)}"
        self.names[name] = value
        return name


def _local(fact: Fact) -> str:
    return f"{fact.entity.name[0]}_{fact.key}"
