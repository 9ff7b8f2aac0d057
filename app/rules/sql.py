"""Read every policy for many households at once, as one SELECT a kind of subject.

The table has a row for each member: the columns that `sql_terms` names, and one
for each fact under its key (BOOLEAN, VARCHAR codes, BIGINT exact units, DATE);
facts of the household stand on each of its rows.  Policies of members need no
other row, and are read where the rows lie.  Policies of households are one GROUP
BY over small whole numbers, which engines add up before they move anything: the
rows of a household travel once, as one.  Only where members are asked about
inside another such question, or for a member, is there a window.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlglot import exp

from app.rules import sql_words as sql
from app.rules.expressions import Entity, Fact, Quantity
from app.rules.form import Form
from app.rules.packing import Layout
from app.rules.quantities import Figure
from app.rules.sql_readings import Readings
from app.rules.sql_terms import HOUSEHOLD_NUMBER, Terms


@dataclass(frozen=True, eq=False)
class AmountColumns:
    """How the amount of one policy stands in the result."""

    branch: str
    """The column that numbers the branch that applies; NULL where none is known to."""
    branches: tuple[Quantity, ...]
    exact: tuple[str | None, ...]
    """For each branch the column of its exact units; None for a figure, which is the same on every row."""
    wanted: str
    """The column with a bit for each item that is missing."""
    items: tuple[Fact | Figure, ...]


@dataclass(frozen=True, eq=False)
class RuleColumns:
    """How one policy stands in the result."""

    packed: str
    layout: Layout
    amount: AmountColumns | None


@dataclass
class Selection:
    """Builds the SELECT that reads many rules for one kind of subject."""

    subject: type[Entity]
    day: date
    _rules: int = 0
    _chosen: dict[str, exp.Expression] = field(default_factory=dict)
    _shared: dict[str, str] = field(default_factory=dict)
    _terms: dict[str, exp.Expression] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.terms = Terms(self.day)
        self.readings = Readings(self.terms)
        self._of_household = self.subject.name == "household"

    def add(self, form: Form, quantity: Quantity | None = None) -> RuleColumns:
        """Read the rule of *form*, and the amount *quantity*, and return how they stand in the result."""
        number = self._rules = self._rules + 1
        absences = [(place, *pair) for place, leaf in enumerate(form.leaves) for pair in self.readings.absences(leaf)]
        layout = Layout(form, tuple((place, item) for place, item, _ in absences))
        parts = [
            _weighed(self._once(self.readings.reading(leaf)), layout.weight(place))
            for place, leaf in enumerate(form.leaves)
        ]
        parts += [_weighed(self._bit(where), layout.item_weight(n)) for n, (_, _, where) in enumerate(absences)]
        packed = self._choose(f"rule_{number}", sql.total(parts))
        return RuleColumns(packed, layout, None if quantity is None else self._amount(quantity, number))

    def _amount(self, quantity: Quantity, number: int) -> AmountColumns:
        branches: list[Quantity] = []
        branch = self._choose(f"branch_{number}", self._once(self.terms.branch(quantity, branches)))
        exact = [
            None
            if isinstance(applied, Figure)
            else self._choose(f"exact_{number}_{place}", self._once(self.terms.exact(applied)))
            for place, applied in enumerate(branches)
        ]
        absences = self.readings.missing(quantity)
        bits = [_weighed(self._bit(where), 1 << place) for place, (_, where) in enumerate(absences)]
        wanted = self._choose(f"wanted_{number}", sql.total(bits) if bits else sql.whole(0))
        return AmountColumns(branch, tuple(branches), tuple(exact), wanted, tuple(item for item, _ in absences))

    def _choose(self, name: str, expression: exp.Expression) -> str:
        self._chosen[name] = expression
        return name

    def _bit(self, where: exp.Expression) -> exp.Expression:
        return sql.number(1) if where == sql.true() else self._once(sql.flag(where))

    def _once(self, expression: exp.Expression) -> exp.Expression:
        """Return *expression*, reckoned once however many rules want it: of a household, over its rows."""
        read = list(sql.columns_in(expression))
        if not read:
            return expression
        if self._of_household:
            alike = all(name in self.terms.gathered for name in read)
            return expression if alike else self.terms.gather(exp.Max, expression)
        name = self._shared.setdefault(expression.sql(), f"_term_{len(self._shared)}")
        self._terms[name] = expression
        return sql.column(name)

    # ── the statement ──

    def select(self, source: exp.Query | exp.Table, keep: Sequence[str]) -> exp.Select:
        """Return the SELECT over the table or query *source*.

        The columns *keep* name the subject: they are passed on, and are alike on every row of a household.
        """
        kept = [sql.column(name) for name in keep]
        wanted = self._chosen if self._of_household else self._terms
        direct = self._gathered_in(wanted.values())
        windows = self._inside(direct) if self._of_household else self._inside(direct) | direct
        rows = sql.select([exp.Star(), *_named(self.terms.derived)], source)
        for depth in sorted({self.terms.gathered[name].depth for name in windows}):
            level = {
                name: exp.Window(this=self._aggregated(name), partition_by=[sql.column(HOUSEHOLD_NUMBER)])
                for name in self.terms.gathered
                if name in windows and self.terms.gathered[name].depth == depth
            }
            rows = sql.select([exp.Star(), *_named(level)], rows)
        if self._of_household:
            totals = {name: self._aggregated(name) for name in self.terms.gathered if name in direct}
            rows = sql.select([*kept, *_named(totals)], rows)
            rows.set("group", exp.Group(expressions=[column.copy() for column in kept]))
        else:
            rows = sql.select([*kept, *_named(self._terms)], rows)
        return sql.select([*kept, *_named(self._chosen)], rows)

    def _aggregated(self, name: str) -> exp.Expression:
        gathered = self.terms.gathered[name]
        return gathered.aggregate(this=gathered.inner.copy())

    def _gathered_in(self, expressions: Iterable[exp.Expression]) -> set[str]:
        return {name for expression in expressions for name in self.terms.gathered_in(expression)}

    def _inside(self, names: set[str]) -> set[str]:
        """Return the gathered columns that those of *names* are reckoned from, however deep."""
        inner = self._gathered_in(self.terms.gathered[name].inner for name in names)
        return inner | self._inside(inner) if inner else inner


def _named(columns: Mapping[str, exp.Expression]) -> list[exp.Expression]:
    return [sql.named(expression, name) for name, expression in columns.items()]


def _weighed(part: exp.Expression, weight: int) -> exp.Expression:
    return sql.times(exp.cast(part, "bigint"), sql.number(weight))
