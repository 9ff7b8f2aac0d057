"""The few words of SQL that every engine understands alike.

Each function builds a new expression and leaves what it is given as it was.
"""

from collections.abc import Iterator, Sequence

from sqlglot import exp


def column(name: str) -> exp.Column:
    """Return the column so named; quoted, since engines fold and reserve words differently."""
    return exp.column(exp.to_identifier(name, quoted=True))


def named(expression: exp.Expression, name: str) -> exp.Alias:
    return exp.Alias(this=expression.copy(), alias=exp.to_identifier(name, quoted=True))


def table(name: str) -> exp.Table:
    return exp.Table(this=exp.to_identifier(name, quoted=True))


def columns_in(expression: exp.Expression) -> Iterator[str]:
    """Yield the names of the columns that *expression* reads."""
    return (found.name for found in expression.find_all(exp.Column))


def number(value: int) -> exp.Expression:
    return exp.Literal.number(int(value))


def whole(value: int) -> exp.Expression:
    """Return a number of 64 bits: a product of short ones overflows on some engines."""
    return exp.cast(number(value), "bigint")


def text(value: str) -> exp.Expression:
    return exp.Literal.string(value)


def true() -> exp.Expression:
    return exp.true()


def false() -> exp.Expression:
    return exp.false()


def null() -> exp.Expression:
    return exp.null()


def is_null(expression: exp.Expression) -> exp.Expression:
    return exp.Is(this=_grouped(expression), expression=exp.null())


def negated(truth: exp.Expression) -> exp.Expression:
    return exp.Not(this=_grouped(truth))


def all_true(truths: Sequence[exp.Expression]) -> exp.Expression:
    """Return the conjunction, in Kleene's logic; true of none."""
    kept = [truth for truth in truths if truth != exp.true()]
    if exp.false() in kept:
        return exp.false()
    return _joined(exp.And, kept) if kept else exp.true()


def any_true(truths: Sequence[exp.Expression]) -> exp.Expression:
    """Return the disjunction, in Kleene's logic; false of none."""
    kept = [truth for truth in truths if truth != exp.false()]
    if exp.true() in kept:
        return exp.true()
    return _joined(exp.Or, kept) if kept else exp.false()


def total(numbers: Sequence[exp.Expression]) -> exp.Expression:
    return _joined(exp.Add, numbers)


def times(left: exp.Expression, right: exp.Expression) -> exp.Expression:
    return exp.Mul(this=_grouped(left), expression=_grouped(right))


def minus(left: exp.Expression, right: exp.Expression) -> exp.Expression:
    return exp.Sub(this=_grouped(left), expression=_grouped(right))


def case(*branches: tuple[exp.Expression, exp.Expression], otherwise: exp.Expression | None = None) -> exp.Expression:
    """Return what stands beside the first condition that is true; an unknown condition is not."""
    ifs = [exp.If(this=when.copy(), true=then.copy()) for when, then in branches]
    return exp.Case(ifs=ifs, default=None if otherwise is None else otherwise.copy())


def first_known(*expressions: exp.Expression) -> exp.Expression:
    first, *others = [expression.copy() for expression in expressions]
    return exp.Coalesce(this=first, expressions=others)


def is_in(subject: exp.Expression, listed: Sequence[exp.Expression]) -> exp.Expression:
    """Return whether *subject* is one of *listed*; unknown when it is not known, even if none is listed."""
    if not listed:
        return case((is_null(subject), null()), otherwise=false())
    return exp.In(this=_grouped(subject), expressions=list(listed))


def flag(truth: exp.Expression) -> exp.Expression:
    """Return 1 where *truth* is true, else 0."""
    return case((truth, number(1)), otherwise=number(0))


def select(expressions: Sequence[exp.Expression], source: exp.Query | exp.Table) -> exp.Select:
    """Return a SELECT of *expressions* from a table or another query."""
    rows = exp.Subquery(this=source.copy(), alias=exp.TableAlias(this=exp.to_identifier("rows", quoted=True)))
    return exp.Select(expressions=list(expressions)).from_(source if isinstance(source, exp.Table) else rows)


def _joined(joint: type[exp.Expression], parts: Sequence[exp.Expression]) -> exp.Expression:
    joined, *others = [_grouped(part) for part in parts]
    for other in others:
        joined = joint(this=joined, expression=other)
    return joined


def _grouped(expression: exp.Expression) -> exp.Expression:
    """Return a copy that binds as one term wherever it is put."""
    compound = isinstance(expression, exp.Binary | exp.Unary | exp.In) and not isinstance(expression, exp.Paren)
    return exp.paren(expression, copy=True) if compound else expression.copy()
