"""The statements that screen a table of facts on a SQL engine, and the words for what they find.

One row for each subject and policy carries four numbers, and of those there are few
different ones.  The engine is asked which; here they are decided, by the code that
decides one household; and the engine joins the words back.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple, TypeAlias

from sqlglot import exp

from app.batch.meanings import missing_facts, missing_figures
from app.batch.sql_source import HOUSEHOLD_REFERENCE, MEMBER_REFERENCE
from app.rules import sql_words as sql
from app.rules.expressions import Entity, Fact
from app.rules.policy import Policy, Verdict
from app.rules.quantities import Figure, scale_of
from app.rules.sql import AmountColumns, RuleColumns, Selection
from app.screening import Screener
from policies.facts import Household, Person

STATE = ("policy_number", "rule", "branch", "wanted")
"""What a result's words depend on."""
PENDING = -1
"""The branch of an amount that is not known."""
AMOUNT = "decimal(20, 2)"
TIDY = ("policy", "verdict", "amount", "amount_unit", "reasons", "missing_facts", "missing_figures", "handling_unit")


class State(NamedTuple):
    """What the engine says of a subject and a policy."""

    policy_number: int
    rule: int
    branch: int
    wanted: int


class SqlPlan:
    """Screens the rows of one query, for one day."""

    def __init__(self, screener: Screener, day: date, facts: exp.Query) -> None:
        self.screener, self.day = screener, day
        self._rules: list[tuple[Policy, RuleColumns]] = []
        self._results = [self._read(subject, facts) for subject in (Person, Household)]

    def _read(self, subject: type[Entity], facts: exp.Query) -> "_Results":
        selection = Selection(subject, self.day)
        states: list[Sequence[exp.Expression]] = []
        for policy in self.screener.policies:
            if policy.subject is subject:
                columns = selection.add(self.screener.reader.forms[policy], policy.entitlement.quantity)
                states.append(_state(len(self._rules), columns))
                self._rules.append((policy, columns))
        member = subject is Person
        keep = (HOUSEHOLD_REFERENCE, MEMBER_REFERENCE) if member else (HOUSEHOLD_REFERENCE,)
        return _Results(selection.select(facts, keep), states, member)

    # ── statements ──

    def states(self, dialect: str) -> exp.Query:
        """Return the query for every different state."""
        columns = [sql.column(name) for name in STATE]
        distinct = [
            sql.select(columns, results.long(dialect)).distinct() for results in self._results if results.states
        ]
        return _one_after_another(distinct)

    def tidy(self, dialect: str, states: str, outcomes: str) -> exp.Query:
        """Return the query for the tidy result; *states* and *outcomes* name the tables of `words`."""
        return _one_after_another(
            [_worded(results.long(dialect), states, outcomes, dialect) for results in self._results if results.states]
        )

    def height(self, people: int, households: int) -> int:
        """Return how many rows the tidy result of so many has."""
        return sum(len(results.states) * (people if results.member else households) for results in self._results)

    # ── words ──

    def words(self, states: Iterable[State]) -> tuple[str, str]:
        """Return the rows of `STATES` and of `OUTCOMES`, each as a JSON array: many states are one outcome."""
        numbers: dict[_Outcome, int] = {}
        numbered = [(*state, numbers.setdefault(self._outcome(state), len(numbers))) for state in states]
        outcomes = [(*outcome, number) for outcome, number in numbers.items()]
        return _json(STATES, numbered), _json(OUTCOMES, outcomes)

    def _outcome(self, state: State) -> "_Outcome":
        policy, columns = self._rules[state.policy_number]
        vector, lacking = columns.layout.unpack(state.rule)
        decision = self.screener.reader.decide(policy, vector)
        facts = missing_facts(decision, columns.layout, lacking)
        figures = missing_figures(decision, columns.layout, lacking)
        amount, unit, factor = self._amount(policy, columns.amount, state.branch)
        if decision.verdict is Verdict.INELIGIBLE:
            amount = unit = factor = None
        if decision.verdict is Verdict.ELIGIBLE and columns.amount is not None and unit is None:
            items = [item for place, item in enumerate(columns.amount.items) if state.wanted >> place & 1]
            facts = list(dict.fromkeys(item.asked_as.key for item in items if isinstance(item, Fact)))
            figures = [item.key for item in items if isinstance(item, Figure)]
        return _Outcome(
            policy.code,
            decision.verdict.value,
            amount,
            factor,
            unit,
            tuple(condition.label for condition in decision.conditions),
            tuple(facts),
            tuple(figures),
            policy.handled_by.code,
        )

    def _amount(
        self, policy: Policy, columns: AmountColumns | None, branch: int
    ) -> tuple[str | None, str | None, str | None]:
        """Return an amount alike on all rows, its unit, and what to multiply a row's exact units by."""
        if columns is None or branch == PENDING:
            return None, None, None
        chosen = columns.branches[branch]
        if not isinstance(chosen, Figure):
            unit = policy.entitlement.unit
            return None, unit, str(Decimal(1) / scale_of(unit))
        value = chosen.on(self.day)
        if value is None:
            return None, None, None
        return str(Decimal(value.exact) / scale_of(value.unit)), value.unit, None


class _Outcome(NamedTuple):
    """What is said of a subject and a policy; *factor* makes an amount of a row's exact units."""

    policy: str
    verdict: str
    amount: str | None
    factor: str | None
    amount_unit: str | None
    reasons: tuple[str, ...]
    missing_facts: tuple[str, ...]
    missing_figures: tuple[str, ...]
    handling_unit: str


Table: TypeAlias = Mapping[str, str]
"""The columns of a table with their types."""
STATES: Table = {"policy_number": "int", "rule": "bigint", "branch": "int", "wanted": "bigint", "outcome": "int"}
OUTCOMES: Table = {
    "policy": "varchar",
    "verdict": "varchar",
    "amount": AMOUNT,
    "factor": "decimal(3, 2)",
    "amount_unit": "varchar",
    "reasons": "array<varchar>",
    "missing_facts": "array<varchar>",
    "missing_figures": "array<varchar>",
    "handling_unit": "varchar",
    "outcome": "int",
}


def _json(table: Table, rows: Iterable[Sequence[Any]]) -> str:
    listed = [dict(zip(table, row, strict=True)) for row in rows]
    return json.dumps(listed, ensure_ascii=False, separators=(",", ":"))


class _Results:
    """The wide rows of one kind of subject, one for each, and the states of its policies in them."""

    def __init__(self, wide: exp.Select, states: list[Sequence[exp.Expression]], member: bool) -> None:
        self.wide, self.states, self.member = wide, states, member

    def long(self, dialect: str) -> exp.Select:
        """Return a row for each subject and policy: the references, the state, and the exact amount."""
        member = sql.column(MEMBER_REFERENCE) if self.member else exp.cast(sql.null(), "varchar")
        references = [sql.column(HOUSEHOLD_REFERENCE), sql.named(member, MEMBER_REFERENCE)]
        return sql.select([*references, *_turned(self.states, dialect)], self.wide)


def _state(number: int, columns: RuleColumns) -> Sequence[exp.Expression]:
    """Return the state and the exact amount of one policy, from the columns of a wide row."""
    amount = columns.amount
    branch: exp.Expression = sql.number(PENDING)
    wanted: exp.Expression = sql.whole(0)
    exact: exp.Expression = exp.cast(sql.null(), "bigint")
    if amount is not None:
        wanted = sql.column(amount.wanted)
        chosen = sql.column(amount.branch)
        of_rows = [(place, name) for place, name in enumerate(amount.exact) if name is not None]
        branches = [
            (exp.EQ(this=chosen.copy(), expression=sql.number(place)), sql.column(name)) for place, name in of_rows
        ]
        if branches:
            exact = sql.case(*branches, otherwise=exact)
        not_known = [sql.all_true([applies, sql.is_null(units)]) for applies, units in branches]
        branch = sql.case((sql.any_true([sql.is_null(chosen), *not_known]), sql.number(PENDING)), otherwise=chosen)
    branch = exp.cast(branch, "int")
    return exp.cast(sql.number(number), "int"), sql.column(columns.packed), branch, wanted, exact


def _turned(states: Sequence[Sequence[exp.Expression]], dialect: str) -> list[exp.Expression]:
    """Return expressions that make a row of each of *states*: engines have no common word for it."""
    names = [exp.to_identifier(name, quoted=True) for name in (*STATE, "exact")]
    if dialect == "spark":
        parts = [part.copy() for state in states for part in state]
        stacked = exp.Anonymous(this="STACK", expressions=[sql.number(len(states)), *parts])
        return [exp.Aliases(this=stacked, expressions=names)]
    return [
        exp.Alias(this=exp.Anonymous(this="UNNEST", expressions=[exp.Array(expressions=list(column))]), alias=name)
        for column, name in zip(zip(*states, strict=True), names, strict=True)
    ]


def _worded(long: exp.Select, states: str, outcomes: str, dialect: str) -> exp.Select:
    """Return the tidy rows of *long*."""
    found, state, said = (exp.to_identifier(name, quoted=True) for name in ("found", "state", "said"))
    factor, verdict = _of(said, "factor"), _of(said, "verdict")
    exact = exp.cast(sql.times(_of(found, "exact"), factor), AMOUNT)
    # A state without words would be a row empty in silence, if the facts changed meanwhile.
    changed = exp.Anonymous(
        this="RAISE_ERROR" if dialect == "spark" else "ERROR",
        expressions=[sql.text("the facts changed while they were read")],
    )
    columns = {
        HOUSEHOLD_REFERENCE: _of(found, HOUSEHOLD_REFERENCE),
        MEMBER_REFERENCE: _of(found, MEMBER_REFERENCE),
        **{name: _of(said, name) for name in TIDY},
        "verdict": sql.case((sql.is_null(verdict), changed), otherwise=verdict),
        "amount": sql.case((sql.is_null(factor), _of(said, "amount")), otherwise=exact),
    }
    same = [exp.EQ(this=_of(found, name), expression=_of(state, name)) for name in STATE]
    outcome = exp.EQ(this=_of(state, "outcome"), expression=_of(said, "outcome"))
    rows = exp.Subquery(this=long, alias=exp.TableAlias(this=found))
    tidy = exp.Select(expressions=[sql.named(column, name) for name, column in columns.items()]).from_(rows)
    if dialect == "spark":  # it does not know how small they are
        small = [exp.Column(this=name.copy()) for name in (state, said)]
        tidy = tidy.hint(exp.Anonymous(this="BROADCAST", expressions=small))
    return tidy.join(_left(states, state, sql.all_true(same))).join(_left(outcomes, said, outcome))


def _of(table: exp.Identifier, name: str) -> exp.Expression:
    return exp.Column(this=exp.to_identifier(name, quoted=True), table=table.copy())


def _left(table: str, alias: exp.Identifier, on: exp.Expression) -> exp.Join:
    aliased = exp.Table(this=exp.to_identifier(table, quoted=True), alias=exp.TableAlias(this=alias.copy()))
    return exp.Join(this=aliased, side="LEFT", on=on)


def _one_after_another(queries: Sequence[exp.Select]) -> exp.Query:
    first, *others = queries
    joined: exp.Query = first
    for other in others:
        joined = exp.Union(this=joined, expression=other, distinct=False)
    return joined
